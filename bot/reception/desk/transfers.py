"""Handing a case to another district or the city desk; the receiver accepts or refuses with a reason."""

from sqlalchemy import Connection

from bot.casework import Scope
from bot.errors import InputError
from bot.reception.desk.counter import Counter
from bot.store import cases, promises, transfers

CITY = "city"


class Transfers(Counter):
    """Requests to take a case over. Until one is accepted the case stays with whoever asked."""

    def ask(self, scope: Scope, number: str, to: str, note: str) -> None:
        """Ask another district (or `city`) to take a case over, with a note for them."""
        knowledge = self._knowledge()
        if to != CITY and to not in knowledge.districts:
            raise InputError("没有这个区。请从列表里选")
        if not note.strip():
            raise InputError("转办要写一句话：为什么转，已经办了什么")
        district = None if to == CITY else to
        now = self._clock()
        with self._database.write() as connection:
            case = self._own_case(connection, scope, number)
            if case.district == district:
                raise InputError("这个个案本来就归那里。不用转")
            if transfers.open_of(connection, case.id) is not None:
                raise InputError("已经请过一次转办，对方还没答复。要改请先收回")
            transfers.ask(connection, case.id, district, note.strip()[:1_000], scope.staff_id, now)
            self._noted(connection, scope, case, "transfer_asked", note.strip()[:1_000], now)

    def accept(self, scope: Scope, number: str) -> None:
        """Take the case over: it belongs to the new district and to whoever accepts."""
        now = self._clock()
        with self._database.write() as connection:
            case, request = self._open(connection, scope, number)
            if not self._receives(scope, request):
                raise InputError("这个转办不是给您这边的")
            if not transfers.answer(connection, request.id, "accepted", scope.staff_id, "", now):
                raise InputError("同事刚答复过这个转办。请刷新页面")
            if case.claimed_by is not None:
                promises.hand_on(connection, case.claimed_by, scope.staff_id, case.id)
            status = "claimed" if case.status == "new" else case.status
            cases.change(connection, case.id, now, district=request.to_district, unit_id=None, claimed_by=scope.staff_id, status=status)
            self._noted(connection, scope, case, "transfer_accepted", "", now)

    def refuse(self, scope: Scope, number: str, reason: str) -> None:
        """Leave the case where it is, and say why."""
        if not reason.strip():
            raise InputError("不接要写一句理由，让对方知道怎么办")
        now = self._clock()
        with self._database.write() as connection:
            case, request = self._open(connection, scope, number)
            mine = request.asked_by == scope.staff_id
            if not mine and not self._receives(scope, request):
                raise InputError("这个转办不是给您这边的")
            given = "taken_back" if mine else "refused"
            if not transfers.answer(connection, request.id, given, scope.staff_id, reason.strip()[:1_000], now):
                raise InputError("同事刚答复过这个转办。请刷新页面")
            self._noted(connection, scope, case, f"transfer_{given}", reason.strip()[:1_000], now)

    def _open(self, connection: Connection, scope: Scope, number: str) -> tuple[cases.CaseRow, transfers.TransferRow]:
        case = cases.lock_offered(connection, scope, number) if scope.works_cases else None
        if case is None:
            raise InputError("没有这个个案，或它没有转给您这边。请回到队列重新选")
        request = transfers.open_of(connection, case.id)
        if request is None:
            raise InputError("这个个案没有等着答复的转办。请刷新页面")
        return case, request

    def _receives(self, scope: Scope, request: transfers.TransferRow) -> bool:
        if request.to_district is None:
            return scope.at_city_desk
        return scope.districts is None or request.to_district in scope.districts
