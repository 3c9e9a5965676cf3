"""The desk's deeds on both kinds of database: nobody is left waiting, nothing closes that must not."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, update

from bot.casework import IllegalMove, Scope
from bot.conversation import AddToCase, OpenCase, UpdateCase
from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.reception.carry_out import carry_out
from bot.reception.desk import Desk
from bot.store import absences, cases, conversations, outbox, papers, promises, queue, staff, transcripts, unsent
from bot.store.database import Database
from bot.store.keys import Keys
from bot.store.queue import QueueFilter

TIANJIN = ZoneInfo("Asia/Shanghai")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=TIANJIN)


class Office:
    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys) -> None:
        self.database, self.knowledge, self.keys, self.now = database, knowledge, keys, TUESDAY
        self.desk = Desk(database, lambda: knowledge, keys.hashes, lambda: self.now)
        self.xiaowang = self.person("xiaowang", "河东区")
        self.xiaoli = self.person("xiaoli", "河西区")
        self.head = self.person("head", role="supervisor_city")

    def person(self, login: str, *districts: str, role: str = "hotline") -> Scope:
        with self.database.write() as connection:
            made = staff.add(
                connection, login=login, display_name=login, password_hash="x", roles=[role], districts=list(districts), now=self.now
            )
        return Scope.of(made, [role], list(districts))

    def case(self, number: str, *signals: str, district: str = "河东区", **details: str) -> int:
        with self.database.write() as connection:
            talk = conversations.create(connection, "telegram", number, f"hash {number}", self.now)
            carry_out(
                connection, talk, [OpenCase(number, "asked", signals, dict(details), district)], self.knowledge, self.keys.hashes, self.now
            )
        return talk

    def resident_writes(self, talk: int) -> None:
        with self.database.write() as connection:
            carry_out(connection, talk, [AddToCase("wrote")], self.knowledge, self.keys.hashes, self.now)

    def resident_updates(self, talk: int, change: UpdateCase) -> None:
        with self.database.write() as connection:
            carry_out(connection, talk, [change], self.knowledge, self.keys.hashes, self.now)

    def speaks(self, talk: int, text: str) -> None:
        with self.database.write() as connection:
            transcripts.add(connection, talk, author="resident", text=text, now=self.now)
            carry_out(connection, talk, [AddToCase("wrote")], self.knowledge, self.keys.hashes, self.now)

    def said(self, talk: int) -> str:
        with self.database.read() as connection:
            return transcripts.lines(connection, talk)[-1].text

    def pushed(self, talk: int) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(outbox.outbox).where(outbox.outbox.c.conversation_id == talk)) or 0

    def stored(self, number: str) -> cases.CaseRow:
        with self.database.read() as connection:
            found = cases.by_number(connection, self.head, number)
        assert found is not None
        return found

    def history(self, number: str) -> list[str]:
        with self.database.read() as connection:
            return [event.what for event in cases.events(connection, self.stored(number).id)]


@pytest.fixture
def office(database: Database, knowledge: Knowledge, keys: Keys) -> Iterator[Office]:
    yield Office(database, knowledge, keys)


def test_the_waiting_clock_stops_only_at_a_real_reply_and_starts_at_the_first_unanswered_message(office: Office) -> None:
    talk = office.case("JN1", "crisis.violence")
    assert office.stored("JN1").due_at == TUESDAY + timedelta(minutes=15)
    office.desk.talk.claim(office.xiaowang, "JN1")
    office.desk.talk.take_over(office.xiaowang, "JN1")
    office.desk.promises.note(office.xiaowang, "JN1", "打过电话")
    assert office.stored("JN1").waiting_since == TUESDAY
    office.desk.talk.write(office.xiaowang, "JN1", "我在，您说")
    assert office.stored("JN1").due_at is None
    office.now += timedelta(minutes=5)
    office.resident_writes(talk)
    office.now += timedelta(minutes=5)
    office.resident_writes(talk)
    assert office.stored("JN1").waiting_since == TUESDAY + timedelta(minutes=5)
    assert office.stored("JN1").due_at == TUESDAY + timedelta(minutes=20)


def test_lowering_the_urgency_gives_the_clock_its_new_length(office: Office) -> None:
    office.case("JN1", "crisis.violence")
    office.desk.moves.set_colour(office.xiaowang, "JN1", "green", "问的是政策")
    case = office.stored("JN1")
    assert (case.colour, case.first_colour, case.verified_at) == ("green", "red", TUESDAY)
    assert case.due_at == datetime(2026, 11, 25, 10, 0, tzinfo=TIANJIN)


def test_a_red_case_is_confirmed_once(office: Office) -> None:
    office.case("JN1", "crisis.self_harm")
    office.desk.moves.confirm_urgency(office.xiaowang, "JN1")
    assert "verified" in office.history("JN1")
    with pytest.raises(InputError, match="核实过"):
        office.desk.moves.confirm_urgency(office.head, "JN1")


def test_a_case_of_a_harmed_child_closes_only_after_the_report_or_the_reason_for_none(office: Office) -> None:
    office.case("JN1", "crisis.child_danger")
    office.desk.talk.claim(office.head, "JN1")
    close = {"to": "closed", "outcome": "referred", "note": "已转公安"}
    with pytest.raises(IllegalMove, match="强制报告"):
        office.desk.moves.move(office.head, "JN1", **close)
    with pytest.raises(InputError, match="为什么"):
        office.desk.moves.report_child(office.head, "JN1", recipient="none", reported_at=None, receipt="", why_not=" ")
    office.desk.moves.report_child(office.head, "JN1", recipient="police", reported_at=TUESDAY, receipt="回执 1", why_not="")
    office.desk.moves.move(office.head, "JN1", **close)
    assert office.stored("JN1").status == "closed"


def test_a_plain_question_closes_in_one_go_but_only_once_it_is_answered(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.talk.claim(office.xiaowang, "JN1")
    with pytest.raises(InputError, match="还在等"):
        office.desk.moves.answered(office.xiaowang, "JN1")
    office.desk.talk.write(office.xiaowang, "JN1", "低保在街道办")
    office.desk.moves.answered(office.xiaowang, "JN1")
    assert office.stored("JN1").outcome == "answered"


def test_a_closed_case_opens_again_within_the_window_only(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "好了")
    office.desk.moves.answered(office.xiaowang, "JN1")
    office.now += timedelta(days=office.knowledge.retention.reopen_days)
    office.desk.moves.move(office.xiaowang, "JN1", "in_progress")
    assert office.stored("JN1").outcome is None
    office.desk.moves.move(office.xiaowang, "JN1", "closed", outcome="answered", note="好了")
    office.now += timedelta(days=office.knowledge.retention.reopen_days, minutes=1)
    with pytest.raises(IllegalMove, match="一户一档"):
        office.desk.moves.move(office.xiaowang, "JN1", "in_progress")


def test_a_transfer_stays_with_the_sender_until_it_is_accepted(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.transfers.ask(office.xiaowang, "JN1", "河西区", "户口在河西，材料已看")
    with pytest.raises(InputError, match="没有这个个案"):
        office.desk.talk.write(office.xiaoli, "JN1", "您好")
    office.desk.transfers.refuse(office.head, "JN1", "请先补居住地")
    assert office.stored("JN1").district == "河东区"
    office.desk.transfers.ask(office.xiaowang, "JN1", "河西区", "已补")
    office.desk.transfers.accept(office.head, "JN1")
    moved = office.stored("JN1")
    assert (moved.district, moved.claimed_by) == ("河西区", office.head.staff_id)


def test_the_same_phone_or_a_name_that_sounds_alike_is_proposed_and_a_person_joins_and_parts(office: Office) -> None:
    office.case("JN1", "kind.asked", phone="13800000000", name="张爱珍")
    office.case("JN2", "kind.asked", phone="13800000000")
    office.case("JN3", "kind.asked", name="章爱贞")
    office.case("JN4", "kind.asked", name="李四海")
    found = {item.case.number: item.grounds for item in office.desk.households.alike(office.xiaowang, "JN1")}
    assert set(found) == {"JN2", "JN3"}
    assert "phone" in found["JN2"] and "name" in found["JN3"]
    office.desk.households.join(office.xiaowang, "JN1", "JN3")
    assert [case.number for case in office.desk.households.members(office.xiaowang, "JN3")] == ["JN1"]
    assert "JN3" not in {item.case.number for item in office.desk.households.alike(office.xiaowang, "JN1")}
    office.desk.households.part(office.xiaowang, "JN3")
    assert office.desk.households.members(office.xiaowang, "JN1") == []


def test_a_call_that_nobody_answers_moves_on_into_working_time(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.promises.promise(office.xiaowang, "JN1", "call", TUESDAY + timedelta(hours=6), "说结果")
    office.now = TUESDAY + timedelta(hours=7)
    with office.database.read() as connection:
        promise = promises.of_case(connection, office.stored("JN1").id)[0]
    assert office.desk.promises.not_reached(office.xiaowang, "JN1", promise.id) == datetime(2026, 11, 25, 9, 0, tzinfo=TIANJIN)
    office.desk.promises.keep(office.xiaowang, "JN1", promise.id)
    with pytest.raises(InputError, match="办完"):
        office.desk.promises.keep(office.xiaowang, "JN1", promise.id)


def test_no_call_or_visit_is_promised_to_somebody_who_must_not_be_contacted(office: Office) -> None:
    office.case("JN1", "crisis.violence", contact="none")
    for kind in ("call", "visit"):
        with pytest.raises(InputError, match="不可主动联系"):
            office.desk.promises.promise(office.xiaowang, "JN1", kind, TUESDAY + timedelta(hours=1), "")


def test_words_that_were_not_sent_come_back_and_go_once_they_are_sent(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.talk.keep_unsent(office.xiaowang, "JN1", "text", "您先别急")
    with office.database.read() as connection:
        assert unsent.of_case(connection, office.stored("JN1").id, office.xiaowang.staff_id) == {"text": "您先别急"}
        assert unsent.of_case(connection, office.stored("JN1").id, office.head.staff_id) == {}
    office.desk.talk.write(office.xiaowang, "JN1", "您先别急")
    with office.database.read() as connection:
        assert unsent.of_case(connection, office.stored("JN1").id, office.xiaowang.staff_id) == {}


def test_a_removed_workers_cases_return_to_the_queue_and_the_resident_is_told_that_the_bot_is_back(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    assert office.desk.hands.return_cases_of(office.head, office.xiaowang.staff_id) == 1
    assert (office.stored("JN1").status, office.stored("JN1").claimed_by) == ("new", None)
    with office.database.read() as connection:
        said = transcripts.lines(connection, talk)[-1].text
        assert outbox.due(connection, "telegram", office.now)
    assert "机器人" in said


def test_a_leave_names_a_deputy_and_follows_deputies_who_are_away_too(office: Office) -> None:
    me, other, third = office.xiaowang.staff_id, office.xiaoli.staff_id, office.head.staff_id
    week = office.now + timedelta(days=7)
    office.desk.leaves.enter(office.xiaowang, me, other, office.now, week)
    office.desk.leaves.enter(office.head, other, third, office.now, week)
    with office.database.read() as connection:
        assert absences.deputy_of(connection, me, office.now) == third
        assert absences.deputy_of(connection, me, week) is None
    with pytest.raises(InputError, match="主管"):
        office.desk.leaves.enter(office.xiaowang, other, me, office.now, week)


@pytest.mark.parametrize("tag", ["", "电话13800000000", "长" * 13])
def test_a_tag_holds_no_number_and_is_short(office: Office, tag: str) -> None:
    office.case("JN1", "kind.asked")
    with pytest.raises(InputError, match="标签"):
        office.desk.promises.tag(office.xiaowang, "JN1", tag)


def test_a_late_answer_is_noticed_once_and_forgotten_when_it_is_given(office: Office) -> None:
    office.case("JN1", "crisis.violence")
    office.now += timedelta(minutes=14)
    assert office.desk.watch.look() == 0
    office.now += timedelta(minutes=2)
    assert office.desk.watch.look() == 1
    assert office.desk.watch.look() == 0
    assert office.history("JN1").count("breached") == 1
    office.desk.talk.write(office.xiaowang, "JN1", "我在")
    assert office.stored("JN1").breached_at is None


def test_an_owner_who_is_silent_for_ten_minutes_gives_the_turn_back_but_keeps_the_case(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    office.now += timedelta(minutes=30)
    assert office.desk.watch.look() == 0
    office.resident_writes(talk)
    office.now += timedelta(minutes=11)
    assert office.desk.watch.look() == 1
    with office.database.read() as connection:
        assert conversations.get(connection, talk).owner_id is None
        assert "先问我" in transcripts.lines(connection, talk)[-1].text
    assert office.stored("JN1").claimed_by == office.xiaowang.staff_id


def test_a_deputy_gets_new_messages_and_promised_calls_at_once_and_the_resident_reads_who(office: Office) -> None:
    writes, promised, quiet = (office.case(number, "kind.asked") for number in ("JN1", "JN2", "JN3"))
    for number in ("JN1", "JN2", "JN3"):
        office.desk.talk.write(office.xiaowang, number, "您好")
    office.desk.promises.promise(office.xiaowang, "JN2", "call", TUESDAY + timedelta(hours=3), "")
    office.desk.leaves.enter(office.xiaowang, office.xiaowang.staff_id, office.head.staff_id, TUESDAY, TUESDAY + timedelta(days=2))
    office.resident_writes(writes)
    assert office.desk.watch.look() == 2
    assert office.desk.watch.look() == 0
    holders = {number: office.stored(number).claimed_by for number in ("JN1", "JN2", "JN3")}
    assert holders == {"JN1": office.head.staff_id, "JN2": office.head.staff_id, "JN3": office.xiaowang.staff_id}
    with office.database.read() as connection:
        assert "head接着办" in transcripts.lines(connection, writes)[-1].text
        assert transcripts.lines(connection, promised)[-1].author == "staff"
        assert transcripts.lines(connection, quiet)[-1].author == "staff"
        assert promises.of_case(connection, office.stored("JN2").id)[0].staff_id == office.head.staff_id


def test_many_cases_are_given_away_at_once_and_what_cannot_be_is_said(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.case("JN2", "kind.asked", district="河西区")
    office.case("JN3", "kind.asked")
    office.desk.talk.write(office.head, "JN1", "您好")
    office.desk.promises.promise(office.head, "JN1", "reply", TUESDAY + timedelta(hours=2), "")
    office.desk.moves.move(office.head, "JN3", "closed", outcome="answered", note="好了")
    with pytest.raises(InputError, match="主管"):
        office.desk.hands.assign(office.xiaowang, ["JN1"], office.xiaowang.staff_id)
    found = office.desk.hands.assign(office.head, ["JN1", "JN2", "JN3", "JN1", "JN9"], office.xiaowang.staff_id)
    assert found.done == ["JN1"]
    assert {number: word in found.refused[number] for number, word in (("JN2", "看不到"), ("JN3", "结案"), ("JN9", "没有这个个案"))} == dict.fromkeys(("JN2", "JN3", "JN9"), True)
    assert office.stored("JN1").claimed_by == office.xiaowang.staff_id
    with office.database.read() as connection:
        assert conversations.get(connection, talk).owner_id is None
        assert promises.of_case(connection, office.stored("JN1").id)[0].staff_id == office.xiaowang.staff_id
    assert office.desk.hands.assign(office.head, ["JN1"], None).done == ["JN1"]
    assert (office.stored("JN1").status, office.stored("JN1").claimed_by) == ("new", None)


def test_the_cases_of_a_closed_account_return_by_themselves(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    with office.database.write() as connection:
        connection.execute(update(staff.staff).where(staff.staff.c.id == office.xiaowang.staff_id).values(active=False))
    assert office.desk.watch.look() == 1
    assert (office.stored("JN1").status, office.stored("JN1").claimed_by) == ("new", None)
    assert "机器人" in office.said(talk)


def test_with_nobody_left_to_stand_in_a_waiting_case_returns_to_the_queue(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    week = TUESDAY + timedelta(days=7)
    office.desk.leaves.enter(office.xiaowang, office.xiaowang.staff_id, office.xiaoli.staff_id, TUESDAY, week)
    office.desk.leaves.enter(office.head, office.xiaoli.staff_id, office.xiaowang.staff_id, TUESDAY, week)
    office.resident_writes(talk)
    assert office.desk.watch.look() == 1
    assert (office.stored("JN1").status, office.stored("JN1").claimed_by) == ("new", None)


def test_a_deputy_of_another_district_works_on_what_is_in_their_hands(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    office.desk.leaves.enter(office.xiaowang, office.xiaowang.staff_id, office.xiaoli.staff_id, TUESDAY, TUESDAY + timedelta(days=1))
    office.resident_writes(talk)
    office.desk.watch.look()
    office.desk.talk.write(office.xiaoli, "JN1", "我是小李")
    with office.database.read() as connection:
        assert [row.number for row in queue.page(connection, office.xiaoli, QueueFilter(), office.now).rows] == ["JN1"]
        assert [row.number for row in queue.page(connection, office.xiaoli, QueueFilter(mine=True), office.now).rows] == ["JN1"]
    office.desk.moves.move(office.xiaoli, "JN1", "closed", outcome="answered", note="好了")
    with office.database.read() as connection:
        assert cases.by_number(connection, office.xiaoli, "JN1") is None


def test_nobody_stands_in_who_works_on_no_cases(office: Office) -> None:
    editor = office.person("editor", role="policy_editor")
    with pytest.raises(InputError, match="不办个案"):
        office.desk.leaves.enter(office.xiaowang, office.xiaowang.staff_id, editor.staff_id, TUESDAY, TUESDAY + timedelta(days=1))


def test_after_hours_a_silent_owner_gives_the_turn_back_soon_and_the_resident_reads_when_somebody_comes(office: Office) -> None:
    talk = office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    office.now = TUESDAY.replace(hour=17, minute=31)
    office.resident_writes(talk)
    office.now += timedelta(minutes=3)
    assert office.desk.watch.look() == 1
    assert "明天 9:00上班以后" in office.said(talk)
    assert office.stored("JN1").claimed_by == office.xiaowang.staff_id


def test_i_only_ask_leaves_an_unconfirmed_red_orange_and_a_confirmed_one_red(office: Office) -> None:
    unsure, sure = office.case("JN1", "crisis.self_harm"), office.case("JN2", "crisis.self_harm")
    office.desk.moves.confirm_urgency(office.xiaowang, "JN2")
    for talk in (unsure, sure):
        with office.database.write() as connection:
            carry_out(connection, talk, [AddToCase("resident_policy")], office.knowledge, office.keys.hashes, office.now)
    lowered, kept = office.stored("JN1"), office.stored("JN2")
    assert (lowered.colour, lowered.first_colour, lowered.verified_at, kept.colour) == ("orange", "red", None, "red")
    assert lowered.due_at == TUESDAY + timedelta(minutes=30)
    with office.database.read() as connection:
        assert queue.false_reds(connection, office.head, TUESDAY, TUESDAY + timedelta(hours=8)) == queue.FalseReds(2, 1, 1, 0)


def test_what_a_person_lowered_is_raised_by_new_words_of_danger_only(office: Office) -> None:
    talk = office.case("JN1", "crisis.violence")
    office.desk.moves.set_colour(office.xiaowang, "JN1", "green", "问的是政策")
    office.resident_updates(talk, UpdateCase(details={"phone": "13800000000"}))
    assert office.stored("JN1").colour == "green"
    office.resident_updates(talk, UpdateCase(signals=("crisis.violence",)))
    raised = office.stored("JN1")
    assert (raised.colour, raised.verified_at) == ("red", None)


@pytest.mark.parametrize(("signals", "need"), [(("crisis.self_harm", "minor"), ""), ((), "我以前割过腕，现在想问低保")], ids=["a child", "long ago"])
def test_a_child_who_spoke_of_harming_itself_and_somebody_who_did_so_before_are_at_least_orange(
    office: Office, signals: tuple[str, ...], need: str
) -> None:
    office.case("JN1", *signals, need=need)
    assert office.stored("JN1").colour in {"red", "orange"}
    with pytest.raises(InputError, match="至少是橙色"):
        office.desk.moves.set_colour(office.head, "JN1", "yellow", "看着没事")
    office.desk.moves.set_colour(office.head, "JN1", "orange", "已经有人陪着")


def test_a_case_in_which_a_child_itself_speaks_of_danger_needs_the_report_too(office: Office) -> None:
    office.case("JN1", "crisis.violence", "minor")
    assert office.stored("JN1").child_harm
    office.desk.talk.claim(office.head, "JN1")
    with pytest.raises(IllegalMove, match="强制报告"):
        office.desk.moves.move(office.head, "JN1", "closed", outcome="referred", note="已转")


def test_after_violence_nothing_goes_out_unless_the_resident_writes_first(office: Office) -> None:
    talk = office.case("JN1", "crisis.violence", phone="13800000000")
    with pytest.raises(InputError, match="不可主动联系"):
        office.desk.promises.promise(office.xiaowang, "JN1", "call", TUESDAY + timedelta(hours=1), "")
    office.desk.talk.write(office.xiaowang, "JN1", "我在，您说")
    sent = office.pushed(talk)
    office.now += timedelta(days=1)
    with pytest.raises(InputError, match="等他先说话"):
        office.desk.talk.write(office.xiaowang, "JN1", "您还好吗")
    with pytest.raises(InputError, match="等他先说话"):
        office.desk.talk.take_over(office.xiaowang, "JN1")
    office.desk.moves.move(office.xiaowang, "JN1", "closed", outcome="referred", note="已转公安")
    assert office.pushed(talk) == sent
    assert "JN1" in office.said(talk)


def test_a_resident_who_writes_first_is_answered_with_several_messages(office: Office) -> None:
    talk = office.case("JN1", "crisis.violence")
    office.desk.talk.write(office.xiaowang, "JN1", "我在")
    office.now += timedelta(days=1)
    office.speaks(talk, "他走了")
    office.desk.talk.write(office.xiaowang, "JN1", "您说")
    office.now += timedelta(minutes=1)
    office.desk.talk.write(office.xiaowang, "JN1", "现在安全吗")


def test_the_receiver_of_a_transfer_reads_the_case_and_answers_but_does_not_write(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.transfers.ask(office.xiaowang, "JN1", "河西区", "户口在河西")
    with office.database.read() as connection:
        assert [row.number for row, _ in queue.offered(connection, office.xiaoli, office.now)] == ["JN1"]
    with pytest.raises(InputError, match="没有这个个案"):
        office.desk.promises.note(office.xiaoli, "JN1", "看过了")
    with pytest.raises(InputError, match="没有这个个案"):
        office.desk.talk.claim(office.xiaoli, "JN1")
    office.desk.transfers.accept(office.xiaoli, "JN1")
    assert (office.stored("JN1").district, office.stored("JN1").claimed_by) == ("河西区", office.xiaoli.staff_id)
    office.desk.talk.write(office.xiaoli, "JN1", "您好")


def test_a_list_of_papers_is_asked_for_at_once_and_nothing_twice(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.promises.ask_paper(office.xiaowang, "JN1", "户口本")
    wanted = office.knowledge.checklists["dibao"].papers
    assert office.desk.promises.checklist(office.xiaowang, "JN1", "dibao") == len(wanted) - 1
    assert office.desk.promises.checklist(office.xiaowang, "JN1", "dibao") == 0
    with office.database.read() as connection:
        assert sorted(paper.name for paper in papers.of_case(connection, office.stored("JN1").id)) == sorted(wanted)
    with pytest.raises(InputError, match="材料单"):
        office.desk.promises.checklist(office.xiaowang, "JN1", "no_such")


@pytest.mark.parametrize(("signals", "tasks"), [(("kind.asked",), ["unreachable"]), (("crisis.violence",), [])], ids=["anybody", "not to be contacted"])
def test_a_resident_who_blocked_the_bot_is_a_task_unless_nobody_may_contact_them(
    office: Office, signals: tuple[str, ...], tasks: list[str]
) -> None:
    talk = office.case("JN1", *signals)
    office.desk.talk.write(office.xiaowang, "JN1", "您好")
    with office.database.write() as connection:
        outbox.bury(connection, outbox.last_id(connection, talk), office.now, "对方停用了机器人")
    assert office.desk.watch.look() == 1
    assert office.desk.watch.look() == 0
    assert office.history("JN1").count("unreachable") == 1
    with office.database.read() as connection:
        assert [item.kind for item in promises.of_case(connection, office.stored("JN1").id)] == tasks
    office.resident_writes(talk)
    with office.database.read() as connection:
        assert all(item.done_at for item in promises.of_case(connection, office.stored("JN1").id))


def test_of_two_who_close_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "好了")
    barrier, told = Barrier(2), []

    def close(scope: Scope) -> None:
        barrier.wait()
        try:
            office.desk.moves.move(scope, "JN1", "closed", outcome="answered", note="好了")
        except IllegalMove as problem:
            told.append(str(problem))

    with ThreadPoolExecutor(2) as both:
        list(both.map(close, (office.xiaowang, office.head)))
    assert len(told) == 1 and "同事" in told[0]
    assert office.history("JN1").count("moved:closed") == 1


def test_opening_again_is_told_apart_in_the_history(office: Office) -> None:
    office.case("JN1", "kind.asked")
    office.desk.talk.write(office.xiaowang, "JN1", "好了")
    office.desk.moves.answered(office.xiaowang, "JN1")
    office.desk.moves.move(office.xiaowang, "JN1", "in_progress")
    assert "reopened" in office.history("JN1")
