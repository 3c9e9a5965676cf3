"""Editing the duty roster: by supervisors for their own districts, by city roles for all. Every change is audited."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.casework import Scope
from bot.casework.duty import Shift
from bot.errors import InputError
from bot.privacy.identifiers import mask_identifiers
from bot.reception.desk.counter import Counter
from bot.reception.duty.people import covers
from bot.store import audit, changes, duty, staff, units
from bot.store.duty import Reach

LONGEST_SHIFT = timedelta(days=7)
MOST_DAYS = 31
LONGEST_PHONE = 20
LONGEST_NOTE = 80
_NEW = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """A shift as somebody wants it."""

    staff_id: int | None
    deputy_id: int | None
    district: str | None
    """None is the city desk."""
    unit_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None


class Roster(Counter):
    """Who is on duty from when to when."""

    def enter(self, scope: Scope, wish: Wish, days: int = 1) -> int:
        """Enter a shift, and the same on the following days where `days` is more than 1; returns how many."""
        if not 1 <= days <= MOST_DAYS:
            raise InputError(f"连着排的天数要在 1 到 {MOST_DAYS} 之间。请改正")
        now = self._clock()
        with self._database.write() as connection:
            first = self._checked(connection, scope, wish, _NEW, now)
            for day in range(days):
                later = timedelta(days=day)
                shift = replace(first, starts_at=first.starts_at + later, ends_at=first.ends_at + later)
                self._noted_shift(connection, scope, "duty_entered", duty.add(connection, shift, scope.staff_id, now), now)
        return days

    def change(self, scope: Scope, shift_id: int, wish: Wish) -> None:
        """Replace a shift that has not ended."""
        now = self._clock()
        with self._database.write() as connection:
            self._own(connection, scope, shift_id, now)
            duty.change(connection, self._checked(connection, scope, wish, shift_id, now), scope.staff_id, now)
            self._noted_shift(connection, scope, "duty_changed", shift_id, now)

    def remove(self, scope: Scope, shift_id: int) -> None:
        """Take a shift off the roster; what has ended stays, because history rests on it."""
        now = self._clock()
        with self._database.write() as connection:
            self._own(connection, scope, shift_id, now)
            duty.remove(connection, shift_id)
            self._noted_shift(connection, scope, "duty_removed", shift_id, now)

    def set_reach(self, scope: Scope, staff_id: int | None, phone: str, note: str) -> None:
        """Write down how somebody is reached: one's own, or by a supervisor."""
        number = phone.replace(" ", "").replace("-", "")
        if number and not (number.removeprefix("+").isascii() and number.removeprefix("+").isdigit() and 5 <= len(number) <= LONGEST_PHONE):
            raise InputError("手机号只能写数字。请改正，或留空")
        words = note.strip()[:LONGEST_NOTE]
        if mask_identifiers(words, self._identifier_words()).kinds:
            raise InputError("这里不能写证件号、卡号。请改正")
        now = self._clock()
        with self._database.write() as connection:
            account = staff.get(connection, staff_id) if staff_id is not None else None
            if account is None or not account.active:
                raise InputError("没有这个账号，或它已停用。请重新选人")
            if account.id != scope.staff_id and not scope.may("supervise_cases"):
                raise InputError("只能写自己的联系办法。同事的请找主管写")
            duty.set_reach(connection, account.id, Reach(number, words), now)
            audit.append(connection, actor=f"staff:{scope.staff_id}", action="duty_reach", thing=f"staff:{account.id}", now=now)

    def _checked(self, connection: Connection, scope: Scope, wish: Wish, shift_id: int, now: datetime) -> Shift:
        self._may_edit(scope, wish.district)
        if wish.district is not None and wish.district not in self._knowledge().districts:
            raise InputError("没有这个区。请从列表里选")
        if wish.unit_id is not None and wish.unit_id not in {unit.id for unit in units.everyone(connection) if unit.active}:
            raise InputError("没有这个科室，或它已停用。请重新选")
        if wish.starts_at is None or wish.ends_at is None:
            raise InputError("请写从什么时候到什么时候")
        if wish.ends_at <= wish.starts_at or wish.ends_at <= now:
            raise InputError("结束要晚于开始，也要晚于现在。请改正时间")
        if wish.ends_at - wish.starts_at > LONGEST_SHIFT:
            raise InputError("一班最长 7 天。请分开排")
        if wish.staff_id is None:
            raise InputError("请选值班的人")
        if wish.staff_id == wish.deputy_id:
            raise InputError("代班的人不能是自己。请选同事")
        for person in (wish.staff_id, wish.deputy_id):
            if person is not None:
                self._may_serve(connection, person, wish.district)
        return Shift(shift_id, wish.staff_id, wish.deputy_id, wish.district, wish.unit_id, wish.starts_at, wish.ends_at)

    def _may_serve(self, connection: Connection, person: int, district: str | None) -> None:
        account = staff.get(connection, person)
        if account is None or not account.active:
            raise InputError("没有这个账号，或它已停用。请重新选人")
        if not covers(account, district):
            raise InputError(f"{account.display_name}的账号看不到{district or '市级值班台'}的个案，接不了警报。请换人，或先请管理员改他管的区")

    def _own(self, connection: Connection, scope: Scope, shift_id: int, now: datetime) -> Shift:
        shift = duty.get(connection, shift_id)
        if shift is None or shift.ends_at <= now:
            raise InputError("没有这一班，或它已经过去。请刷新页面")
        self._may_edit(scope, shift.district)
        return shift

    def _may_edit(self, scope: Scope, district: str | None) -> None:
        within = scope.districts is None or (scope.at_city_desk if district is None else district in scope.districts)
        if not scope.may("supervise_cases") or not within:
            raise InputError("这一处的值班表归别的主管排。请选自己的区")

    def _identifier_words(self) -> dict[str, list[str]]:
        words = self._knowledge().messages.names["identifier_words"]
        return {kind: listed.split() for kind, listed in words.items()}

    def _noted_shift(self, connection: Connection, scope: Scope, action: str, shift_id: int, now: datetime) -> None:
        audit.append(connection, actor=f"staff:{scope.staff_id}", action=action, thing=f"shift:{shift_id}", now=now)
        changes.note(connection, "duty", shift_id, now)
