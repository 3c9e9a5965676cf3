"""The door: sign in, sign out, and joining by invitation. The only pages open to strangers."""

import secrets
from collections.abc import Callable
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.console.parts import Parts
from bot.console.visit import HOME, SIGN_IN, Endpoint, Visit, cookie_name, go, guarded, outside, signed_in
from bot.errors import InputError, StoreError
from bot.staff import TOTAL, SignedIn

ENTRY_COOKIE = "jinnuan_entry"
"""Binds the sign-in form to this browser before there is a session."""


def stranger(parts: Parts, handler: Callable[["Knock"], Response]) -> Endpoint:
    """An endpoint for people who are not signed in; forms carry a token bound to their browser."""

    async def endpoint(request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=20) if request.method == "POST" else FormData()
        try:
            who = await signed_in(parts, request)
            knock = Knock(request, parts, form, request.cookies.get(ENTRY_COOKIE) or secrets.token_urlsafe(32), who)
            return guarded(await run_in_threadpool(handler, knock))
        except StoreError as error:
            unreachable = partial(outside, kind="database", sentence=str(error))
            return await run_in_threadpool(unreachable, parts, "console/problem_outside.html", 503)

    return endpoint


class Knock:
    """A request at the door."""

    def __init__(self, request: Request, parts: Parts, form: FormData, entry: str, who: SignedIn | None) -> None:
        self.request = request
        self.parts = parts
        self.form = form
        self.entry = entry
        self.who = who

    def text(self, name: str) -> str:
        """One field of the form."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page whose form is bound to this browser."""
        shared = {"csrf": self.parts.csrf.token(self.entry), "said": self.request.query_params.get("said", "")}
        response = outside(self.parts, template, status, **{**shared, **values})
        response.set_cookie(
            ENTRY_COOKIE, self.entry, path=HOME, httponly=True, samesite="strict", secure=self.parts.secure
        )
        return response

    def genuine(self) -> bool:
        """Whether the form comes from a page that this browser was given."""
        return self.parts.csrf.check(self.entry, self.text("csrf"))

    def let_in(self, staff_id: int, path: str) -> Response:
        """Open a session and go to `path`."""
        response = go(path)
        token = self.parts.sessions.open(staff_id)
        response.set_cookie(
            cookie_name(self.parts), token, max_age=int(TOTAL.total_seconds()), path="/", httponly=True,
            samesite="lax", secure=self.parts.secure,
        )
        response.delete_cookie(ENTRY_COOKIE, path=HOME)
        return response


def own_path(wanted: str) -> str:
    """`wanted` if it is a page of the console, else the queue: nobody is sent elsewhere after signing in."""
    plain = wanted.startswith((HOME + "/", HOME + "?")) and "\\" not in wanted and wanted.isprintable()
    return wanted if plain and not wanted.startswith((SIGN_IN, HOME + "/sign-out", HOME + "/join")) else HOME


def sign_in_page(knock: Knock) -> Response:
    """The form; whoever is signed in already goes on to the queue."""
    wanted = knock.request.query_params.get("next", "")
    if knock.who is not None:
        return go(own_path(wanted))
    return knock.page("console/sign_in.html", wanted=own_path(wanted), login="", problem="")


def sign_in(knock: Knock) -> Response:
    """Check login and password; the refusal never says which of them was wrong."""
    wanted, login = own_path(knock.text("next")), knock.text("login")
    again = partial(knock.page, "console/sign_in.html", wanted=wanted, login=login[:40])
    if not knock.genuine():
        return again(403, problem="页面开得太久了。请再登录一次")
    try:
        staff_id = knock.parts.accounts.sign_in(login, knock.text("password"))
    except InputError as error:
        return again(400, problem=str(error))
    return knock.let_in(staff_id, wanted)


def join_page(knock: Knock) -> Response:
    """The form behind an invitation that is still good."""
    invitation = knock.parts.invitations.find(knock.request.path_params["token"])
    if invitation is None:
        return knock.page("console/problem_outside.html", 404, kind="invitation")
    return knock.page("console/join.html", invitation=invitation, problem="", name="", login="")


def join(knock: Knock) -> Response:
    """Make the account and sign it in."""
    token = knock.request.path_params["token"]
    invitation = knock.parts.invitations.find(token)
    if invitation is None:
        return knock.page("console/problem_outside.html", 404, kind="invitation")
    name, login, password = (knock.text(field) for field in ("name", "login", "password"))
    again = partial(
        knock.page, "console/join.html", invitation=invitation, name=name[:40], login=login[:40]
    )
    if not knock.genuine():
        return again(403, problem="页面开得太久了。请再填一次密码")
    if password != knock.text("again"):
        return again(400, problem="两次写的密码不一样。请重新写")
    try:
        staff_id = knock.parts.invitations.accept(token, name, login, password)
    except InputError as error:
        return again(400, problem=str(error))
    return knock.let_in(staff_id, HOME)


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
