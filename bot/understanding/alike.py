"""Groups sentences that ask for the same in like words."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process

from bot.understanding.text import heard

LIKE = 60.0
"""From this likeness on (share of characters in common and in order, of 100) two sentences stand together."""


def groups(texts: Sequence[str], like: float = LIKE) -> list[list[int]]:
    """Indices of sentences alike, the largest group first; every index once, in order within its group.

    Each sentence joins the group whose first sentence is most like it, else it begins one, so that a group never
    drifts away from what it began with.
    """
    first: dict[int, str] = {}
    members: dict[int, list[int]] = {}
    for index, text in enumerate(texts):
        said = heard(text).text
        found = process.extractOne(said, first, scorer=fuzz.ratio, score_cutoff=like) if said else None
        if found is None:
            first[index], members[index] = said, [index]
        else:
            members[found[2]].append(index)
    return sorted(members.values(), key=lambda group: (-len(group), group[0]))
