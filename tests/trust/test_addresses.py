"""Every address of the whole program, asked with whatever schemathesis thinks of: no server error, signed in or not."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.app import House, now
from bot.settings import Settings
from bot.staff import Sessions, hash_token
from bot.store import staff
from bot.web.csrf import Csrf
from bot.web.security import Security
from tests.conftest import NOW
from tests.trust.description import describe
from tests.trust.figures import FULL, record
from tests.web.conftest import TestClient

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the library imports is not ours to renew
    import schemathesis

CASES = 2_000 if FULL else 80


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The program as it starts, without its tasks."""
    data = tmp_path_factory.mktemp("data")
    made = House(Settings(data=Path(data), nlu_url="http://127.0.0.1:9", telegram_token=SecretStr("")))
    yield made
    made.database.dispose()


def routes_of(app: Any) -> list[Any]:
    assert isinstance(app, Security)
    inner: Any = app._app
    return list(inner.routes)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("who", ["stranger", "administrator"])
def test_no_address_answers_with_a_server_error(house: House, who: str) -> None:
    schema = schemathesis.openapi.from_dict(describe(routes_of(house.web)))
    operations: list[Any] = list(schema.get_all_operations())
    strategies = [operation.ok().as_strategy() for operation in operations]
    assert len(strategies) > 25
    client = TestClient(house.web, raise_server_exceptions=False, follow_redirects=False)
    csrf = ""
    if who == "administrator":
        with house.database.write() as connection:
            number = staff.add(
                connection, login="zhao", display_name="赵", password_hash="x", roles=["administrator"], districts=[], now=NOW
            )
        token = Sessions(house.database, now).open(number)
        client.cookies.set("jinnuan_staff", token)
        csrf = Csrf(house.keys.form_secret).token(hash_token(token))
    asked = 0

    @settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], database=None)
    @given(case=st.one_of(strategies))
    def ask(case: Any) -> None:
        nonlocal asked
        body = {**case.body, "csrf": csrf or case.body.get("csrf", "")} if isinstance(case.body, dict) else {}
        answer = client.request(
            case.method, case.formatted_path, params=case.query or {}, data=body if case.method == "POST" else None
        )
        asked += 1
        assert answer.status_code < 500, (case.method, case.formatted_path, answer.status_code)

    ask()
    record(f"addresses_{who}", {"addresses": len(strategies), "requests": asked})
