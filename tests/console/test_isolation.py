"""Walks every route as every role and as nobody. The routes are those of the app itself: a new one without a rule here fails."""

import re
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.routing import Mount, Route

import bot.app
from bot.casework import Scope
from bot.settings import Settings
from bot.staff import ROLES, Permission, may
from bot.store import audit, cases, units
from tests.conftest import ROOT
from tests.console.conftest import PHONE, Browser, House

OWN, OTHER, CITY, DANGER, CHILD, UNIT = (f"JN2611-{name}" for name in ("OWNOWN", "OTHERS", "CITYDK", "DANGER", "CHILDC", "UNITUN"))
OPEN_TO_STRANGERS = {"/console/sign-in", "/console/join/{token}", "/console/code", "/console/enrol"}
OPEN_TO_RESIDENTS = {
    "/", "/say", "/lines", "/events", "/size/{size}", "/leave", "/forget", "/answers", "/answers/{label}", "/findings/{token}", "/resume",
    "/health/live", "/health/ready", "/mine/{token}", "/mine/{token}/data", "/metrics",
}
"""Behind the cookie of the resident's own browser or an unguessable link; none knows of staff."""
NEEDS: dict[str, Permission | None] = {
    "/console": None, "/console/sign-out": None, "/console/changes": None, "/console/events": "see_cases",
    "/console/account": None, "/console/account/password": None, "/console/account/sessions": None,
    "/console/account/session": None, "/console/account/second-factor": None, "/console/account/second-factor/codes": None,
    "/console/account/second-factor/remove": None,
    "/console/staff": "manage_staff", "/console/staff/invite": "manage_staff", "/console/staff/withdraw": "manage_staff",
    "/console/staff/units": "manage_staff", "/console/staff/units/{unit_id:int}/active": "manage_staff",
    "/console/staff/{staff_id:int}": "manage_staff",
    **{f"/console/staff/{{staff_id:int}}/{deed}": "manage_staff" for deed in ("place", "active", "password-link", "second-factor", "unlock", "sessions")},
    "/console/audit": "see_audit", "/console/audit/verify": "see_audit", "/console/audit/export": "see_audit",
    "/console/cases/{number}/seen": "work_cases", "/console/alerts": "see_cases", "/console/alerts/events": "see_cases",
    "/console/duty": "see_cases", "/console/duty/save": "supervise_cases", "/console/duty/remove": "supervise_cases", "/console/duty/reach": "work_cases",
    "/console/cases/{number}/look": "see_cases", "/console/health": "see_health",
    "/console/health/channels/{channel}": "run_program", "/console/health/letters/{letter:int}": "run_program",
    "/console/cases/{number}": "see_cases", "/console/cases/{number}/events": "see_cases",
    "/console/{elsewhere:path}": None,
    **{f"/console/policies{path}": "see_policies" for path in (
        "", "/files/{path:path}", "/rules/{programme}", "/answers/{label}", "/figures", "/figures/{name}", "/drafts", "/drafts/{draft:int}",
        "/revisions", "/revisions/{revision:int}", "/drafts/{draft:int}/comment", "/drafts/{draft:int}/confirm",
    )},
    **{f"/console/policies{path}": "withdraw_policies" for path in ("/answers/{label}/withdraw", "/rules/{programme}/withdraw")},
    **{f"/console/policies{path}": "edit_policies" for path in (
        "/answers/{label}/put-back", "/rules/{programme}/put-back", "/figures/{name}/add", "/revisions/{revision:int}/roll-back",
        *(f"/drafts/{{draft:int}}/{deed}" for deed in ("edit", "form", "preview", "forget", "submit", "drop", "publish")), "/drafts/new",
    )},
    **{f"/console/policies/drafts/{{draft:int}}/{deed}": "review_policies" for deed in ("send-back", "approve")},
    **{f"/console/learning{path}": "edit_policies" for path in (
        "", "/try", "/sentences", "/sentences/{sentence:int}/withdraw", "/questions/{question:int}/done", "/groups/{group:int}", "/training",
        *(f"/groups/{{group:int}}/{deed}" for deed in ("taken-as", "new-question", "leave")),
        *(f"/training/{deed}" for deed in ("start", "put", "back", "drop")),
    )},
    "/console/quality": "see_policies",
    **{f"/console/outreach{path}": "supervise_cases" for path in ("", "/release", "/drop")},
    **{
        f"/console/cases/{{number}}/{deed}": "work_cases"
        for deed in (
            "claim", "take-over", "write", "give-back", "move", "close", "note", "colour", "contact", "unit", "answered", "verify", "lower",
            "promise", "kept", "not-reached", "paper", "paper-came", "checklist", "ticket", "tag", "untag", "tier", "transfer", "accept", "refuse", "join",
            "part", "child-report", "keep",
        )
    },
    "/console/cases/{number}/phrases": "see_cases", "/console/cases/{number}/print": "see_cases", "/console/cases/{number}/print-whole": "work_cases",
    **{f"/console/intake{rest}": "work_cases" for rest in ("", "/{conversation_id:int}", "/{conversation_id:int}/say")},
    "/console/leave": "work_cases", "/console/leave/take-back": "work_cases",
    "/console/next": "work_cases", "/console/assign": "supervise_cases",
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
    """The path with something in its places: the case's number, names that exist, 1 for ids, «x» for other words."""
    known = {
        "number": number, "elsewhere:path": "no-such-page", "label": "ask.dibao.amount", "programme": "dibao", "name": "dibao_monthly",
        "path:path": "messages.yaml",
    }
    return re.sub(r"\{([^}]+)\}", lambda found: known.get(found[1], "1" if found[1].endswith(":int") else "x"), path)


@pytest.fixture
def cases_of_all_kinds(house: House) -> None:
    house.case(OWN, district="河东区", details={"need": "自己区的"})
    house.case(OTHER, district="南开区", details={"need": "别的区的"}, lines=("别的区说的话",))
    house.case(CITY, district=None, details={"need": "没有说区的"})
    house.case(DANGER, district=None, signals=("crisis.medical",), details={"need": "有危险又没说区"})


def test_every_route_of_the_app_has_a_rule_here(house: House, tmp_path: Path) -> None:
    app = bot.app.House(Settings(data=tmp_path, policies_folder=ROOT / "policies"))
    found = {route.path for route in app.routes if isinstance(route, Route)}
    mounted = {route.path for route in app.routes if not isinstance(route, Route) and isinstance(route, Mount)}
    app.database.dispose()

    assert found == {*NEEDS, *OPEN_TO_STRANGERS, *OPEN_TO_RESIDENTS}
    assert mounted == {"/static", "/console/static"}
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
    everywhere = Scope.of(0, [role], []).districts is None
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
    (("supervisor_city",), (), {OWN, OTHER, CITY, DANGER}),
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
    staff_id = house.person("admin", "administrator", "policy_reviewer")
    browser, other = house.browser(staff_id), house.browser(staff_id)
    for method, path in every(house):
        if method != "POST" or path in OPEN_TO_STRANGERS:  # those have tests of their own, in test_door
            continue
        for given in ("", "made-up", other.csrf):
            answer = browser.client.post(address(path, OWN), data={"csrf": given, "text": "x", "active": "no"})
            assert answer.status_code == 403, path
            assert "放得太久" in answer.text, path


@pytest.mark.usefixtures("cases_of_all_kinds")
def test_forms_are_never_taken_by_get(house: House) -> None:
    browser = house.browser(house.person("admin", "administrator", "policy_reviewer"))
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


@pytest.fixture
def child(house: House) -> str:
    """The case of a harmed child in 河东区."""
    house.case(
        CHILD, signals=("crisis.child_danger",), kind="crisis", lines=("孩子说的话",), programmes=["dibao"],
        details={"need": "孩子的事", "phone": PHONE, "street": "大直沽街道"},
    )
    return f"/console/cases/{CHILD}"


@pytest.mark.parametrize(("role", "districts", "reads"), [
    ("child_protection", ("河东区",), True), ("supervisor", ("河东区",), True), ("supervisor_city", (), True), ("hotline", ("河东区",), False),
    ("administrator", (), False), ("auditor", (), False), ("child_protection", ("南开区",), False), ("supervisor", ("南开区",), False),
    ("policy_editor", ("河东区",), False),
])
def test_the_case_of_a_harmed_child_is_read_by_child_protection_and_duty_staff(
    house: House, child: str, role: str, districts: tuple[str, ...], reads: bool
) -> None:
    browser = house.browser(house.person("someone", role, districts=districts))
    assert (browser.get(child).status_code == 200) == reads
    if reads:
        return
    fields = {"text": "x", "to": "claimed", "colour": "red", "reason": "x", "outcome": "applied", "note": "x", "unit": "1"}
    for method, path in every(house):
        if "{number}" not in path or path.endswith("events"):
            continue
        where = address(path, CHILD)
        answer = browser.post(where, **fields) if method == "POST" else browser.get(where)
        assert answer.status_code in {403, 404, 409}, (method, path, answer.status_code)
        for word in ("孩子的事", "孩子说的话", PHONE, "大直沽"):
            assert word not in answer.text, (method, path)
    assert browser.get(f"{child}/events").status_code in {401, 404}
    with house.database.read() as connection:
        assert [item.what for item in cases.events(connection, house.stored(CHILD).id)] == ["opened"]


def test_the_duty_desk_of_the_city_reads_the_case_of_a_child_without_a_district(house: House) -> None:
    house.case(CHILD, district=None, signals=("crisis.child_danger",), details={"need": "孩子的事"})
    duty = house.browser(house.person("duty", "hotline"))
    assert "孩子的事" in duty.get(f"/console/cases/{CHILD}").text


def test_others_see_that_it_waits_and_read_it_after_giving_a_reason(house: House, worker: Browser, child: str) -> None:
    queue = worker.get("/console").text
    assert CHILD in queue
    assert "要写理由才能看" in queue
    assert "低保" not in queue[queue.index(f"row-{CHILD}"):]
    asked = worker.get(child)
    assert asked.status_code == 403
    assert "请先写理由" in asked.text
    assert "请写明为什么要看" in worker.post(f"{child}/look", reason=" 看 ").text
    assert worker.post(f"{child}/look", reason="未保的同事休假，我来接").status_code == 303

    text = worker.get(child).text
    assert "孩子的事" in text
    assert "写明理由后查看" in text
    assert "未保的同事休假，我来接" in text
    with house.database.read() as connection:
        rows = connection.execute(select(audit.audit.c.action, audit.audit.c.object)).all()
    assert ("opened_with_reason", f"case:{CHILD}") in [tuple(row) for row in rows]
    assert worker.get("/console").text.count("要写理由才能看") == 0

    for _ in range(16):  # a reason is good for eight hours
        house.move(minutes=29)
        worker.get("/console/account")
    assert worker.get(child).status_code == 200
    house.move(minutes=29)
    assert worker.get(child).status_code == 403


def test_whoever_holds_the_case_of_a_child_goes_on_reading_it(house: House, worker: Browser, child: str) -> None:
    worker.post(f"{child}/look", reason="未保的同事休假，我来接")
    worker.post(f"{child}/claim")
    for _ in range(18):
        house.move(minutes=29)
        worker.get("/console/account")

    assert worker.get(child).status_code == 200


def test_a_case_that_turns_out_to_be_about_a_harmed_child_is_sealed_from_then_on(house: House, worker: Browser) -> None:
    case_id = house.case(OWN)
    assert worker.get(f"/console/cases/{OWN}").status_code == 200
    with house.database.write() as connection:
        cases.change(connection, case_id, house.now, child_harm=True)

    assert worker.get(f"/console/cases/{OWN}").status_code == 403


def test_a_case_given_to_a_unit_is_seen_by_its_members_and_by_who_is_in_charge(house: House) -> None:
    with house.database.write() as connection:
        mine, other = units.add(connection, "救助科"), units.add(connection, "儿童科")
    house.case(UNIT, details={"need": "转科室的事"})
    where = f"/console/cases/{UNIT}"
    chief = house.browser(house.person("chief", "supervisor", districts=("河东区",)))
    people = {
        "member": house.browser(house.person("member", "hotline", districts=("南开区",), unit=mine)),
        "colleague": house.browser(house.person("colleague", "hotline", districts=("河东区",))),
        "stranger": house.browser(house.person("stranger", "hotline", districts=("河东区",), unit=other)),
        "administrator": house.browser(house.person("admin", "administrator", "policy_reviewer")),
    }

    def readers() -> set[str]:
        return {name for name, browser in people.items() if browser.get(where).status_code == 200 and UNIT in browser.get("/console").text}

    assert readers() == {"colleague", "stranger", "administrator"}
    people["colleague"].post(f"{where}/claim")
    assert people["colleague"].post(f"{where}/unit", unit=str(mine)).status_code == 409
    assert chief.post(f"{where}/unit", unit="999").status_code == 409
    assert chief.post(f"{where}/unit", unit=str(mine)).status_code == 303
    assert readers() == {"member", "administrator"}
    assert house.stored(UNIT).claimed_by is None
    assert chief.get(where).status_code == 200
    assert chief.post(f"{where}/unit", unit="").status_code == 303
    assert readers() == {"colleague", "stranger", "administrator"}


@pytest.mark.parametrize("role", ROLES)
def test_an_export_is_taken_by_whom_it_is_for_and_leaves_a_row(house: House, role: str) -> None:
    house.case(OTHER, district="南开区", details={"need": "别的区的", "phone": PHONE})
    browser = house.browser(house.person("someone", role, districts=("河东区",)))
    for path in (path for path, needed in NEEDS.items() if path.endswith("/export")):
        needed = NEEDS[path]
        assert needed is not None
        answer = browser.post(path)
        assert (answer.status_code == 200) == may([role], needed)
        assert PHONE not in answer.text
        assert "别的区的" not in answer.text
        with house.database.read() as connection:
            rows = connection.scalar(select(func.count()).select_from(audit.audit).where(audit.audit.c.action == "exported"))
        assert rows == int(answer.status_code == 200)


def test_what_is_taken_out_asks_for_a_password_after_five_minutes(house: House) -> None:
    browser = house.browser(house.person("someone", "auditor"))
    house.move(minutes=5)
    for path in (path for path in NEEDS if path.endswith("/export")):
        assert browser.post(path).status_code == 403


def test_no_form_of_the_console_takes_a_file(house: House) -> None:
    browser = house.browser(house.person("admin", "administrator", "policy_reviewer"))
    for method, path in every(house):
        if method == "POST":
            answer = browser.client.post(address(path, OWN), data={"csrf": browser.csrf}, files={"file": ("a.exe", b"MZ", "image/png")})
            assert answer.status_code == 400, path
