"""Walks every route as every role and as nobody."""

import re

import pytest
from sqlalchemy import func, select
from starlette.routing import Mount, Route

from bot.staff import ROLES, Permission, may
from bot.store import audit, cases
from tests.console.conftest import Browser, House

OWN, OTHER, CITY, DANGER = "JN2611-OWNOWN", "JN2611-OTHERS", "JN2611-CITYDK", "JN2611-DANGER"
OPEN_TO_STRANGERS = {"/console/sign-in", "/console/join/{token}"}
NEEDS: dict[str, Permission | None] = {
    "/console": None, "/console/sign-out": None, "/console/changes": None, "/console/events": "see_cases",
    "/console/account": None, "/console/account/password": None, "/console/account/sessions": None,
    "/console/staff": "manage_staff", "/console/staff/invite": "manage_staff", "/console/staff/withdraw": "manage_staff",
    "/console/staff/{staff_id:int}/active": "manage_staff", "/console/health": "see_health",
    "/console/cases/{number}": "see_cases", "/console/cases/{number}/events": "see_cases",
    "/console/{elsewhere:path}": None,
    **{
        f"/console/cases/{{number}}/{deed}": "work_cases"
        for deed in ("claim", "take-over", "write", "give-back", "move", "close", "note", "colour", "contact")
    },
}


def every(house: House) -> list[tuple[str, str]]:
    """(method, path) of every route but static files."""
    found = []
    for route in house.routes:
        if isinstance(route, Mount):
            assert route.path == "/console/static"
            continue
        assert isinstance(route, Route)
        found += [(method, route.path) for method in sorted((route.methods or set()) - {"HEAD"})]
    assert len(found) > 20
    return found


def address(path: str, number: str = OTHER) -> str:
    return path.replace("{number}", number).replace("{token}", "x").replace("{elsewhere:path}", "no-such-page").replace("{staff_id:int}", "1")


@pytest.fixture
def cases_of_all_kinds(house: House) -> None:
    house.case(OWN, district="河东区", details={"need": "自己区的"})
    house.case(OTHER, district="南开区", details={"need": "别的区的"}, lines=("别的区说的话",))
    house.case(CITY, district=None, details={"need": "没有说区的"})
    house.case(DANGER, district=None, signals=("crisis.medical",), details={"need": "有危险又没说区"})


def test_the_list_of_needs_names_every_route(house: House) -> None:
    assert {path for _, path in every(house)} == {*NEEDS, *OPEN_TO_STRANGERS}


@pytest.mark.usefixtures("cases_of_all_kinds")
def test_a_stranger_comes_no_further_than_the_door(house: House) -> None:
    for method, path in every(house):
        if path in OPEN_TO_STRANGERS:
            continue
        answer = house.stranger().request(method, address(path, OWN), data={"csrf": "x"} if method == "POST" else None)
        assert answer.status_code in {303, 401}, (method, path)
        assert answer.headers.get("location", "/console/sign-in").startswith("/console/sign-in"), (method, path)
        assert "的" not in answer.text, (method, path)


@pytest.mark.usefixtures("cases_of_all_kinds")
@pytest.mark.parametrize("role", ROLES)
def test_every_role_reaches_exactly_what_it_may(house: House, role: str) -> None:
    browser = house.browser(house.person("someone", role, districts=("河东区",)))
    for method, path in every(house):
        needed = NEEDS.get(path)
        if path in OPEN_TO_STRANGERS or needed is None or path.endswith("events"):
            continue
        answer = browser.post(address(path, OWN)) if method == "POST" else browser.get(address(path, OWN))
        assert (answer.status_code == 403) == (not may([role], needed)), (method, path, answer.status_code)
        assert answer.status_code < 500


@pytest.mark.usefixtures("cases_of_all_kinds")
@pytest.mark.parametrize("role", ROLES)
def test_no_route_shows_or_changes_a_case_of_another_district(house: House, role: str) -> None:
    everywhere = role in {"administrator", "auditor"}
    browser = house.browser(house.person("someone", role, districts=("河东区",)))
    for method, path in every(house):
        if "{number}" not in path or path.endswith("events"):
            continue
        fields = {"text": "x", "to": "claimed", "colour": "red", "reason": "x", "outcome": "applied", "note": "x"}
        answer = browser.post(address(path), **fields) if method == "POST" else browser.get(address(path))
        if not everywhere:
            assert answer.status_code in {403, 404}, (method, path)
            assert "别的区" not in answer.text, (method, path)
    queue = browser.get("/console?status=all").text
    assert (OTHER in queue) == everywhere
    if not everywhere:
        with house.database.read() as connection:
            events = cases.events(connection, house.stored(OTHER).id)
            seen = select(func.count()).select_from(audit.audit).where(audit.audit.c.object == f"case:{OTHER}")
            assert connection.scalar(seen) == 0
        assert [item.what for item in events] == ["opened"]


@pytest.mark.usefixtures("cases_of_all_kinds")
@pytest.mark.parametrize(("roles", "districts", "shown"), [
    (("hotline",), ("河东区",), {OWN, DANGER}),
    (("hotline",), (), {CITY, DANGER}),
    (("supervisor",), ("河东区", "南开区"), {OWN, OTHER, DANGER}),
    (("child_protection",), ("南开区",), {OTHER, DANGER}),
    (("auditor",), (), {OWN, OTHER, CITY, DANGER}),
    (("administrator",), (), {OWN, OTHER, CITY, DANGER}),
    (("policy_editor",), ("河东区",), set()),
    (("policy_editor", "hotline"), ("河东区",), {OWN, DANGER}),
])
def test_queues_hold_the_own_districts_and_danger_without_a_district(
    house: House, roles: tuple[str, ...], districts: tuple[str, ...], shown: set[str]
) -> None:
    browser = house.browser(house.person("someone", *roles, districts=districts))
    text = browser.get("/console").text

    assert set(re.findall(r"data-open>(\S+)</a>", text)) == shown


@pytest.mark.usefixtures("cases_of_all_kinds")
def test_no_form_is_taken_without_its_token(house: House) -> None:
    staff_id = house.person("admin", "administrator")
    browser, other = house.browser(staff_id), house.browser(staff_id)
    for method, path in every(house):
        if method != "POST" or path in OPEN_TO_STRANGERS:
            continue
        for given in ("", "made-up", other.csrf):
            answer = browser.client.post(address(path, OWN), data={"csrf": given, "text": "x", "active": "no"})
            assert answer.status_code == 403, path
            assert "放得太久" in answer.text, path


@pytest.mark.usefixtures("cases_of_all_kinds")
def test_forms_are_never_taken_by_get(house: House) -> None:
    browser = house.browser(house.person("admin", "administrator"))
    for method, path in every(house):
        if method == "POST" and ("GET", path) not in every(house):
            assert browser.get(address(path, OWN)).status_code == 404, path


def test_a_wrong_address_under_the_console_stays_in_its_frame(house: House, worker: Browser) -> None:
    answer = worker.get("/console/no-such-page")
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    assert "津暖工作台" in answer.text
    assert worker.get("/console/").headers["location"] == "/console"


def test_a_page_written_in_another_session_is_stale_not_harmful(house: House, worker: Browser) -> None:
    house.case(OWN)
    worker.csrf = "x"
    assert worker.post(f"/console/cases/{OWN}/claim").status_code == 403
    assert house.stored(OWN).claimed_by is None
