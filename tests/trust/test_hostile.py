"""Whatever is typed: the turn answers, the web chat answers, nobody sees a fault."""

import asyncio
import re
import secrets

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from starlette.applications import Starlette

from bot.channels.web import routes
from bot.conversation import Circumstances, Message, Reading, State, turn
from bot.knowledge import Knowledge
from bot.reception import Crowd, Limits, Reception
from bot.store import inbound
from bot.store.database import Database
from bot.store.keys import Keys
from bot.understanding import act_in, clean, crisis_kind, extract, read_answer
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.pages import handlers
from bot.web.security import Security
from bot.web.templating import environment, static_routes
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader
from tests.trust.figures import FULL, record
from tests.trust.hostile import hostile

OWN = 5_000 if FULL else 300
OF_HYPOTHESIS = 2_500 if FULL else 100
ON_THE_WEB = 5_000 if FULL else 150
PER_CONVERSATION = 25


def read(knowledge: Knowledge, text: str) -> Reading:
    crisis = crisis_kind(knowledge, text)
    return Reading(crisis=crisis, label=crisis, by_pattern=crisis is not None, act=act_in(knowledge, text))


def in_the_questionnaire(knowledge: Knowledge) -> State:
    """A conversation in which the first question about the household is open."""
    state = State()
    for words, button in (("", "0:screen"), ("同意", "")):
        message = Message(kind="button" if button else "text", text=words, button=button, token="ab")
        state = turn(state, message, read(knowledge, words), knowledge, Circumstances(now=NOW)).state
    assert state.interview.running
    return state


@pytest.mark.timeout(3600)
def test_the_turn_answers_our_own_hostile_messages(knowledge: Knowledge) -> None:
    state = State()
    for number, given_text in enumerate(hostile(OWN)):
        if number % PER_CONVERSATION == 0:
            state = in_the_questionnaire(knowledge) if number // PER_CONVERSATION % 2 else State()
        text = clean(given_text)
        made = turn(state, Message(kind="text", text=text, token=f"{number:x}"), read(knowledge, text), knowledge, Circumstances(now=NOW))
        assert made.replies
        extract(knowledge, text)
        for fact in list(knowledge.facts)[number % 7 :: 7]:
            read_answer(knowledge, fact, text)
        state = State.from_json(made.state.to_json())
    record("fuzz_turn", {"messages": OWN})


@pytest.mark.timeout(3600)
@settings(max_examples=OF_HYPOTHESIS, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(st.text(st.characters(), max_size=200), min_size=1, max_size=4))
def test_the_turn_answers_those_of_hypothesis(knowledge: Knowledge, texts: list[str]) -> None:
    state = in_the_questionnaire(knowledge)
    for number, given_text in enumerate(texts):
        text = clean(given_text)
        made = turn(state, Message(kind="text", text=text, token=f"{number:x}"), read(knowledge, text), knowledge, Circumstances(now=NOW))
        assert made.replies
        state = State.from_json(made.state.to_json())


@pytest.mark.timeout(3600)
def test_the_web_chat_answers_hostile_messages(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    reception = Reception(
        sqlite, PatternReader(), lambda: knowledge, keys.hashes, lambda: NOW, Crowd(Limits(address_burst=10**6))
    )
    templates = environment("bot.channels")
    pages = routes(
        reception=reception, database=sqlite, knowledge=lambda: knowledge, live=Live(sqlite), templates=templates, clock=lambda: NOW,
        csrf=Csrf(keys.form_secret), secure=False, site="http://testserver",
    )
    app = Security(Starlette(routes=[*static_routes(), *pages], exception_handlers=dict(handlers(templates, lambda: knowledge))), secure=False)

    async def scene() -> None:
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver")
        token = ""
        for number, text in enumerate(hostile(ON_THE_WEB, seed=7)):
            if number % PER_CONVERSATION == 0:
                client.cookies.clear()
                found = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/")).text)
                assert found is not None
                token = found[1]
            body = {"csrf": token, "nonce": secrets.token_urlsafe(16), "text": text.encode("utf-8", "surrogatepass").decode("latin-1"), "after": "0"}
            answer = await client.post("/say", data=body, headers={"Accept": "application/json"} if number % 2 else {})
            assert answer.status_code in {200, 303, 413}, (number, answer.status_code)
            if number % PER_CONVERSATION == PER_CONVERSATION - 1:
                assert (await client.get("/")).status_code == 200
        await client.aclose()

    asyncio.run(scene())
    reception.close()
    with sqlite.read() as connection:
        open_rows = connection.scalars(select(inbound.inbound.c.id).where(inbound.inbound.c.processed_at.is_(None))).all()
        assert inbound.counts(connection)["set_aside"] == 0
    assert open_rows == []
    record("fuzz_web", {"messages": ON_THE_WEB})
