"""Headers of every response, and the limit of a body."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.security import HEADERS, LARGEST_BODY, Security, hosts_of
from tests.web.conftest import TestClient


async def _echo(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(str(len(str(form.get("text", "")))))


async def _kept(request: Request) -> Response:
    return PlainTextResponse("", headers={"Cache-Control": "max-age=60"})


def _client(secure: bool = False) -> TestClient:
    app = Starlette(routes=[Route("/", _echo, methods=["POST", "GET"]), Route("/kept", _kept)])
    return TestClient(Security(app, secure=secure))


def test_every_response_carries_the_headers() -> None:
    for path in ("/", "/missing"):
        response = _client().get(path)
        assert {name: response.headers[name] for name in HEADERS} == HEADERS


def test_scripts_and_styles_may_come_from_here_only_and_never_inline() -> None:
    policy = HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_a_response_may_say_how_long_it_is_kept() -> None:
    assert _client().get("/kept").headers["cache-control"] == "max-age=60"


def test_browsers_are_told_to_stay_on_https_only_when_they_came_over_it() -> None:
    assert "strict-transport-security" not in _client().get("/").headers
    assert "max-age" in _client(secure=True).get("/").headers["strict-transport-security"]


def test_ten_thousand_emoji_are_taken() -> None:
    response = _client().post("/", data={"text": "😀" * 10_000})
    assert (response.status_code, response.text) == (200, "10000")


def test_a_larger_body_is_refused() -> None:
    assert _client().post("/", data={"text": "a" * LARGEST_BODY}).status_code == 413


def test_a_larger_body_without_a_length_is_refused_too() -> None:
    def chunks() -> Iterator[bytes]:
        yield b"text="
        for _ in range(LARGEST_BODY // 1024 + 1):
            yield b"a" * 1024

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert _client().post("/", content=chunks(), headers=headers).status_code == 413


@pytest.mark.parametrize(("host", "status"), [
    ("jinnuan.example", 200), ("JINNUAN.example:443", 200), ("127.0.0.1:8000", 200), ("[::1]:8000", 200), ("localhost", 200), ("evil.example", 421),
    ("jinnuan.example.evil", 421), ("", 421), ("jinnuan.example@evil.example", 421),
])
def test_pages_are_given_under_the_public_name_only(host: str, status: int) -> None:
    app = Security(Starlette(routes=[Route("/", _echo)]), secure=True, hosts=hosts_of("https://jinnuan.example/"))
    answer = TestClient(app).get("/", headers={"Host": host})
    assert answer.status_code == status
    assert answer.headers["content-security-policy"] == HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize(("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)])
def test_a_form_that_a_browser_says_comes_from_elsewhere_is_refused(site: str, status: int) -> None:
    assert _client().post("/", data={"text": "x"}, headers={"Sec-Fetch-Site": site}).status_code == status


def test_health_is_told_under_any_name() -> None:
    app = Security(Starlette(routes=[Route("/health/ready", _echo)]), secure=True, hosts=hosts_of("https://jinnuan.example"))
    assert TestClient(app).get("/health/ready", headers={"Host": "10.0.0.7:8000"}).status_code == 200


def test_a_link_from_elsewhere_and_a_program_without_a_browser_are_served() -> None:
    assert _client().get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200
    assert _client().post("/", data={"text": "x"}).status_code == 200
