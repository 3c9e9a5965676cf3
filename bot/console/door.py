"""The door: sign in, the code of the second factor, sign out, and joining by a link. The only pages open to strangers."""

import secrets
from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.console.browsers import described
from bot.console.parts import Parts
from bot.console.qr import picture
from bot.console.visit import HOME, SIGN_IN, Endpoint, Visit, cookie_name, go, guarded, half_signed_in, outside, signed_in
from bot.errors import InputError, StoreError
from bot.staff import KEPT_DAYS, TOTAL, Caller, SignedIn
from bot.staff.logins import normal_login

CODE = "/console/code"
ENROL = "/console/enrol"
_STALE = "页面开得太久了。请再来一次"


def stranger(parts: Parts, handler: Callable[["Knock"], Response]) -> Endpoint:
    """An endpoint for people who are not signed in; forms carry a token bound to their browser."""

    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=20) if request.method == "POST" else FormData()
        try:
            who, half = await signed_in(parts, request), await half_signed_in(parts, request)
            return guarded(await run_in_threadpool(handler, Knock(request, parts, form, who, half)))
        except StoreError as error:
            unreachable = partial(outside, kind="database", sentence=str(error))
            return await run_in_threadpool(unreachable, parts, "console/problem_outside.html", 503)

    return endpoint


class Knock:
    """A request at the door."""

    def __init__(self, request: Request, parts: Parts, form: FormData, who: SignedIn | None, half: SignedIn | None) -> None:
        self.request = request
        self.parts = parts
        self.form = form
        self.who = who
        self.half = half
        """Who gave a right password and still owes the second factor."""
        prefix = "__Host-" if parts.secure else ""
        self._entry_cookie, self._known_cookie = f"{prefix}jinnuan_entry", f"{prefix}jinnuan_known"
        self._entry = request.cookies.get(self._entry_cookie) or secrets.token_urlsafe(32)

    def text(self, name: str) -> str:
        """One field of the form."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    @property
    def wanted(self) -> str:
        """The page of the console to go to in the end."""
        return own_path(self.text("next") or self.request.query_params.get("next", ""))

    def caller(self, login: str) -> Caller:
        """Where a try comes from."""
        address = self.request.client.host if self.request.client else ""
        return Caller(address, self.parts.known.name(self.request.cookies.get(self._known_cookie, ""), normal_login(login)))

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page whose form is bound to this browser."""
        shared = {
            "csrf": self.parts.csrf.token(self._key), "said": self.request.query_params.get("said", ""), "wanted": self.wanted, "problem": "",
        }
        response = outside(self.parts, template, status, **{**shared, **values})
        self._keep(response, self._entry_cookie, self._entry)
        return response

    def genuine(self) -> bool:
        """Whether the form comes from a page that this browser was given."""
        return self.parts.csrf.check(self._key, self.text("csrf"))

    def enter(self, staff_id: int, response: Response) -> Response:
        """The response, with a whole session of that account in place of a half one."""
        browser = described(self.request)
        token = self.parts.sessions.complete(self.half, browser) if self.half else self.parts.sessions.open(staff_id, browser=browser)
        self._keep_session(response, token)
        who = self.parts.sessions.find(token, used=False)
        if who is not None:
            known = self.parts.known.remember(self.request.cookies.get(self._known_cookie, ""), who.login)
            self._keep(response, self._known_cookie, known, KEPT_DAYS * 86_400)
        response.delete_cookie(self._entry_cookie, path="/", httponly=True, samesite="strict", secure=self.parts.secure)
        return response

    def wait(self, staff_id: int, stage: str) -> Response:
        """On to the second factor."""
        token = self.parts.sessions.open(staff_id, "code" if stage == "code" else "enrol", described(self.request))
        response = go(CODE if stage == "code" else ENROL, next=self.wanted)
        self._keep_session(response, token)
        return response

    @property
    def _key(self) -> str:
        return self.half.session if self.half else self._entry

    def _keep_session(self, response: Response, token: str) -> None:
        response.set_cookie(
            cookie_name(self.parts), token, max_age=int(TOTAL.total_seconds()), path="/", httponly=True,
            samesite="lax", secure=self.parts.secure,
        )

    def _keep(self, response: Response, name: str, value: str, seconds: int | None = None) -> None:
        response.set_cookie(name, value, max_age=seconds, path="/", httponly=True, samesite="strict", secure=self.parts.secure)


