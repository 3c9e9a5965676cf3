import re

import pytest
from argon2 import PasswordHasher

from bot.knowledge import Knowledge
from bot.staff import Accounts, Invitations
from bot.store import staff
from bot.store.database import Database
from bot.store.keys import Keys
from tests.console.conftest import Browser, House, TestClient

PASSWORD = "correct horse battery"


def token(text: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def add(house: House, login: str = "wang", *roles: str) -> int:
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    with house.database.write() as connection:
        return staff.add(
            connection, login=login, display_name="小王", password_hash=cheap, roles=list(roles or ("hotline",)), districts=["河东区"],
            now=house.now,
        )


def sign_in(client: TestClient, password: str = PASSWORD, login: str = "wang", **more: str) -> object:
    page = client.get("/console/sign-in")
    return client.post("/console/sign-in", data={"csrf": token(page.text), "login": login, "password": password, **more})


def test_signing_in_leads_to_the_page_that_was_wanted(house: House) -> None:
    add(house)
    client = house.stranger()
    asked = client.get("/console?colour=red")
    assert asked.status_code == 303
    form = client.get(asked.headers["location"])
    wanted = re.search(r'name="next" value="([^"]+)"', form.text)
    assert wanted is not None
    answer = client.post(
        "/console/sign-in", data={"csrf": token(form.text), "login": "wang", "password": PASSWORD, "next": wanted[1]}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/console?colour=red")
    assert "小王" in client.get("/console").text


@pytest.mark.parametrize("wanted", [
    "//evil.example", "https://evil.example", "/console\\..\\evil", "/", "/console/sign-out", "/console/../x\n", "/consolex",
])
def test_nobody_is_sent_elsewhere_after_signing_in(house: House, wanted: str) -> None:
    add(house)
    answer = sign_in(house.stranger(), next=wanted)
    assert answer.headers["location"] == "/console"  # type: ignore[attr-defined]


def test_the_session_cookie_is_out_of_reach_of_scripts(house: House) -> None:
    add(house)
    answer = sign_in(house.stranger())
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith("jinnuan_staff="))  # type: ignore[attr-defined]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_wrong_login_and_wrong_password_get_the_same_page(house: House) -> None:
    add(house)
    one, other = (sign_in(house.stranger(), "wrong wrong wrong", login) for login in ("wang", "wong"))
    first, second = (re.sub(r'value="[^"]*"', "", page.text) for page in (one, other))  # type: ignore[attr-defined]

    assert first == second
    assert "登录名或密码不对" in first


def test_a_form_from_elsewhere_is_refused(house: House) -> None:
    add(house)
    client = house.stranger()
    for given in ("", "made-up", token(house.stranger().get("/console/sign-in").text)):
        client.get("/console/sign-in")
        answer = client.post("/console/sign-in", data={"csrf": given, "login": "wang", "password": PASSWORD})
        assert answer.status_code == 403
        assert "jinnuan_staff" not in answer.headers.get("set-cookie", "")


def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    browser = house.browser(add(house))
    answer = browser.post("/console/sign-out")

    assert answer.headers["location"] == "/console/sign-in?said=signed_out"
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert browser.get("/console").status_code == 303


def test_an_idle_session_ends_and_pages_that_refresh_are_told(house: House) -> None:
    browser = house.browser(add(house))
    house.move(minutes=30)

    assert browser.get("/console").headers["location"].startswith("/console/sign-in")
    assert browser.get("/console", **{"X-Live": "1"}).status_code == 401
    assert browser.get("/console/changes").status_code == 401
    assert browser.get("/console/events").status_code == 401


def test_the_first_administrator_joins_by_the_link_and_is_in(house: House) -> None:
    accounts = Accounts(house.database, house.clock)
    link = Invitations(house.database, accounts, house.clock).first_administrator()
    client = house.stranger()
    form = client.get(f"/console/join/{link}")
    assert "管理员" in form.text
    fields = {"csrf": token(form.text), "name": "小李", "login": "li", "password": PASSWORD, "again": PASSWORD}
    wrong = client.post(f"/console/join/{link}", data={**fields, "again": "something else"})
    assert wrong.status_code == 400
    assert "两次写的密码不一样" in wrong.text
    answer = client.post(f"/console/join/{link}", data=fields)

    assert (answer.status_code, answer.headers["location"]) == (303, "/console")
    assert "小李" in client.get("/console").text
    spent = house.stranger().get(f"/console/join/{link}")
    assert spent.status_code == 404
    assert "这个链接不能用了" in spent.text


def test_an_invitation_is_shown_once_and_makes_an_account_with_its_roles(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    page = admin.post("/console/staff/invite", role=["hotline"], district=["河东区", "南开区"])
    link = re.search(r'value="(http://testserver/console/join/[^"]+)"', page.text)
    assert link is not None
    assert link[1] not in admin.get("/console/staff").text

    client = house.stranger()
    form = client.get(link[1])
    client.post(link[1], data={"csrf": token(form.text), "name": "小赵", "login": "zhao", "password": PASSWORD, "again": PASSWORD})
    text = client.get("/console/account").text
    assert "热线" in text
    assert "河东区、南开区" in text


def test_an_invitation_needs_a_role_and_can_be_withdrawn(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    refused = admin.post("/console/staff/invite", district=["河东区"])
    assert refused.status_code == 400
    assert "请至少选一个角色" in refused.text
    assert 'value="河东区" checked' in refused.text

    shown = admin.post("/console/staff/invite", role=["hotline"]).text
    row = re.search(r'name="invitation" value="([^"]+)"', shown)
    assert row is not None
    assert admin.post("/console/staff/withdraw", invitation=row[1]).status_code == 303
    assert admin.post("/console/staff/withdraw", invitation=row[1]).status_code == 409


def test_closing_an_account_signs_its_browsers_out(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    wang = add(house)
    browser = house.browser(wang)
    assert admin.post(f"/console/staff/{wang}/active", active="no").status_code == 303
    assert browser.get("/console").status_code == 303

    admin.post(f"/console/staff/{wang}/active", active="yes")
    assert house.browser(wang).get("/console").status_code == 200


def test_a_new_password_leads_back_to_the_door(house: House) -> None:
    browser = house.browser(add(house))
    fields = {"old": PASSWORD, "new": "another long password", "again": "another long password"}
    assert browser.post("/console/account/password", **{**fields, "again": "x"}).status_code == 400
    assert browser.post("/console/account/password", **{**fields, "old": "x"}).status_code == 400
    answer = browser.post("/console/account/password", **fields)

    assert answer.headers["location"] == "/console/sign-in?said=password_changed"
    client = house.stranger()
    assert sign_in(client, "another long password").status_code == 303  # type: ignore[attr-defined]


def test_all_devices_can_be_signed_out(house: House) -> None:
    wang = add(house)
    first, second = house.browser(wang), house.browser(wang)
    first.post("/console/account/sessions")

    assert second.get("/console").status_code == 303


def test_pages_are_not_kept_and_tell_no_other_site(house: House, worker: Browser) -> None:
    for answer in (worker.get("/console"), house.stranger().get("/console/sign-in"), house.stranger().get("/console/join/x")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"


def test_a_secure_site_uses_a_cookie_no_other_host_can_set(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    house = House(sqlite, knowledge, keys, secure=True)
    add(house)
    client = TestClient(house.app, base_url="https://testserver", follow_redirects=False)
    answer = sign_in(client)
    cookie = next(value for value in answer.headers.get_list("set-cookie") if "staff=" in value)  # type: ignore[attr-defined]

    assert cookie.startswith("__Host-jinnuan_staff=")
    assert "Secure" in cookie
    assert client.get("/console").status_code == 200
