"""A caller on the telephone: staff read the same questions out and type or tap the answers; it ends in the same case.

Consents are those of the questionnaire, said aloud; they are recorded with the channel `phone`, which says so.
"""

import secrets
from dataclasses import dataclass

import anyio.from_thread
from sqlalchemy import Connection
from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.conversation.incoming import Kind
from bot.conversation.replies import chosen, decode, encode
from bot.reception import Incoming
from bot.store import cases, conversations, transcripts
from bot.store.cases import CaseRow
from bot.store.transcripts import Line

CHANNEL = "phone"
HERE = "/console/intake"
SHOWN = 60
LONGEST_NONCE = 64


@dataclass(frozen=True, slots=True)
class Tappable:
    """One button or line of a tick-list."""

    title: str
    value: str
    ticked: bool = False


def begin(visit: Visit) -> Response:
    """What an intake is, and the button that starts one."""
    return visit.page("console/intake_start.html")


def start(visit: Visit) -> Response:
    """A new caller."""
    address = f"staff:{visit.who.id}:{secrets.token_urlsafe(24)}"
    conversation_id = _take_in(visit, Incoming(CHANNEL, secrets.token_hex(8), address, "start"))
    return go(f"{HERE}/{conversation_id}")


def show(visit: Visit) -> Response:
    """The talk so far, and what is to be read out now."""
    return _page(visit)


def say(visit: Visit) -> Response:
    """What the caller answered: typed, tapped or ticked."""
    conversation_id = visit.request.path_params["conversation_id"]
    with visit.parts.database.read() as connection:
        conversation = _own(connection, visit, conversation_id)
    if conversation is None:
        return visit.problem(404, "page")
    button = chosen(visit.text("button"), visit.texts("tick")) if visit.text("button") else ""
    if button is None:
        return _page(visit, problem="先勾上说到的，再按「选好了」；一样都没有，就按「都没有」")
    text = "" if button else visit.text("text").strip()
    if not button and not text:
        return _page(visit, problem="还没写来电人的话。写好再按「记下」")
    nonce = visit.text("nonce")[:LONGEST_NONCE] or secrets.token_hex(8)
    kind: Kind = "button" if button else "text"
    _take_in(visit, Incoming(CHANNEL, f"{conversation_id}:{nonce}", conversation.address, kind, text, button))
    return go(f"{HERE}/{conversation_id}")


def _take_in(visit: Visit, incoming: Incoming) -> int:
    """Answer one message; this runs in a worker thread, the reception in the loop of the program."""
    return anyio.from_thread.run(visit.parts.take_in, incoming)


def _page(visit: Visit, problem: str = "") -> Response:
    conversation_id = visit.request.path_params["conversation_id"]
    with visit.parts.database.read() as connection:
        conversation = _own(connection, visit, conversation_id)
        if conversation is None:
            return visit.problem(404, "page")
        lines = transcripts.latest(connection, conversation_id, SHOWN)
        case = cases.current_of(connection, conversation_id)
        readable = case is not None and cases.by_number(connection, visit.who.scope, case.number) is not None
    now_said, ticks, buttons = _open(lines, visit.knowledge.messages.buttons["done"])
    return visit.page(
        "console/intake.html", 400 if problem else 200, here=f"{HERE}/{conversation_id}", lines=lines[: len(lines) - len(now_said)],
        now_said=now_said, ticks=ticks, buttons=buttons, case=_open_case(case), readable=readable, nonce=secrets.token_hex(8), problem=problem,
        typed=visit.text("text") if problem else "",
    )


def _own(connection: Connection, visit: Visit, conversation_id: int) -> conversations.ConversationRow | None:
    """The talk of that id if this person began it; whoever takes a caller's words reads no other talk here."""
    found = conversations.by_id(connection, conversation_id)
    mine = found is not None and found.channel == CHANNEL and found.address.startswith(f"staff:{visit.who.id}:")
    return found if mine else None


def _open_case(case: CaseRow | None) -> CaseRow | None:
    return case if case is not None and case.status != "closed" else None


def _open(lines: list[Line], done: str) -> tuple[list[Line], list[Tappable], list[Tappable]]:
    """What the bot said last, and the ticks and buttons that go with it."""
    last = next((index for index in range(len(lines) - 1, -1, -1) if lines[index].author != "bot"), -1)
    said = lines[last + 1 :]
    line = next((item for item in reversed(said) if item.buttons), None)
    if line is None:
        return said, [], []
    ticks = [Tappable(item[0], item[1], bool(item[2])) for item in line.buttons if len(item) > 2]
    buttons = [Tappable(item[0], item[1]) for item in line.buttons if len(item) == 2]
    if not ticks:
        return said, [], buttons
    together = Tappable(done, encode(decode(ticks[0].value).turn, "ticks"))  # all ticks of the page go at once
    return said, ticks, [together, *(item for item in buttons if decode(item.value).code != "done")]
