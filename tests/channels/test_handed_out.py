"""What a resident is given at the end of the questions: a link that opens, a code that leads on, both with their terms."""

import asyncio
import re

from sqlalchemy import select

from bot.conversation import Reading
from bot.knowledge import Knowledge
from bot.reception import Incoming, Reception, links
from bot.store import outbox, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import act_in
from tests.channels.test_findings import House, bring, words
from tests.conftest import NOW

TALK = ("看看能申请什么", "同意", "给我自己", "河东", "都没有", "都没有", "先看结果")


class ActReader:
    """Reads acts only."""

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        """See `Reader`."""
        return Reading(act=act_in(knowledge, text))


def talked(database: Database, knowledge: Knowledge, keys: Keys, channel: str, site: str = "") -> tuple[int, str]:
    """A talk to its findings; the conversation and all the bot said."""
    reception = Reception(database, ActReader(), lambda: knowledge, keys.hashes, lambda: NOW, site=site)

    async def talk() -> int:
        conversation_id = 0
        abroad = ("看看能申请什么", "同意") if channel == "telegram" else ()
        for number, text in enumerate((*abroad, *(TALK[1:] if abroad else TALK))):
            conversation_id = await reception.receive(Incoming(channel, str(number), "first", "text", text))
        return conversation_id

    conversation_id = asyncio.run(talk())
    reception.close()
    with database.read() as connection:
        said = [line.text for line in transcripts.lines(connection, conversation_id) if line.author == "bot"]
    return conversation_id, "\n".join(said)


def code_in(said: str) -> str:
    found = re.search(r"填 ([A-Z]{4} [A-Z]{4})", said)
    assert found is not None, said
    return found[1]


def test_the_link_given_in_the_talk_opens_and_the_code_leads_another_browser_on(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    conversation_id, said = talked(database, knowledge, keys, "web")
    link = re.search(r"/findings/[A-Za-z0-9_-]{43}", said)
    assert link is not None
    assert "请别转给别人" in said and "30 天内" in said and "24 小时内" in said
    house = House(database, knowledge, keys)
    page = house.browser().get(link[0])
    assert page.status_code == 200 and "低保" in page.text
    other = house.browser()
    assert bring(other, code_in(said))[0] == 303
    assert "河东" in words(other.get("/").text)
    with database.write() as connection:
        links.withdraw(connection, conversation_id)
    assert house.browser().get(link[0]).status_code == 404
    house.reception.close()


def test_the_page_of_the_talk_makes_the_link_one_to_tap(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    _, said = talked(database, knowledge, keys, "web")
    house = House(database, knowledge, keys)
    browser = house.browser()
    bring(browser, code_in(said))
    assert re.search(r'<a href="/findings/[A-Za-z0-9_-]{43}" rel="nofollow noreferrer">', browser.get("/").text)
    house.reception.close()


def test_a_messenger_gets_the_public_address(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    _, said = talked(database, knowledge, keys, "telegram", "https://jinnuan.example")
    assert "https://jinnuan.example/findings/" in said and "https://jinnuan.example/resume" in said
    with database.read() as connection:
        sent = "".join(row.content["text"] for row in connection.execute(select(outbox.outbox)))
    assert "https://jinnuan.example/findings/" in sent and "⟦" not in sent


def test_a_messenger_without_a_public_address_says_where_the_page_is(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    _, said = talked(database, knowledge, keys, "telegram")
    assert "/findings/" not in said and "网页版" in said
    assert code_in(said)


def test_each_result_ends_the_code_before(database: Database, knowledge: Knowledge, keys: Keys) -> None:
    _, first = talked(database, knowledge, keys, "web")
    reception = Reception(database, ActReader(), lambda: knowledge, keys.hashes, lambda: NOW)
    asyncio.run(reception.receive(Incoming("web", "again", "first", "text", "看结果")))
    reception.close()
    house = House(database, knowledge, keys)
    assert bring(house.browser(), code_in(first))[0] == 400
    house.reception.close()
