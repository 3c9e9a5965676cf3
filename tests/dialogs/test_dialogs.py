"""Runs every conversation of this folder through the real engine."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.casework import Scope
from bot.channels.terminal import CHANNEL, Visitor
from bot.conversation import Reading
from bot.knowledge import Knowledge, build
from bot.reception import Desk, Reception
from bot.store import queue, staff
from bot.store.database import Database
from bot.store.keys import memory_keys
from bot.store.queue import QueueFilter
from bot.understanding import act_in, crisis_kind
from tests.conftest import NOW

FOLDER = Path(__file__).parent
DIALOGS = sorted(FOLDER.glob("*.yaml"))


def test_there_are_dialogs() -> None:
    assert len(DIALOGS) >= 10


class ScriptedReader:
    """The words' own patterns are real; what the model would say stands in the script."""

    def __init__(self) -> None:
        self.next: dict[str, Any] | None = None

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        crisis, act = crisis_kind(knowledge, text), act_in(knowledge, text)
        means = self.next
        if means is None:
            return Reading(crisis=crisis, by_pattern=crisis is not None, act=act)
        label, certainty = means["label"], means.get("certainty", "sure")
        ranking = ((label, 0.9), *((other, 0.05) for other in means.get("near", [])))
        return Reading(label=label, confidence=0.9, ranking=ranking, certainty=certainty, crisis=crisis, by_pattern=crisis is not None, act=act)


class Stage:
    """One resident, one worker, one engine."""

    def __init__(self, knowledge: Knowledge, channel: str = CHANNEL, policy_only: bool = False) -> None:
        keys = memory_keys()
        self.knowledge = knowledge
        self.now = NOW
        self.database = Database("sqlite://", keys.cipher)
        self.database.upgrade()
        self.reader = ScriptedReader()
        clock = lambda: self.now  # noqa: E731  the stage moves its own clock
        self.reception = Reception(
            self.database, self.reader, lambda: self.knowledge, keys.hashes, clock, policy_only={channel} if policy_only else (),
        )
        self.desk = Desk(self.database, lambda: self.knowledge, keys.hashes, clock)
        self.visitor = Visitor(self.reception, self.database, lambda: self.knowledge, channel=channel)
        self.buttons: dict[str, str] = {}
        with self.database.write() as connection:
            worker = staff.add(connection, login="w", display_name="小王", password_hash="", roles=["supervisor_city"], districts=[], now=NOW)
        self.scope = Scope.of(worker, ["supervisor_city", "supervisor"], [])

    async def step(self, step: dict[str, Any]) -> dict[str, Any]:
        self.now += timedelta(seconds=step.get("after_seconds", 5))
        means = step.get("means")
        self.reader.next = {"label": means} if isinstance(means, str) else means
        if "says" in step:
            answer = await self.visitor.send("text", text=str(step["says"]))
        elif "taps" in step:
            assert step["taps"] in self.buttons, f"没有按钮「{step['taps']}」,有的是:{list(self.buttons)}"
            answer = await self.visitor.send("button", button=self.buttons[step["taps"]])
        elif "night" in step:
            self.reception.erasing.finish(self.database, self.knowledge, self.now)
            answer = self.visitor.look()
        elif "policy" in step:
            self._publish(step["policy"])
            return self.visitor.look()
        elif "staff" in step:
            answer = await self._staff(step["staff"], str(step.get("words", "")))
        else:
            answer = await self.visitor.send(step["sends"])
        with self.database.read() as connection:
            found = queue.page(connection, self.scope, QueueFilter(status="all"), self.now).rows
        newest = max(found, key=lambda case: case.id, default=None)
        answer["in_case"] = {} if newest is None else {
            **newest.details, "may_contact": newest.may_contact, "district": newest.district, "kind": newest.kind, "signals": newest.signals,
        }
        fresh = {button["title"]: button["value"] for reply in answer["replies"] for button in reply["buttons"]}
        self.buttons = {**self.buttons, **fresh} if step.get("keep_buttons", True) else fresh
        return answer

    def _publish(self, changes: list[dict[str, str]]) -> None:
        """New policies from now on: files with other words in them."""
        files = dict(self.knowledge.files)
        for change in changes:
            assert change["from"] in files[change["file"]], f"{change['file']} 里没有「{change['from']}」"
            files[change["file"]] = files[change["file"]].replace(change["from"], change["to"])
        self.knowledge = build(files)

    async def _staff(self, deed: str, words: str) -> dict[str, Any]:
        with self.database.read() as connection:
            number = queue.page(connection, self.scope, QueueFilter(status="all"), self.now).rows[0].number
        match deed:
            case "claims":
                self.desk.talk.claim(self.scope, number)
            case "takes_over":
                self.desk.talk.take_over(self.scope, number)
            case "writes":
                self.desk.talk.write(self.scope, number, words)
            case "gives_back":
                self.desk.talk.give_back(self.scope, number)
            case "closes":
                self.desk.moves.move(self.scope, number, "closed", outcome="answered", note=words)
        return self.visitor.look()


@pytest.mark.parametrize("file", DIALOGS, ids=lambda path: path.stem)
def test_dialog(file: Path, knowledge: Knowledge) -> None:
    script = yaml.safe_load(file.read_text(encoding="utf-8"))
    asyncio.run(_play(script, knowledge))


async def _play(script: dict[str, Any], knowledge: Knowledge) -> None:
    stage = Stage(knowledge, script.get("channel", CHANNEL), script.get("policy_only", False))
    for number, step in enumerate(script["steps"], start=1):
        answer = await stage.step(step)
        if "policy" in step:
            continue
        _compare(step.get("bot", {}), answer, f"{script['name']},第 {number} 步")
    stage.reception.close()


def _compare(wanted: dict[str, Any], answer: dict[str, Any], where: str) -> None:
    said = "\n".join(reply["text"] for reply in answer["replies"])
    titles = [button["title"] for reply in answer["replies"] for button in reply["buttons"]]
    for key in ("label", "asks", "colour", "owner"):
        if key in wanted:
            assert answer[key] == wanted[key], f"{where}:{key} 是 {answer[key]}\n{said}"
    if "case" in wanted:
        assert (answer["case"] is not None) == wanted["case"], f"{where}:case\n{said}"
    for key in ("facts", "outcomes"):
        for name, value in wanted.get(key, {}).items():
            assert answer[key] is not None and answer[key].get(name) == value, f"{where}:{key} 是 {answer[key]}\n{said}"
    for name, value in wanted.get("in_case", {}).items():
        assert answer["in_case"].get(name) == value, f"{where}:个案里的 {name} 是 {answer['in_case'].get(name)!r}\n{said}"
    for words in _list(wanted.get("says")):
        assert words in said, f"{where}:没说「{words}」\n{said}"
    for words in _list(wanted.get("never")):
        assert words not in said, f"{where}:说了「{words}」\n{said}"
    for title in _list(wanted.get("buttons")):
        assert title in titles, f"{where}:没有按钮「{title}」,有 {titles}"
    if wanted.get("silent"):
        assert not said, f"{where}:该不说话,却说了\n{said}"
    elif "silent" not in wanted:
        assert said, f"{where}:没有回话"


def _list(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)
