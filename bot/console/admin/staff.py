"""Accounts, units and invitations."""

from starlette.responses import Response

from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.staff import ROLES
from bot.store import staff, units

PAGE = "/console/staff"


def show(visit: Visit, status: int = 200, problem: str = "", link: str = "") -> Response:
    """All accounts, units, open invitations, and the form for a new one."""
    with visit.parts.database.read() as connection:
        accounts = staff.everyone(connection)
        all_units = units.everyone(connection)
    return visit.page(
        "console/staff.html", status, accounts=accounts, workers={account.id: account.display_name for account in accounts},
        invitations=visit.parts.invitations.open(), units=all_units, unit_names={unit.id: unit.name for unit in all_units},
        roles=ROLES, districts=list(visit.knowledge.districts), problem=problem, link=link,
        locked=visit.parts.door.locked([account.login for account in accounts]),
        chosen_roles=visit.texts("role") if problem else [], chosen_districts=visit.texts("district") if problem else [],
    )


def invite(visit: Visit) -> Response:
    """A new link, shown once: only its hash is kept, so it cannot be shown again."""
    districts = list(visit.knowledge.districts)
    try:
        token = visit.parts.invitations.invite(visit.who.id, visit.texts("role"), visit.texts("district"), districts)
    except InputError as error:
        return show(visit, 400, str(error))
    return show(visit, link=f"{visit.parts.site}/console/join/{token}")


def withdraw(visit: Visit) -> Response:
    """Make an invitation useless."""
    try:
        visit.parts.invitations.withdraw(visit.who.id, visit.text("invitation"))
    except InputError as error:
        return show(visit, 409, str(error))
    return go(PAGE, said="withdrawn")


def add_unit(visit: Visit) -> Response:
    """A new unit."""
    try:
        visit.parts.accounts.add_unit(visit.who.id, visit.text("name"))
    except InputError as error:
        return show(visit, 409, str(error))
    return go(PAGE, said="unit_added")


def set_unit_active(visit: Visit) -> Response:
    """Close or reopen a unit."""
    visit.parts.accounts.set_unit_active(visit.who.id, min(int(visit.request.path_params["unit_id"]), 2**31 - 1), visit.text("active") == "yes")
    return go(PAGE, said="unit_changed")