def own_path(wanted: str) -> str:
    """`wanted` if it is a page of the console, else the queue: nobody is sent elsewhere after signing in."""
    plain = wanted.startswith((HOME + "/", HOME + "?")) and "\\" not in wanted and wanted.isprintable()
    at_the_door = (SIGN_IN, HOME + "/sign-out", HOME + "/join", CODE, ENROL)
    return wanted if plain and not wanted.startswith(at_the_door) else HOME


def sign_in_page(knock: Knock) -> Response:
    """The form; whoever is signed in already goes on to the queue."""
    if knock.who is not None:
        return go(knock.wanted)
    return knock.page("console/sign_in.html", login="")


def sign_in(knock: Knock) -> Response:
    """Check login and password; the refusal never says which of them was wrong."""
    login = knock.text("login")
    again = partial(knock.page, "console/sign_in.html", login=login[:40])
    if not knock.genuine():
        return again(403, problem=_STALE)
    try:
        admitted = knock.parts.door.sign_in(login, knock.text("password"), knock.caller(login))
    except InputError as error:
        return again(400, problem=str(error))
    if admitted.stage != "full":
        return knock.wait(admitted.staff_id, admitted.stage)
    return knock.enter(admitted.staff_id, go(knock.wanted))


def code_page(knock: Knock) -> Response:
    """The form for the six digits."""
    return knock.page("console/code.html") if knock.half is not None and knock.half.stage == "code" else go(SIGN_IN)


def code(knock: Knock) -> Response:
    """Check the six digits or a recovery code."""
    half = knock.half
    if half is None or half.stage != "code":
        return go(SIGN_IN)
    if not knock.genuine():
        return knock.page("console/code.html", 403, problem=_STALE)
    try:
        knock.parts.door.enter_code(half.id, knock.text("code"), knock.caller(half.login))
    except InputError as error:
        return knock.page("console/code.html", 400, problem=str(error))
    return knock.enter(half.id, go(knock.wanted))


def enrol_page(knock: Knock, status: int = 200, problem: str = "") -> Response:
    """Setting up a second factor before the first page of the console."""
    half = knock.half
    if half is None or half.stage != "enrol":
        return go(SIGN_IN)
    secret, address = knock.parts.second_factor.begin(half.id)
    return knock.page("console/enrol.html", status, secret=secret, qr=picture(address), problem=problem)


def enrol(knock: Knock) -> Response:
    """Confirm it; the recovery codes are shown this once, and the session is whole."""
    half = knock.half
    if half is None or half.stage != "enrol":
        return go(SIGN_IN)
    if not knock.genuine():
        return enrol_page(knock, 403, _STALE)
    try:
        codes = knock.parts.second_factor.confirm(half.id, knock.text("code"))
    except InputError as error:
        return enrol_page(knock, 400, str(error))
    return knock.enter(half.id, outside(knock.parts, "console/codes_outside.html", codes=codes, wanted=knock.wanted))


def join_page(knock: Knock) -> Response:
    """The form behind a link that is still good."""
    invitation = knock.parts.invitations.find(knock.request.path_params["token"])
    if invitation is None:
        return knock.page("console/problem_outside.html", 404, kind="invitation")
    return knock.page("console/join.html", invitation=invitation, name="", login="")


def join(knock: Knock) -> Response:
    """Make the account and sign it in, or set the new password and lead to the door."""
    token = knock.request.path_params["token"]
    invitation = knock.parts.invitations.find(token)
    if invitation is None:
        return knock.page("console/problem_outside.html", 404, kind="invitation")
    name, login, password = (knock.text(field) for field in ("name", "login", "password"))
    again = partial(knock.page, "console/join.html", invitation=invitation, name=name[:40], login=login[:40])
    if not knock.genuine():
        return again(403, problem="页面开得太久了。请再填一次密码")
    if password != knock.text("again"):
        return again(400, problem="两次写的密码不一样。请重新写")
    try:
        if invitation.staff_id is not None:
            knock.parts.invitations.set_password(token, password)
            return go(SIGN_IN, said="password_changed")
        staff_id = knock.parts.invitations.accept(token, name, login, password)
    except InputError as error:
        return again(400, problem=str(error))
    return knock.wait(staff_id, "enrol") if knock.parts.door.required else knock.enter(staff_id, go(HOME))


def sign_out(visit: Visit) -> Response:
    """End this session."""
    visit.parts.sessions.end(visit.who)
    return forget(visit.parts, go(SIGN_IN, said="signed_out"))


def forget(parts: Parts, response: Response) -> Response:
    """The response, which makes the browser forget the session."""
    response.delete_cookie(
        cookie_name(parts), path="/", httponly=True, samesite="lax", secure=parts.secure
    )
    return response
