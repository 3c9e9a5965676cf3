"""Publishing while fifty people talk: nobody's talk fails, nobody's interview is lost, later answers are the new ones."""

import asyncio
import itertools
from pathlib import Path

from bot.channels.terminal import Visitor
from bot.publishing import Press, Shelf
from bot.reception import Reception
from bot.store.database import Database
from bot.store.keys import memory_keys
from tests.conftest import NOW, ROOT
from tests.dialogs.test_dialogs import ScriptedReader
from tests.publishing.test_press import FIGURE, Office

PEOPLE = 50
ROUNDS = 8


def test_fifty_talks_go_on_while_policies_change_and_a_text_is_taken_down(tmp_path: Path) -> None:
    keys = memory_keys()
    database = Database(f"sqlite:///{tmp_path / 'jinnuan.db'}", keys.cipher)
    database.upgrade()
    office = Office(database)
    shelf = Shelf(ROOT / "policies", NOW.date, database)
    reception = Reception(database, ScriptedReader(), shelf.current, keys.hashes, lambda: NOW)
    people = [Visitor(reception, database, shelf.current, channel="terminal") for _ in range(PEOPLE)]
    versions: set[str] = set()
    answered: list[str] = []
    all_answered = [asyncio.Event() for _ in range(3)]

    async def talk(person: Visitor, changing: asyncio.Task[None]) -> list[dict[str, object]]:
        answer = await person.send("text", text="我要测一测")
        said = [answer]
        for turn in itertools.count():
            if changing.done() and turn >= ROUNDS:
                break
            buttons = [button for reply in answer["replies"] for button in reply["buttons"]]
            wanted = buttons[0]["value"] if buttons else ""
            answer = await (person.send("button", button=wanted) if wanted else person.send("text", text=f"第 {turn} 次"))
            said.append(answer)
            versions.add(shelf.current().version)
            answered.append(str(answer["label"]))
            for step, event in enumerate(all_answered, start=1):
                if len(answered) >= step * PEOPLE:  # so many rounds of everybody
                    event.set()
        return said

    async def change() -> None:
        for step in range(3):
            await all_answered[step].wait()
            await asyncio.to_thread(_publish, office, shelf, step)

    async def everything() -> list[list[dict[str, object]]]:
        changing = asyncio.create_task(change())
        talks = [asyncio.create_task(talk(person, changing)) for person in people]
        found = await asyncio.gather(*talks)
        await changing
        return found

    found = asyncio.run(everything())
    reception.close()
    database.dispose()
    assert len(found) == PEOPLE
    assert all(answer["replies"] for said in found for answer in said)
    assert len(versions) == 4  # as it was, and after each of three changes


def _publish(office: Office, shelf: Shelf, step: int) -> None:
    press: Press = office.press
    if step == 1:
        press.withdraw(office.reviewer, label="ask.dibao.amount", reason="数可能不对")
    else:
        office.published(FIGURE, "note: ", f"note: 第 {step} 次。")
    shelf.reload(files=False)
    office.shelf.reload(files=False)
