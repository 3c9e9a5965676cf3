"""The console on a real database: cases made through the store, staff signed in through real sessions."""

import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from bot.casework import Scope, is_of_a_harmed_child, urgency
from bot.console import routes
from bot.knowledge import Knowledge
from bot.publishing import Press
from bot.reception import Desk, Reception
from bot.reception.outreach import Outreach
from bot.reception.whatif import compared
from bot.screening import screen
from bot.staff import Passwords, Sessions, hash_token
from bot.store import cases, conversations, screenings, snapshots, staff, transcripts
from bot.store.database import Database
from bot.store.keys import Keys
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.security import Security
from bot.web.templating import environment, static_routes
from tests.conftest import NOW
from tests.reception.test_reception import PatternReader
from tests.standins.learning import learning

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its notice that httpx has a successor
    from starlette.testclient import TestClient

__all__ = ["TestClient"]
PHONE = "10000000123"
SITE = "https://jinnuan.example"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


class House:
    """The console, and short words for what tests need to happen in it."""

    def __init__(
        self, database: Database, knowledge: Knowledge, keys: Keys, secure: bool = False, required: bool = False,
        current: Callable[[], Knowledge] | None = None,
    ) -> None:
        self.database = database
        self.knowledge = knowledge
        self.current = current or (lambda: knowledge)
        self.now = NOW
        self.health: dict[str, object] = {"nlu": "在用"}
        self.desk = Desk(database, self.current, keys.hashes, self.clock)
        self.press = Press(database, self.current, self.clock)
        self.learning = learning(database, self.current, self.clock, Path(str(database.url.database)).parent / "learning")
        self.outreach = Outreach(database, self.current, self.clock)
        self.sessions = Sessions(database, self.clock)
        self.reception = Reception(database, PatternReader(), lambda: knowledge, keys.hashes, self.clock)
        self.csrf = Csrf(keys.form_secret)
        self.live = Live(database)
        self.routes = routes(
            database=database, desk=self.desk, knowledge=self.current, live=self.live,
            templates=environment("bot.console"), clock=self.clock, csrf=self.csrf, secure=secure, health=lambda: self.health,
            hashes=keys.hashes, press=self.press, population=lambda before, after, day: compared(database, before, after, day),
            learning=self.learning, outreach=self.outreach, take_in=self.reception.receive, site=SITE, second_factor_required=required,
            passwords=CHEAP,
        )
        self.app = Security(Starlette(routes=[*self.routes, *static_routes()]), secure=False)

    def clock(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def person(self, login: str, *roles: str, districts: tuple[str, ...] = (), unit: int | None = None) -> int:
        with self.database.write() as connection:
            staff_id = staff.add(
                connection, login=login, display_name=f"员工{login}", password_hash="x", roles=list(roles),
                districts=list(districts), now=self.now,
            )
            staff.set_place(connection, staff_id, list(roles), list(districts), unit)
        return staff_id

    def stranger(self) -> TestClient:
        return TestClient(self.app, base_url="http://testserver", follow_redirects=False)

    def browser(self, staff_id: int) -> "Browser":
        return Browser(self, self.sessions.open(staff_id))

    def case(self, number: str, *, district: str | None = "河东区", signals: tuple[str, ...] = (), **values: Any) -> int:
        """A case with a conversation; `facts` screens it, `lines` are said by the resident, `ago` in minutes."""
        at = self.now - timedelta(minutes=values.pop("ago", 0))
        with self.database.write() as connection:
            conversation_id = conversations.create(connection, values.pop("channel", "web"), number, f"hash {number}", at)
            for line in values.pop("lines", ("我想问问低保",)):
                transcripts.add(connection, conversation_id, author="resident", text=line, now=at)
            screening_id = None
            facts = values.pop("facts", None)
            if facts:
                snapshots.keep_knowledge(connection, self.knowledge, at)
                found = screen(self.knowledge, facts, at.date())
                screening_id = screenings.add(connection, conversation_id, facts, found.to_json(), self.knowledge.version, at)
            colour, reason = urgency(self.knowledge.triage, signals)
            made: dict[str, Any] = {"kind": "asked", "programmes": [], "details": {}, "phone_hash": None, **values}
            made["child_harm"] = is_of_a_harmed_child(self.knowledge.triage, signals)
            return cases.open_case(
                connection, number=number, conversation_id=conversation_id, screening_id=screening_id, colour=colour,
                reason=reason, signals=list(signals), district=district, now=at, **made,
            )

    def stored(self, number: str) -> cases.CaseRow:
        with self.database.read() as connection:
            found = cases.by_number(connection, Scope(0, frozenset({"supervisor_city"}), None), number)
        assert found is not None
        return found

    def said_in(self, number: str) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            found = transcripts.lines(connection, self.stored(number).conversation_id)
        return [(line.author, line.text) for line in found]


class Browser:
    """A signed-in browser; `post` brings the form's token along, as a page would."""

    def __init__(self, house: House, token: str) -> None:
        self.client = house.stranger()
        self.client.cookies.set("jinnuan_staff", token)
        self.csrf = house.csrf.token(hash_token(token))

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, /, **fields: Any) -> Any:
        return self.client.post(path, data={"csrf": self.csrf, **fields})


@pytest.fixture
def house(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Iterator[House]:
    made = House(sqlite, knowledge, keys)
    yield made
    made.reception.close()


@pytest.fixture
def worker(house: House) -> Browser:
    """Hotline in 河东区."""
    return house.browser(house.person("wang", "hotline", districts=("河东区",)))


