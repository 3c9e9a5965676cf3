"""The policy desk on a real database: what is published is what the next page is made from."""

from collections.abc import Iterator

import pytest

from bot.knowledge import Knowledge
from bot.publishing import Shelf
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW, ROOT
from tests.console.conftest import Browser, House

ANSWER = "answers/ask/dibao/overview.md"
FIGURE = "parameters/dibao_monthly.yaml"


class PolicyHouse(House):
    """The console with a shelf of its own, and people of every kind."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.shelf = Shelf(ROOT / "policies", NOW.date, database)
        super().__init__(database, self.shelf.current(), keys, current=self.in_force)
        self.editor = self.browser(self.person("bianji", "policy_editor"))
        self.other = self.browser(self.person("bianji2", "policy_editor"))
        self.reviewer = self.browser(self.person("shenhe", "policy_reviewer"))
        self.supervisor = self.browser(self.person("zhuguan", "supervisor", districts=("河东区",)))
        self.hotline = self.browser(self.person("rexian", "hotline", districts=("河东区",)))

    def in_force(self) -> Knowledge:
        self.shelf.reload(files=False)
        return self.shelf.current()

    def draft(self, title: str = "一次改动", browser: Browser | None = None) -> str:
        """Begin one; returns its address."""
        answer = (browser or self.editor).post("/console/policies/drafts/new", title=title)
        assert answer.status_code == 303
        return str(answer.headers["location"].partition("?")[0])


@pytest.fixture
def office(sqlite: Database, keys: Keys) -> Iterator[PolicyHouse]:
    yield PolicyHouse(sqlite, keys)
