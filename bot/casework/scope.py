"""Which cases a member of staff may see: by role and district, applied inside every query."""

from dataclasses import dataclass

CITY_ROLES = frozenset({"administrator", "supervisor_city", "auditor"})
CASE_ROLES = frozenset({"hotline", "supervisor", "administrator", "supervisor_city", "auditor", "child_protection"})
POLICY_ROLES = frozenset({"policy_editor", "policy_reviewer", "administrator"})


@dataclass(frozen=True, slots=True)
class Scope:
    """What one account may do with cases.

    `districts` None means every district; an empty set means only cases that belong to the city desk,
    that is cases without a district.
    """

    staff_id: int
    roles: frozenset[str]
    districts: frozenset[str] | None

    @classmethod
    def of(cls, staff_id: int, roles: list[str], districts: list[str]) -> "Scope":
        """The scope of an account."""
        mine = frozenset(roles)
        return cls(staff_id, mine, None if mine & CITY_ROLES else frozenset(districts))

    @property
    def sees_cases(self) -> bool:
        """Whether the account may open the desk at all."""
        return bool(self.roles & CASE_ROLES)

    @property
    def works_cases(self) -> bool:
        """Whether the account may change cases (an auditor only reads)."""
        return bool(self.roles & (CASE_ROLES - {"auditor"}))

    @property
    def at_city_desk(self) -> bool:
        """Whether cases without a district are seen: city roles, and accounts bound to no district."""
        return self.districts is None or not self.districts
