import re

import pyotp
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
    link = re.search(r'value="https://jinnuan.example(/console/join/[^"]+)"', page.text)
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
    for other in answer.headers.get_list("set-cookie"):  # type: ignore[attr-defined]
        assert other.startswith("__Host-")
        assert "Secure" in other
        assert "HttpOnly" in other
        assert "Path=/;" in other
        assert "Domain" not in other
    assert client.get("/console").status_code == 200


class Telephone:
    """The app of one person, who scans what a page shows."""

    def __init__(self, house: House, page: str) -> None:
        found = re.search(r'class="secret">([^<]+)<', page)
        assert found is not None
        self.totp, self.house = pyotp.TOTP(found[1].replace(" ", "")), house

    def code(self) -> str:
        return self.totp.generate_otp(self.totp.timecode(self.house.now))


def post(client: TestClient, path: str, page: str, **fields: str) -> object:
    return client.post(path, data={"csrf": token(page), **fields})


@pytest.fixture
def strict(sqlite: Database, knowledge: Knowledge, keys: Keys) -> House:
    """A console that demands a second factor of everybody."""
    return House(sqlite, knowledge, keys, required=True)


def test_where_it_is_required_the_first_sign_in_sets_up_a_second_factor(strict: House) -> None:
    add(strict)
    client = strict.stranger()
    answer = sign_in(client, next="/console?colour=red")
    assert answer.headers["location"] == "/console/enrol?next=%2Fconsole%3Fcolour%3Dred"  # type: ignore[attr-defined]
    assert client.get("/console").status_code == 303
    page = client.get(answer.headers["location"]).text  # type: ignore[attr-defined]
    assert 'src="data:image/svg+xml' in page
    telephone = Telephone(strict, page)
    wrong = post(client, "/console/enrol", page, code="000000x", next="/console?colour=red")
    assert wrong.status_code == 400  # type: ignore[attr-defined]
    done = post(client, "/console/enrol", page, code=telephone.code(), next="/console?colour=red")

    codes = re.findall(r"<code>([A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4})</code>", done.text)  # type: ignore[attr-defined]
    assert len(set(codes)) == 10
    assert 'href="/console?colour=red"' in done.text  # type: ignore[attr-defined]
    assert "小王" in client.get("/console").text


def test_afterwards_a_code_is_asked_for_and_works_once(strict: House) -> None:
    add(strict)
    client = strict.stranger()
    sign_in(client)
    page = client.get("/console/enrol").text
    telephone = Telephone(strict, page)
    shown = post(client, "/console/enrol", page, code=telephone.code()).text  # type: ignore[attr-defined]
    recovery = re.findall(r"<code>([A-Z0-9-]{14})</code>", shown)[0]
    strict.move(minutes=1)

    other = strict.stranger()
    answer = sign_in(other)
    assert answer.headers["location"].startswith("/console/code")  # type: ignore[attr-defined]
    before = other.cookies["jinnuan_staff"]
    assert other.get("/console").status_code == 303
    assert other.get("/console/enrol").headers["location"] == "/console/sign-in"
    code, page = telephone.code(), other.get("/console/code").text
    assert post(other, "/console/code", page, code="123").status_code == 400  # type: ignore[attr-defined]
    assert other.post("/console/code", data={"csrf": "x", "code": code}).status_code == 403
    assert post(other, "/console/code", page, code=code).headers["location"] == "/console"  # type: ignore[attr-defined]
    assert other.cookies["jinnuan_staff"] != before
    assert other.get("/console").status_code == 200

    third = strict.stranger()
    sign_in(third)
    page = third.get("/console/code").text
    assert post(third, "/console/code", page, code=code).status_code == 400  # type: ignore[attr-defined]
    assert post(third, "/console/code", page, code=recovery).status_code == 303  # type: ignore[attr-defined]


def test_the_second_step_is_for_those_who_gave_a_password(house: House) -> None:
    for path in ("/console/code", "/console/enrol"):
        assert house.stranger().get(path).headers["location"] == "/console/sign-in"
        assert house.stranger().post(path, data={"code": "123456"}).headers["location"] == "/console/sign-in"


def test_a_second_factor_is_set_up_renewed_and_removed_from_the_account_page(house: House) -> None:
    browser = house.browser(add(house))
    telephone = Telephone(house, browser.post("/console/account/second-factor").text)
    assert browser.post("/console/account/second-factor", code="1").status_code == 400
    assert "收好恢复码" in browser.post("/console/account/second-factor", code=telephone.code()).text
    assert "恢复码还剩 10 个" in browser.get("/console/account").text
    assert len(re.findall(r"<code>[A-Z0-9-]{14}</code>", browser.post("/console/account/second-factor/codes").text)) == 10
    assert browser.post("/console/account/second-factor/remove").headers["location"].startswith("/console/sign-in")
    assert browser.get("/console").status_code == 303


