"""Error pages."""

import pytest
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import StoreError
from bot.knowledge import Knowledge
from bot.web.pages import handlers
from bot.web.security import HEADERS
from bot.web.templating import environment
from tests.web.conftest import TestClient

FAULTS: dict[str, Exception] = {
    "store": StoreError("数据库连不上"),
    "driver": OperationalError("select", {}, Exception("disk I/O error")),
    "bug": ZeroDivisionError("secret of the house"),
    **{str(status): HTTPException(status) for status in (400, 403, 405, 413, 418)},
}


@pytest.fixture
def client(knowledge: Knowledge) -> TestClient:
    async def fail(request: Request) -> Response:
        raise FAULTS[request.path_params["fault"]]

    app = Starlette(
        routes=[Route("/fail/{fault}", fail), Route("/console/fail/{fault}", fail)],
        exception_handlers=dict(handlers(environment(), lambda: knowledge)),
    )
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_error_page_is_chinese_and_has_the_numbers_to_call(client: TestClient, fault: str) -> None:
    response = client.get(f"/fail/{fault}")
    assert response.status_code == (int(fault) if fault.isdigit() else {"bug": 500}.get(fault, 503))
    assert '<html lang="zh-CN"' in response.text
    for number in ("110", "120", "12345"):
        assert f'href="tel:{number}"' in response.text


def test_a_page_that_does_not_exist_leads_home(client: TestClient) -> None:
    response = client.get("/nowhere")
    assert response.status_code == 404
    assert 'class="button" href="/"' in response.text


def test_staff_are_led_back_to_the_console(client: TestClient) -> None:
    assert 'class="button" href="/console"' in client.get("/console/fail/403").text


def test_a_fault_of_ours_shows_nothing_of_the_inside(client: TestClient) -> None:
    response = client.get("/fail/bug")
    assert "ZeroDivision" not in response.text
    assert "secret of the house" not in response.text
    assert "Traceback" not in response.text
    assert {name: response.headers[name] for name in HEADERS} == HEADERS


def test_a_script_gets_an_object(client: TestClient) -> None:
    response = client.get("/fail/store", headers={"Accept": "application/json"})
    assert (response.status_code, response.json()) == (503, {"problem": 503})


def test_a_database_that_is_away_says_when_to_come_back(client: TestClient) -> None:
    assert client.get("/fail/driver").headers["retry-after"] == "10"
