"""Accounts and invitations."""

from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.staff import ROLES
from bot.staff.accounts import is_locked
from bot.store import staff

PAGE = "/console/staff"


def show(visit: Visit, status: int = 200, problem: str = "", link: str = "") -> Response:
    """All accounts, open invitations, and the form for a new one."""
    with visit.parts.database.read() as connection:
        accounts = staff.everyone(connection)
        names = staff.names(connection)
    return visit.page(
        "console/staff.html", status, accounts=accounts, workers=names, invitations=visit.parts.invitations.open(),
        roles=ROLES, districts=list(visit.knowledge.districts), problem=problem, link=link,
        locked={account.id for account in accounts if is_locked(account, visit.now)},
        chosen_roles=visit.texts("role") if problem else [], chosen_districts=visit.texts("district") if problem else [],
    )


def invite(visit: Visit) -> Response:
    """A new link, shown once: only its hash is kept, so it cannot be shown again."""
    districts = list(visit.knowledge.districts)
    try:
        token = visit.parts.invitations.invite(visit.who.id, visit.texts("role"), visit.texts("district"), districts)
    except InputError as error:
        return show(visit, 400, str(error))
    return show(visit, link=f"{str(visit.request.base_url).rstrip('/')}/console/join/{token}")


def withdraw(visit: Visit) -> Response:
    """Make an invitation useless."""
    try:
        visit.parts.invitations.withdraw(visit.who.id, visit.text("invitation"))
    except InputError as error:
        return show(visit, 409, str(error))
    return go(PAGE, said="withdrawn")


def set_active(visit: Visit) -> Response:
    """Close or reopen an account."""
    active = visit.text("active") == "yes"
    try:
        visit.parts.accounts.set_active(visit.who.id, int(visit.request.path_params["staff_id"]), active)
    except InputError as error:
        return show(visit, 409, str(error))
    return go(PAGE, said="account_opened" if active else "account_closed")
