"""One account, as an administrator changes it: role, district, unit, a lost password, a lost telephone."""

from starlette.responses import Response

from bot.console.admin.staff import PAGE
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.staff import ROLES
from bot.store import staff, units

LARGEST_ID = 2**31 - 1
"""A larger one the database could not even be asked for."""


def show(visit: Visit, status: int = 200, problem: str = "", link: str = "") -> Response:
    """The account and everything that can be done to it."""
    with visit.parts.database.read() as connection:
        account = staff.get(connection, _staff_id(visit))
        all_units = units.everyone(connection)
    if account is None:
        return visit.problem(404, "page")
    return visit.page(
        "console/colleague.html", status, account=account, units=all_units, roles=ROLES, districts=list(visit.knowledge.districts),
        problem=problem, link=link, locked=account.login in visit.parts.door.locked([account.login]),
        chosen_roles=visit.texts("role") if problem else account.roles,
        chosen_districts=visit.texts("district") if problem else account.districts,
    )


def set_place(visit: Visit) -> Response:
    """Other roles, districts, another unit."""
    unit = visit.text("unit")
    unit_id = int(unit) if unit.isascii() and unit.isdigit() and len(unit) < 10 else None
    try:
        visit.parts.accounts.set_place(
            visit.who.id, _staff_id(visit), visit.texts("role"), visit.texts("district"), unit_id, list(visit.knowledge.districts)
        )
    except InputError as error:
        return show(visit, 409, str(error))
    return go(_page(visit), said="place_changed")


def set_active(visit: Visit) -> Response:
    """Close or reopen the account."""
    active = visit.text("active") == "yes"
    try:
        visit.parts.accounts.set_active(visit.who.id, _staff_id(visit), active)
    except InputError as error:
        return show(visit, 409, str(error))
    return go(PAGE, said="account_opened" if active else "account_closed")


def password_link(visit: Visit) -> Response:
    """A link for a new password, shown once."""
    try:
        token = visit.parts.invitations.new_password(visit.who.id, _staff_id(visit))
    except InputError as error:
        return show(visit, 409, str(error))
    return show(visit, link=f"{visit.parts.site}/console/join/{token}")


def reset_second_factor(visit: Visit) -> Response:
    """Take a lost telephone out of service."""
    visit.parts.second_factor.take_away(f"staff:{visit.who.id}", _staff_id(visit))
    return go(_page(visit), said="second_factor_reset")


def end_sessions(visit: Visit) -> Response:
    """Sign every browser of the account out."""
    visit.parts.sessions.end_for(f"staff:{visit.who.id}", _staff_id(visit))
    return go(_page(visit), said="signed_out_elsewhere")


def unlock(visit: Visit) -> Response:
    """Open the door again that wrong passwords shut."""
    with visit.parts.database.read() as connection:
        account = staff.get(connection, _staff_id(visit))
    if account is None:
        return visit.problem(404, "page")
    visit.parts.door.unlock(f"staff:{visit.who.id}", account.login)
    return go(_page(visit), said="unlocked")


def _staff_id(visit: Visit) -> int:
    return min(int(visit.request.path_params["staff_id"]), LARGEST_ID)


def _page(visit: Visit) -> str:
    return f"{PAGE}/{_staff_id(visit)}"
