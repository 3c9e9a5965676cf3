"""What each role may do. Which cases it may do it to is said by `bot.casework.Scope`, inside the queries."""

from collections.abc import Collection
from typing import Literal

Permission = Literal["see_cases", "work_cases", "manage_staff", "see_health"]

ROLES: tuple[str, ...] = (
    "hotline", "supervisor", "child_protection", "policy_editor", "policy_reviewer", "auditor", "administrator",
)
"""Roles that can be given, in the order in which pages list them."""

_CASE_WORKERS = frozenset({"hotline", "supervisor", "supervisor_city", "child_protection", "administrator"})
_ALLOWED: dict[Permission, frozenset[str]] = {
    "see_cases": _CASE_WORKERS | {"auditor"},
    "work_cases": _CASE_WORKERS,
    "manage_staff": frozenset({"administrator"}),
    "see_health": frozenset(
        {"administrator", "supervisor", "supervisor_city", "policy_editor", "policy_reviewer", "auditor"}
    ),
}


def may(roles: Collection[str], permission: Permission) -> bool:
    """Whether any of `roles` carries `permission`."""
    return bool(_ALLOWED[permission].intersection(roles))