def test_an_administrator_resets_a_lost_telephone_and_a_forgotten_password(house: House) -> None:
    wang = add(house)
    browser, admin = house.browser(wang), house.browser(house.person("admin", "administrator"))
    telephone = Telephone(house, browser.post("/console/account/second-factor").text)
    browser.post("/console/account/second-factor", code=telephone.code())
    assert "重置验证器" in admin.get(f"/console/staff/{wang}").text
    assert admin.post(f"/console/staff/{wang}/second-factor").status_code == 303
    assert browser.get("/console").status_code == 303
    assert "重置验证器" not in admin.get(f"/console/staff/{wang}").text

    shown = admin.post(f"/console/staff/{wang}/password-link").text
    link = re.search(r'value="https://jinnuan.example(/console/join/[^"]+)"', shown)
    assert link is not None
    client = house.stranger()
    form = client.get(link[1])
    assert 'name="login"' not in form.text
    answer = post(client, link[1], form.text, password="one more long secret", again="one more long secret")
    assert answer.headers["location"] == "/console/sign-in?said=password_changed"  # type: ignore[attr-defined]
    assert sign_in(client, "one more long secret").status_code == 303  # type: ignore[attr-defined]


def test_an_administrator_changes_a_place_and_it_counts_at_the_next_click(house: House) -> None:
    wang = add(house)
    browser, admin = house.browser(wang), house.browser(house.person("admin", "administrator"))
    assert browser.get("/console/audit").status_code == 403
    admin.post("/console/staff/units", name="救助科")
    assert admin.post(f"/console/staff/{wang}/place", role=["auditor"], district=["南开区"], unit="1").status_code == 303
    assert browser.get("/console/audit").status_code == 200
    refused = admin.post(f"/console/staff/{wang}/place", district=["南开区"])
    assert refused.status_code == 409
    assert "请至少选一个角色" in refused.text
    for gone in ("999", "99999999999999999999"):
        assert admin.get(f"/console/staff/{gone}").status_code == 404
        assert admin.post(f"/console/staff/{gone}/unlock").status_code == 404
        assert admin.post(f"/console/staff/{gone}/second-factor").status_code == 400


def test_five_minutes_later_a_password_is_asked_for_again_and_the_form_goes_on(house: House) -> None:
    admin = house.browser(add(house, "wang", "administrator"))
    house.move(minutes=5)
    asked = admin.post("/console/staff/invite", role=["hotline"], district=["河东区"])
    assert asked.status_code == 403
    assert "请再输一次密码" in asked.text
    assert '<input type="hidden" name="district" value="河东区">' in asked.text
    again = admin.post("/console/staff/invite", role=["hotline"], district=["河东区"], proof="wrong")
    assert "不对，请再输一次" in again.text
    assert "join/" not in again.text
    assert "join/" in admin.post("/console/staff/invite", role=["hotline"], district=["河东区"], proof=PASSWORD).text
    assert "join/" in admin.post("/console/staff/invite", role=["hotline"]).text


def test_sessions_are_listed_and_ended_one_by_one(house: House) -> None:
    wang = add(house)
    first, second = house.browser(wang), house.browser(wang)
    names = re.findall(r'name="session" value="([^"]+)"', first.get("/console/account").text)
    assert len(names) == 1
    assert first.post("/console/account/session", session=names[0]).headers["location"] == "/console/account?said=session_ended"
    assert second.get("/console").status_code == 303
    assert first.post("/console/account/session", session=names[0]).status_code == 400


def test_a_flood_at_the_door_spares_the_browser_that_signed_in_before(house: House) -> None:
    add(house)
    usual = house.stranger()
    sign_in(usual)
    usual.cookies.delete("jinnuan_staff")
    for _ in range(12):
        sign_in(house.stranger(), "wrong wrong wrong")

    assert sign_in(house.stranger()).status_code == 400  # type: ignore[attr-defined]
    assert sign_in(usual).status_code == 303  # type: ignore[attr-defined]


def test_links_keep_the_public_address_whatever_host_a_request_names(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    page = admin.client.post("/console/staff/invite", data={"csrf": admin.csrf, "role": "hotline"}, headers={"Host": "evil.example"})
    assert "https://jinnuan.example/console/join/" in page.text
    assert "evil.example" not in page.text
