"""The engine in a terminal: line by line as JSON for evaluations, or as a talk for whoever works on policies."""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.prompt import Prompt

from bot.conversation import State
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception
from bot.store import cases, conversations, transcripts
from bot.store.database import Database

CHANNEL = "terminal"


@dataclass
class Visitor:
    """One resident at the terminal; `renew` brings a fresh one."""

    reception: Reception
    database: Database
    knowledge: Callable[[], Knowledge]
    address: str = field(default_factory=lambda: secrets.token_hex(8))
    channel: str = CHANNEL
    """As which channel the engine sees it."""
    _seen: int = 0

    def renew(self) -> None:
        """The next message comes from somebody else."""
        self.address = secrets.token_hex(8)
        self._seen = 0

    async def send(self, kind: Any, text: str = "", button: str = "") -> dict[str, Any]:
        """Send one message; the answer as an object (see `jinnuan chat --help`)."""
        external_id = secrets.token_hex(8)
        incoming = Incoming(self.channel, external_id, self.address, kind, text, button)
        conversation_id = await self.reception.receive(incoming)
        return self._view(conversation_id)

    def look(self) -> dict[str, Any]:
        """What arrived since the last look, without sending anything."""
        conversation_id = self.reception.find_conversation(self.channel, self.address)
        assert conversation_id is not None
        return self._view(conversation_id)

    def _view(self, conversation_id: int) -> dict[str, Any]:
        with self.database.read() as connection:
            row = conversations.get(connection, conversation_id)
            fresh = transcripts.lines(connection, conversation_id, after=self._seen)
            case = cases.current_of(connection, conversation_id)
        self._seen = fresh[-1].id if fresh else self._seen
        state = State.from_json(row.state)
        said = [line for line in fresh if line.author != "resident"]
        return {
            "label": next((line.label for line in fresh if line.label), None),
            "replies": [{"text": _whole(line), "buttons": [_button(item) for item in line.buttons]} for line in said],
            "asks": self._asks(state),
            "facts": state.interview.facts if state.consent else {},
            "outcomes": state.interview.outcomes or None,
            "case": case.number if case else None,
            "colour": case.colour if case else None,
            "owner": "bot" if row.owner_id is None else "person",
        }

    def _asks(self, state: State) -> str | list[str] | None:
        if state.prompt is None or state.prompt.key != "question":
            return None
        question = next((item for item in self.knowledge().questions if item.id == state.interview.question), None)
        if question is None:
            return None
        return question.facts[0] if len(question.facts) == 1 else list(question.facts)


def _button(item: list[Any]) -> dict[str, str]:
    return {"title": item[0], "value": item[1]}


def _whole(line: transcripts.Line) -> str:
    return line.text + (f"\n{line.footnote}" if line.footnote else "")


async def answer_lines(visitor: Visitor, lines: Iterable[dict[str, Any]], give: Callable[[dict[str, Any]], None]) -> None:
    """Answer each line as it is read."""
    for line in lines:
        if "new" in line:
            visitor.renew()
            give(await visitor.send("start"))
        elif "button" in line:
            give(await visitor.send("button", button=line["button"]))
        else:
            give(await visitor.send("text", text=line["text"]))


async def talk(visitor: Visitor, console: Console) -> None:
    """A talk in the terminal: type words, or the number of a button; an empty line or Ctrl-D ends it."""
    answer = await visitor.send("start")
    while True:
        buttons = _show(answer, console)
        try:
            said = Prompt.ask("[bold]您[/bold]", console=console, default="", show_default=False)
        except EOFError:
            said = ""
        if not said.strip():
            return
        if said.isdigit() and 1 <= int(said) <= len(buttons):
            answer = await visitor.send("button", button=buttons[int(said) - 1]["value"])
        else:
            answer = await visitor.send("text", text=said)


def _show(answer: dict[str, Any], console: Console) -> list[dict[str, str]]:
    buttons: list[dict[str, str]] = []
    for reply in answer["replies"]:
        console.print(f"\n{reply['text']}", markup=False, highlight=False)
        for button in reply["buttons"]:
            buttons.append(button)
            console.print(f"  {len(buttons)}. {button['title']}", style="cyan", markup=False, highlight=False)
    facts = {key: answer[key] for key in ("label", "asks", "case", "colour") if answer[key]}
    if facts:
        console.print("  ".join(f"{key}={value}" for key, value in facts.items()), style="dim", markup=False, highlight=False)
    return buttons
