"""The three lines a case opens with: who wants what, what they were told, what was promised and until when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.times import exact
from bot.conversation.wording import fact_value
from bot.knowledge import Knowledge
from bot.store.cases import CaseRow
from bot.store.promises import PromiseRow
from bot.store.screenings import ScreeningRow

LONGEST_NEED = 60
MOST_TOLD = 4
_WHO = ("for_whom", "age", "household_size")
"""Facts that say whom the case is about, where they are known."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a colleague would say in one breath when handing the case over."""

    who: str
    wants: str
    told: tuple[str, ...]
    """Titles of the answers the bot gave, the newest last."""
    promised: tuple[str, ...]
    """Open promises, the most pressing first."""

    @classmethod
    def of(
        cls, knowledge: Knowledge, case: CaseRow, screening: ScreeningRow | None, *, need: str, told: Sequence[str],
        promises: Sequence[PromiseRow], workers: Mapping[int, str],
    ) -> "Opening":
        """The lines of a case.

        Args:
            knowledge, case, screening: what is known.
            need: the resident's wish with numbers masked as the reader may see it.
            told: labels the bot answered, oldest first.
            promises: of the case, in the order of `promises.of_case`.
            workers: display names by id.
        """
        facts = screening.facts if screening else {}
        who = [fact_value(knowledge.facts[name], facts[name]) for name in _WHO if name in knowledge.facts and facts.get(name) is not None]
        place = "".join([case.district or "没有说区", str(case.details.get("street") or "")])
        wish = need.replace("\n", " ")
        programmes = "、".join(knowledge.short_name(name) for name in case.programmes)
        titles = [knowledge.answers[label].title for label in dict.fromkeys(told) if label in knowledge.answers]
        return cls(
            who="，".join([*who, place]),
            wants=(wish[:LONGEST_NEED] + ("……" if len(wish) > LONGEST_NEED else "")) or (f"可能符合{programmes}" if programmes else "") or "没有写明，看原话",
            told=tuple(titles[-MOST_TOLD:]),
            promised=tuple(_promise(knowledge, item, workers) for item in promises if item.done_at is None),
        )


def _promise(knowledge: Knowledge, promise: PromiseRow, workers: Mapping[int, str]) -> str:
    kind = knowledge.messages.names["promise"].get(promise.kind, promise.kind)
    person = workers.get(promise.staff_id, "") if promise.staff_id else ""
    return f"{exact(promise.due_at)} {person}{kind}" + (f"（{promise.tries} 次没接）" if promise.tries else "")


def is_late(promise: PromiseRow, now: datetime) -> bool:
    """Whether an open promise is past its moment."""
    return promise.done_at is None and promise.due_at < now
