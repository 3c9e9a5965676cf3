"""Which cases a member of staff may see: by role, district and unit, applied inside every query."""

from collections.abc import Collection
from dataclasses import dataclass, field

from bot.casework import roles as table
from bot.casework.roles import Permission


@dataclass(frozen=True, slots=True)
class Scope:
    """What one account may do with cases at this moment.

    `districts` None means every district; an empty set means only cases that belong to the city desk,
    that is cases without a district.
    """

    staff_id: int
    roles: frozenset[str]
    districts: frozenset[str] | None
    unit: int | None = None
    """The unit the account works in. A case that was given to a unit is seen by its members and by who is in charge."""
    opened: frozenset[int] = field(default_factory=frozenset)
    """Ids of sealed cases that this person opened with a reason within the last hours."""
    on_duty: bool = False
    """Whether the person is on the duty roster at this moment, in person or as deputy."""

    @classmethod
    def of(
        cls, staff_id: int, roles: Collection[str], districts: Collection[str], unit: int | None = None, opened: Collection[int] = (),
        *, on_duty: bool = False,
    ) -> "Scope":
        """The scope of an account."""
        everywhere = any(role.reach == "city" for role in table.of(roles))
        return cls(staff_id, frozenset(roles), None if everywhere else frozenset(districts), unit, frozenset(opened), on_duty)

    def may(self, permission: Permission) -> bool:
        """Whether any of the roles carries `permission`."""
        return table.may(self.roles, permission)

    @property
    def sees_cases(self) -> bool:
        """Whether the account may open the desk at all."""
        return self.may("see_cases")

    @property
    def works_cases(self) -> bool:
        """Whether the account may change cases (an auditor only reads)."""
        return self.may("work_cases")

    @property
    def in_charge(self) -> bool:
        """Whether cases of every unit within reach are seen: supervisors and whoever sees the whole city."""
        return self.districts is None or self.may("supervise_cases")

    @property
    def at_city_desk(self) -> bool:
        """Whether cases without a district are seen: city roles, and accounts bound to no district."""
        return self.districts is None or not self.districts

    @property
    def sees_children(self) -> bool:
        """Whether the case of a child that was harmed opens without a reason: child protection, supervisors, whoever is on duty, the desk of the city."""
        city_desk = self.districts is not None and not self.districts
        return (self.works_cases and (city_desk or self.on_duty)) or any(role.sees_children for role in table.of(self.roles))
