"""One's own account: sessions, second factor and password."""

from starlette.responses import Response

from bot.console.door import forget
from bot.console.qr import picture
from bot.console.visit import SIGN_IN, Visit, go
from bot.errors import InputError

PAGE = "/console/account"


def show(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """Name, roles, districts, open sessions, the second factor, and the form for a new password."""
    return visit.page(
        "console/account.html", status, sessions=visit.parts.sessions.of(visit.who), problem=problem,
        codes_left=visit.parts.second_factor.left(visit.who.id), required=visit.parts.door.required,
    )


def change_password(visit: Visit) -> Response:
    """A new password ends every session, so the next page is the door."""
    new = visit.text("new")
    if new != visit.text("again"):
        return show(visit, "两次写的新密码不一样。请重新写", 400)
    try:
        visit.parts.accounts.change_password(visit.who.id, visit.text("old"), new)
    except InputError as error:
        return show(visit, str(error), 400)
    return forget(visit.parts, go(SIGN_IN, said="password_changed"))


def end_sessions(visit: Visit) -> Response:
    """Sign every browser out."""
    visit.parts.sessions.end_all(visit.who)
    return forget(visit.parts, go(SIGN_IN, said="all_signed_out"))


def end_session(visit: Visit) -> Response:
    """Sign one browser out."""
    this = visit.parts.sessions.end_one(visit.who, visit.text("session"))
    return forget(visit.parts, go(SIGN_IN, said="signed_out")) if this else go(PAGE, said="session_ended")


def second_factor(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """What to scan; a page for one's own account only."""
    secret, address = visit.parts.second_factor.begin(visit.who.id)
    return visit.page("console/second_factor.html", status, secret=secret, qr=picture(address), problem=problem)


def set_second_factor(visit: Visit) -> Response:
    """Confirm what was scanned; the recovery codes are shown this once."""
    if not visit.text("code"):
        return second_factor(visit)
    try:
        codes = visit.parts.second_factor.confirm(visit.who.id, visit.text("code"))
    except InputError as error:
        return second_factor(visit, str(error), 400)
    return visit.page("console/codes.html", codes=codes)


def renew_codes(visit: Visit) -> Response:
    """Fresh recovery codes, shown this once."""
    return visit.page("console/codes.html", codes=visit.parts.second_factor.renew_codes(visit.who.id))


def remove_second_factor(visit: Visit) -> Response:
    """Take one's own second factor away, to set it up on a new telephone; the next page is the door."""
    visit.parts.second_factor.take_away(f"staff:{visit.who.id}", visit.who.id)
    return forget(visit.parts, go(SIGN_IN, said="second_factor_removed"))
