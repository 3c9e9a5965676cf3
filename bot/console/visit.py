"""One request of a member of staff: who asks, whether they may, the form, and how the answer is made."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from bot.console import alarms
from bot.console.parts import Parts
from bot.console.times import ago, exact
from bot.errors import InputError, StoreError
from bot.knowledge import Knowledge
from bot.staff import Permission, SignedIn
from bot.store import revisions

HOME = "/console"
MOST_NEWS = 3
SIGN_IN = "/console/sign-in"
PROOF = "proof"
"""Field of a form in which a password or code is given again."""
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Visit:
    """A request by somebody who is signed in."""

    request: Request
    parts: Parts
    who: SignedIn
    now: datetime
    knowledge: Knowledge
    form: FormData = field(default_factory=FormData)

    @property
    def by_itself(self) -> bool:
        """Whether an open page asks by itself to show what changed."""
        return refreshes_itself(self.request)

    def text(self, name: str) -> str:
        """One field of the form as text; empty where it is missing."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> list[str]:
        """All values of a field (check boxes)."""
        return [value for value in self.form.getlist(name) if isinstance(value, str)]

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """A page in the frame of the console."""
        shared = {
            "who": self.who, "said": self.request.query_params.get("said", ""), "path": self.request.url.path,
            "csrf": self.parts.csrf.token(self.who.session), "faults": self.faults(), "news": self.news(), **self._alarms(),
        }
        return rendered(self.parts, template, self.now, self.knowledge, status, {**shared, **values})

    def _alarms(self) -> dict[str, object]:
        """What the banner of alarms shows on this page, or on the page for which a script asks (`at`)."""
        path = self.request.query_params.get("at", "")[:200] or self.request.url.path
        found = alarms.shown(self.parts.database, self.who.scope, self.now, path)
        return {
            "alarms": found, "alarm_workers": alarms.workers(self.parts.database, found), "may_answer": self.who.may("work_cases"),
            "called": lambda alarm: alarms.called(self.knowledge.duty, alarm),
        }

    def faults(self) -> list[str]:
        """Sentences on a change of policy files that was refused; empty when all is well."""
        found = self.parts.health().get("policy_faults", [])
        return [str(item) for item in found] if isinstance(found, list | tuple) else []

    def news(self) -> list[revisions.RevisionRow]:
        """What of the policies changed today, the newest first."""
        with self.parts.database.read() as connection:
            rows = revisions.latest(connection, MOST_NEWS)
        return [row for row in rows if row.way != "adopted" and exact(row.at)[:10] == exact(self.now)[:10]]

    def problem(self, status: int, kind: str, sentence: str = "") -> Response:
        """A page that says why nothing is shown and where to go on."""
        return self.page("console/problem.html", status, kind=kind, sentence=sentence)


Handler = Callable[[Visit], Response]


def refreshes_itself(request: Request) -> bool:
    """Whether the script of an open page asks; such requests keep nobody signed in."""
    return request.headers.get("x-live") == "1"


def cookie_name(parts: Parts) -> str:
    """Name of the session cookie; under https one that no other host can set."""
    return "__Host-jinnuan_staff" if parts.secure else "jinnuan_staff"


async def signed_in(parts: Parts, request: Request, *, used: bool = True) -> SignedIn | None:
    """Who is signed in in this browser, or None."""
    token = request.cookies.get(cookie_name(parts), "")
    return await run_in_threadpool(parts.sessions.find, token, used=used)


async def half_signed_in(parts: Parts, request: Request) -> SignedIn | None:
    """Who gave a right password in this browser and still owes the second factor, or None."""
    token = request.cookies.get(cookie_name(parts), "")
    return await run_in_threadpool(parts.sessions.find_half, token)


def signed(parts: Parts, handler: Handler, permission: Permission | None = None, *, proven: bool = False) -> Endpoint:
    """An endpoint for people who are signed in and, where one is named, have the permission.

    Forms must carry this session's token. `handler` runs in a thread; an `InputError` it lets through
    becomes a page with its sentence. With `proven` a form is taken only within five minutes of a password or
    code; later a page asks for one and sends the same form again.
    """

    async def endpoint(request: Request) -> Response:
        try:
            who = await signed_in(parts, request, used=not refreshes_itself(request))
            if who is None:
                return _to_the_door(request)
            form = await request.form(max_files=0, max_fields=200) if request.method == "POST" else FormData()
            visit = Visit(request, parts, who, parts.clock(), parts.knowledge(), form)
            return guarded(await run_in_threadpool(_answer, visit, handler, permission, proven))
        except StoreError as error:
            return guarded(await run_in_threadpool(_unreachable, parts, str(error)))

    return endpoint


def _answer(visit: Visit, handler: Handler, permission: Permission | None, proven: bool) -> Response:
    if permission is not None and not visit.who.may(permission):
        return visit.problem(403, "forbidden")
    if visit.request.method == "POST" and not visit.parts.csrf.check(visit.who.session, visit.text("csrf")):
        return visit.problem(403, "stale")
    try:
        if proven and not _has_proven(visit):
            return _ask_for_proof(visit)
        return handler(visit)
    except InputError as error:
        return visit.problem(400, "refused", str(error))


def _has_proven(visit: Visit) -> bool:
    given = visit.text(PROOF)
    return visit.who.has_proven(visit.now) or (bool(given) and visit.parts.door.prove(visit.who, given))


def _ask_for_proof(visit: Visit) -> Response:
    """The form again, as hidden fields beside the one that asks."""
    fields = [(name, value) for name, value in visit.form.multi_items() if isinstance(value, str) and name not in {PROOF, "csrf"}]
    problem = "不对，请再输一次。连着错 5 次会退出登录" if visit.text(PROOF) else ""
    path = visit.request.url.path
    back = "/console/account" if path.startswith("/console/account") else path.rpartition("/")[0]
    return visit.page("console/prove.html", 403, fields=fields, problem=problem, back=back)


def _unreachable(parts: Parts, sentence: str) -> Response:
    return outside(parts, "console/problem_outside.html", 503, kind="database", sentence=sentence)


def _to_the_door(request: Request) -> Response:
    if refreshes_itself(request):
        return guarded(PlainTextResponse("signed out", 401))
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = SIGN_IN if request.method == "POST" or wanted == HOME else f"{SIGN_IN}?{urlencode({'next': wanted})}"
    return guarded(RedirectResponse(target, 303))


def go(path: str, /, **values: str) -> Response:
    """See other: after a form, so that reloading sends nothing twice."""
    return RedirectResponse(f"{path}?{urlencode(values)}" if values else path, 303)


def guarded(response: Response) -> Response:
    """The response, never kept by browser or proxy."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def outside(parts: Parts, template: str, status: int = 200, **values: object) -> Response:
    """A page for people who are not signed in."""
    return guarded(rendered(parts, template, parts.clock(), parts.knowledge(), status, values))


def rendered(
    parts: Parts, template: str, now: datetime, knowledge: Knowledge, status: int, values: Mapping[str, object]
) -> HTMLResponse:
    """A template with what every page may use: words for codes, times, addresses of assets."""
    shared = {
        "names": knowledge.messages.names, "assets": parts.assets, "knowledge_version": knowledge.version, "policy_name": lambda code: knowledge.answers[code].title if code in knowledge.answers else knowledge.term(code),
        "exact": exact, "clock_time": lambda at: exact(at)[-5:], "ago": lambda at: ago(at, now), "now": now,
    }
    return HTMLResponse(parts.templates.get_template(template).render(**shared, **values), status)
