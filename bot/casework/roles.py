"""What each role may do: the one place that says so. Which cases it may do it to is said by `Scope`, inside the queries."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Permission = Literal[
    "see_cases", "work_cases", "supervise_cases", "see_policies", "edit_policies", "review_policies", "withdraw_policies",
    "manage_staff", "see_health", "see_audit", "run_program",
]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)
Reach = Literal["none", "districts", "city"]


@dataclass(frozen=True, slots=True)
class Role:
    """One role; an account may carry several and then may whatever any of them may."""

    may: frozenset[Permission]
    reach: Reach = "none"
    """Whose cases: of nobody, of the account's own districts, of the whole city."""
    sees_children: bool = False
    """Whether it opens the case of a child that was harmed without giving a reason."""


def _role(*may: Permission, reach: Reach = "none", sees_children: bool = False) -> Role:
    return Role(frozenset(may), reach, sees_children)


ROLES: Mapping[str, Role] = {
    "hotline": _role("see_cases", "work_cases", reach="districts"),
    "supervisor": _role(
        "see_cases", "work_cases", "supervise_cases", "see_policies", "withdraw_policies", "see_health", reach="districts", sees_children=True
    ),
    "supervisor_city": _role(
        "see_cases", "work_cases", "supervise_cases", "see_policies", "withdraw_policies", "see_health", reach="city", sees_children=True
    ),
    "child_protection": _role("see_cases", "work_cases", reach="districts", sees_children=True),
    "policy_editor": _role("see_policies", "edit_policies", "withdraw_policies", "see_health"),
    "policy_reviewer": _role("see_policies", "edit_policies", "review_policies", "withdraw_policies", "see_health"),
    "auditor": _role("see_cases", "see_policies", "see_health", "see_audit", reach="city"),
    "administrator": _role(
        "see_cases", "work_cases", "supervise_cases", "see_policies", "withdraw_policies", "manage_staff", "see_health", "see_audit",
        "run_program", reach="city",
    ),
}
"""In the order in which pages list them."""


def of(roles: Collection[str]) -> list[Role]:
    """The roles of these names; a name that does not exist carries nothing."""
    return [ROLES[name] for name in roles if name in ROLES]


def may(roles: Collection[str], permission: Permission) -> bool:
    """Whether any of `roles` carries `permission`."""
    return any(permission in role.may for role in of(roles))
