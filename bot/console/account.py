"""One's own account: sessions and password."""

from starlette.responses import Response

from bot.console.door import forget
from bot.console.visit import SIGN_IN, Visit, go
from bot.errors import InputError


def show(visit: Visit, problem: str = "") -> Response:
    """Name, roles, districts, open sessions, and the form for a new password."""
    sessions = visit.parts.sessions.of(visit.who.id)
    return visit.page("console/account.html", 400 if problem else 200, sessions=sessions, problem=problem)


def change_password(visit: Visit) -> Response:
    """A new password ends every session, so the next page is the door."""
    new = visit.text("new")
    if new != visit.text("again"):
        return show(visit, "两次写的新密码不一样。请重新写")
    try:
        visit.parts.accounts.change_password(visit.who.id, visit.text("old"), new)
    except InputError as error:
        return show(visit, str(error))
    return forget(visit.parts, go(SIGN_IN, said="password_changed"))


def end_sessions(visit: Visit) -> Response:
    """Sign every browser out."""
    visit.parts.sessions.end_all(visit.who)
    return forget(visit.parts, go(SIGN_IN, said="all_signed_out"))
