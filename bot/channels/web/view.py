"""A conversation as the page shows it: lines, and what may be tapped now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.channels.web.pieces import Piece, pieces
from bot.conversation import Circumstances, Message, Reading, Reply, State, turn
from bot.conversation.replies import decode, encode
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.screening.findings import Findings
from bot.store import conversations, screenings, staff, transcripts
from bot.store.transcripts import Author, Line

TIANJIN = ZoneInfo("Asia/Shanghai")
PAUSE = timedelta(minutes=30)
"""After a pause of this length the time is shown."""
SHOWN = 100
"""Lines on one page; older ones are a tap away."""
QUIET = frozenset({"unsure", "pass", "why", "back", "menu", "policy"})
"""Ways past a question rather than answers to it; drawn more quietly."""
SHORT_TITLE = 7
"""Characters up to which two buttons stand side by side on one line."""
TINY_TITLE = 4
"""Characters up to which three or four do."""
FEW = 6
"""So many buttons may take a line each."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line."""

    id: int
    """Its number in the transcript; 0 for the greeting of somebody who has not said anything yet."""
    author: Author
    worker: str
    """Display name of the member of staff who wrote it."""
    text: str
    footnote: str
    stamp: datetime | None
    """Local time, where it should be shown above the line."""
    opening: bool
    """Whether it is the greeting at the very beginning."""
    pieces: tuple[Piece, ...] = ()
    """What the bot said, taken apart."""

    @property
    def findings(self) -> bool:
        """Whether cards of findings are among it."""
        return any(piece.kind == "findings" for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Option:
    """Something to tap or to tick."""

    title: str
    value: str
    ticked: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be tapped under the last words of the bot."""

    ticks: tuple[Option, ...] = ()
    """Lines of a tick-list; sent together by the button «done»."""
    buttons: tuple[Option, ...] = ()

    @property
    def answers(self) -> tuple[Option, ...]:
        """Buttons that answer."""
        return tuple(item for item in self.buttons if not item.quiet)

    @property
    def ways_past(self) -> tuple[Option, ...]:
        """Buttons that lead past the question."""
        return tuple(item for item in self.buttons if item.quiet)

    @property
    def many(self) -> bool:
        """Whether it is a long list of very short titles (districts): a grid."""
        return len(self.answers) > FEW and max(len(item.title) for item in self.answers) <= TINY_TITLE

    @property
    def wide(self) -> bool:
        """Whether titles are too long to stand side by side; a long list stands so all the same."""
        longest = max((len(item.title) for item in self.answers), default=0)
        return longest > (2 * SHORT_TITLE if len(self.answers) > FEW else SHORT_TITLE)


@dataclass(frozen=True, slots=True)
class Talk:
    """What a page or an update shows."""

    lines: tuple[Spoken, ...]
    choices: Choices
    last: int
    """Number of the newest line."""
    older: int
    """Number of the oldest line shown when there are older ones, else 0."""
    present: str = ""
    """Who is there, in words, while a person and not the bot speaks."""

    @property
    def latest(self) -> int:
        """Number of the resident's last line: a page opens there, so that the reply is read from its start."""
        return next((line.id for line in reversed(self.lines) if line.author == "resident"), 0)


def preview(knowledge: Knowledge, now: datetime) -> Talk:
    """What somebody reads who has not said anything: the greeting as it will be stored; nothing is stored yet."""
    around = Circumstances(now=now, channel="web")
    said = turn(State(), Message(kind="start"), Reading(), knowledge, around).replies
    lines = [_unsaid(reply, now) for reply in said]
    shown = tuple(_spoken(line, {}, None, index == 0, knowledge, None) for index, line in enumerate(lines))
    return Talk(shown, _choices(lines, knowledge, "bot"), 0, 0)


def _unsaid(reply: Reply, now: datetime) -> Line:
    buttons: list[list[Any]] = [[button.title, button.value] for button in reply.buttons]
    return Line(0, "bot", None, "text", reply.text, buttons, reply.footnote, None, now)


def newest(connection: Connection, conversation_id: int, knowledge: Knowledge) -> Talk:
    """The end of a conversation."""
    found = transcripts.latest(connection, conversation_id, limit=SHOWN + 1)
    return _talk(connection, conversation_id, found, knowledge)


def before(connection: Connection, conversation_id: int, line_id: int, knowledge: Knowledge) -> Talk:
    """Lines before one that is shown; nothing on such a page may be tapped."""
    found = transcripts.latest(connection, conversation_id, limit=SHOWN + 1, before=line_id)
    talk = _talk(connection, conversation_id, found, knowledge)
    return Talk(talk.lines, Choices(), talk.last, talk.older)


def since(connection: Connection, conversation_id: int, after: int, knowledge: Knowledge) -> Talk:
    """Lines after one that is shown, and what may be tapped now."""
    whole = newest(connection, conversation_id, knowledge)
    fresh = tuple(line for line in whole.lines if line.id > after)
    if len(fresh) == SHOWN and after:  # rare: more was said than one page holds
        found = transcripts.lines(connection, conversation_id, after=after, limit=1000)
        fresh = _speech(connection, conversation_id, found, None, False, knowledge)
    return Talk(fresh, whole.choices, whole.last, 0, whole.present)


def _talk(connection: Connection, conversation_id: int, found: Sequence[Line], knowledge: Knowledge) -> Talk:
    begins = len(found) <= SHOWN
    shown = found if begins else found[1:]
    previous = None if begins else found[0].at
    holder = conversations.get(connection, conversation_id).owner_id
    owner = "bot" if holder is None else "person"
    present = _present(connection, holder, knowledge) if holder is not None else ""
    lines = _speech(connection, conversation_id, shown, previous, begins, knowledge)
    return Talk(lines, _choices(shown, knowledge, owner), shown[-1].id if shown else 0, 0 if begins else shown[0].id, present)


def _present(connection: Connection, holder: int, knowledge: Knowledge) -> str:
    worker = staff.get(connection, holder)
    return knowledge.messages.texts["person_present"].replace("{worker}", worker.display_name if worker else "")


def _speech(
    connection: Connection, conversation_id: int, found: Sequence[Line], previous: datetime | None, begins: bool, knowledge: Knowledge
) -> tuple[Spoken, ...]:
    workers = _workers(connection, found)
    row = screenings.latest(connection, conversation_id)
    findings = Findings.from_json(row.findings) if row is not None and row.findings else None
    made = []
    for index, line in enumerate(found):
        opening = begins and index == 0 and line.author == "bot"
        made.append(_spoken(line, workers, previous, opening, knowledge, findings))
        previous = line.at
    return tuple(made)


def _workers(connection: Connection, found: Sequence[Line]) -> Mapping[int, str]:
    ids = {line.staff_id for line in found if line.staff_id is not None}
    rows = {staff_id: staff.get(connection, staff_id) for staff_id in ids}
    return {staff_id: row.display_name for staff_id, row in rows.items() if row is not None}


def _spoken(
    line: Line, workers: Mapping[int, str], previous: datetime | None, opening: bool, knowledge: Knowledge, findings: Findings | None
) -> Spoken:
    local = line.at.astimezone(TIANJIN)
    paused = not opening and previous is not None and line.at - previous >= PAUSE
    worker = workers.get(line.staff_id, "") if line.staff_id is not None else ""
    parts = pieces(knowledge, line.text, findings, opening=opening) if line.author == "bot" else ()
    return Spoken(line.id, line.author, worker, line.text, line.footnote, local if paused else None, opening, parts)


def _choices(lines: Sequence[Line], knowledge: Knowledge, owner: str) -> Choices:
    """The buttons of the last bot line that has any, unless the resident or a person has spoken since."""
    if owner == "person" or not lines or lines[-1].author != "bot":
        return Choices()
    answered = False
    for line in reversed(lines):
        if line.author == "staff":  # the person has left: a way back into the talk with the bot
            return Choices(buttons=(Option(knowledge.messages.buttons["menu"], encode(0, "menu"), quiet=True),))
        if line.buttons and not answered:
            return _several(line, knowledge) if line.kind == "several" else Choices(buttons=_options(line.buttons))
        if line.buttons:
            return Choices()
        answered = answered or line.author == "resident"
    return Choices()


def _options(buttons: Sequence[Sequence[Any]]) -> tuple[Option, ...]:
    return tuple(Option(title, value, quiet=_code(value) in QUIET) for title, value, *_ in buttons)


def _several(line: Line, knowledge: Knowledge) -> Choices:
    """A tick-list: ticks are gathered in the page and sent together."""
    ticks = tuple(Option(item[0], item[1], ticked=bool(item[2])) for item in line.buttons if len(item) > 2)
    rest = [item for item in line.buttons if len(item) == 2 and _code(item[1]) != "done"]
    if not ticks:
        return Choices(buttons=_options(rest))
    together = encode(decode(ticks[0].value).turn, "ticks")
    done = Option(knowledge.messages.buttons["done"], together)
    return Choices(ticks, (done, *_options(rest)))


def _code(value: str) -> str:
    try:
        return decode(value).code
    except InputError:
        return ""
