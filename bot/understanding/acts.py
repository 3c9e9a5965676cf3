"""Short messages that are unmistakably an act (转人工, 返回, 谢谢), understood without a model."""

from rapidfuzz import fuzz, process

from bot.knowledge import Knowledge
from bot.understanding.compiled import compiled
from bot.understanding.replies import bare
from bot.understanding.text import heard

_LONGEST = 16
_SHORTEST_NEAR = 4
_NEAR = 88


def act_in(knowledge: Knowledge, text: str) -> str | None:
    """`act.<name>` if the whole message is, or very nearly is, a phrase of lexicon/acts.yaml; else None."""
    lists = compiled(knowledge)
    said = heard(text).text
    if not said or len(said) > _LONGEST:
        return None
    plain = bare(said, lists.act_fillers)
    for candidate in (said, plain):
        if candidate in lists.acts:
            return f"act.{lists.acts[candidate]}"
    if len(plain) < _SHORTEST_NEAR:
        return None
    near = process.extractOne(plain, lists.acts.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return f"act.{lists.acts[near[0]]}" if near else None
