"""政策找人: only who agreed, only once, only when released, never the dead nor who must not be contacted."""

from datetime import date, datetime, timedelta

import pytest

from bot.casework import Scope
from bot.conversation import Circumstances, Message, Reading, RecordConsent, State, turn
from bot.conversation.outreach import PURPOSE, message
from bot.errors import InputError
from bot.knowledge import Knowledge, build
from bot.knowledge.snapshot import canonical
from bot.reception.outreach import DistrictRow, Outreach, day_of_effect, newly_likely
from bot.store import audit, cases, consents, conversations, outbox, outreach, revisions, screenings, staff, transcripts
from bot.store.audit import AuditFilter
from bot.store.database import Database
from bot.store.outreach import Household
from tests.conftest import NOW

FIGURE, DERIVED = "parameters/dibao_monthly.yaml", "parameters/dibao_bianyuan_line.yaml"
FACTS: dict[str, object] = {
    "receiving": "none", "hukou": "same_district", "household_size": 2, "monthly_income": 3000, "savings": 0, "cars": 0, "homes": 1,
    "severe_illness": False, "disability": "none", "age": 40, "district": "河东区",
}
"""Above the line of today, below one of 2500."""
CITY = Scope.of(1, ["supervisor_city"], [])
EAST = Scope.of(2, ["supervisor"], ["河东区"])


def raised(knowledge: Knowledge, starts_on: str = "2025-09-01") -> Knowledge:
    """The same policies with a line of 2500 from a day on."""
    files = dict(knowledge.files)
    for file, old, new in ((FIGURE, "1045", "2500"), (DERIVED, "1567.5", "3750")):
        if starts_on == "2025-09-01":
            files[file] = files[file].replace(f'"{old}"', f'"{new}"')
            continue
        lines = files[file].split("\n")
        at = next(index for index, line in enumerate(lines) if f'"{old}"' in line)
        lines.insert(at + 1, lines[at].replace("2025-09-01", starts_on).replace(f'"{old}"', f'"{new}"'))
        files[file] = "\n".join(lines)
    return build(files)


@pytest.fixture(scope="module")
def after(knowledge: Knowledge) -> Knowledge:
    return raised(knowledge)


class Town:
    """Households that were screened, and two published states of the policies."""

    def __init__(self, database: Database, before: Knowledge, after: Knowledge) -> None:
        self.now: datetime = NOW
        self.database, self.before, self.after = database, before, after
        self.outreach = Outreach(database, lambda: after, lambda: self.now)
        with database.write() as connection:
            for login in ("city", "east"):
                staff.add(connection, login=login, display_name=login, password_hash="x", roles=["supervisor"], districts=[], now=NOW)
        self.publish(before, "adopted")

    def publish(self, knowledge: Knowledge | None = None, way: revisions.Way = "published") -> int:
        made = knowledge or self.after
        with self.database.write() as connection:
            content = canonical(made.files)
            revisions.add(connection, made.version, content, way=way, title="低保调标", reason="", author_id=None, now=self.now)
        return self.outreach.look()

    def household(self, name: str, *, district: str | None = "河东区", agreed: bool = True, channel: str = "telegram") -> int:
        with self.database.write() as connection:
            conversation_id = conversations.create(connection, channel, name, f"hash {name}", NOW)
            for purpose in ("screening", PURPOSE) if agreed else ("screening",):
                consents.add(connection, conversation_id, purpose, True, "1", NOW)
            screenings.add(connection, conversation_id, {**FACTS, "district": district}, {}, self.before.version, NOW)
        return conversation_id

    def case(self, conversation_id: int, **values: object) -> None:
        with self.database.write() as connection:
            case_id = cases.open_case(
                connection, number=f"JN{conversation_id}", conversation_id=conversation_id, screening_id=None, kind="asked", colour="green",
                reason="", signals=[], district=None, programmes=[], details={}, phone_hash=None, now=NOW,
            )
            cases.change(connection, case_id, NOW, **values)

    def told(self, conversation_id: int) -> list[str]:
        with self.database.read() as connection:
            return [line.text for line in transcripts.lines(connection, conversation_id)]

    def sending(self) -> list[int]:
        with self.database.read() as connection:
            return [row.conversation_id for row in outbox.due(connection, "telegram", self.now)]


@pytest.fixture
def town(sqlite: Database, knowledge: Knowledge, after: Knowledge) -> Town:
    return Town(sqlite, knowledge, after)


def test_who_becomes_likely_is_found_with_the_programme_and_the_district(knowledge: Knowledge, after: Knowledge) -> None:
    day = NOW.date()
    [found] = newly_likely(knowledge, after, day, [Household(7, FACTS), Household(8, {**FACTS, "cars": 2})])
    assert (found[0], found[1]) == (7, "河东区")
    assert "dibao" in found[2]
    assert newly_likely(after, after, day, [Household(7, FACTS)]) == []
    assert newly_likely(knowledge, after, day, [Household(7, {"no_such_fact": 1, "cars": "many"})]) == []
    assert newly_likely(knowledge, after, day, []) == []


def test_a_figure_that_begins_soon_counts_as_begun_and_a_distant_one_does_not(knowledge: Knowledge) -> None:
    day = NOW.date()
    soon, late = raised(knowledge, "2027-01-01"), raised(knowledge, "2028-01-01")
    assert day_of_effect(knowledge, soon, day) == date(2027, 1, 1)
    assert day_of_effect(knowledge, late, day) == day
    assert newly_likely(knowledge, soon, day, [Household(7, FACTS)])
    assert newly_likely(knowledge, late, day, [Household(7, FACTS)]) == []


def test_only_a_published_change_makes_a_list_and_each_only_one(town: Town) -> None:
    town.household("a")
    assert town.outreach.listings(CITY) == []
    assert town.publish() == 1
    assert town.outreach.look() == 0
    assert town.publish(town.before, "rolled_back") == 0
    [listing] = town.outreach.listings(CITY)
    assert listing.title == "低保调标"


def test_nobody_hears_anything_before_a_supervisor_releases_it(town: Town) -> None:
    mine = town.household("a")
    town.publish()
    assert town.told(mine) == []
    with pytest.raises(InputError, match="主管"):
        town.outreach.release(Scope.of(2, ["policy_editor"], []), 2)
    assert town.told(mine) == []
    released = town.outreach.release(EAST, 2)
    assert (released.sent, released.left_out) == (1, 0)
    assert town.told(mine) == ["您咨询过的政策有变化，点开看看。"]
    assert town.sending() == [mine]
    with pytest.raises(InputError, match="没有等着放行"):
        town.outreach.release(EAST, 2)
    with town.database.read() as connection:
        [row] = audit.entries(connection, AuditFilter(action="outreach_released"), 9)
    assert (row.actor, row.thing) == ("staff:2", "outreach:2")


def test_web_visitors_find_it_in_their_talk(town: Town) -> None:
    mine = town.household("a", channel="web")
    town.publish()
    town.outreach.release(CITY, 2)
    assert len(town.told(mine)) == 1
    assert town.sending() == []


def test_a_supervisor_reaches_their_own_districts_only(town: Town) -> None:
    east, west, nowhere = town.household("e"), town.household("w", district="河西区"), town.household("n", district=None)
    town.publish()
    assert [row.district for row in town.outreach.listings(EAST)[0].rows] == ["河东区"]
    assert town.outreach.release(EAST, 2).sent == 1
    assert [bool(town.told(one)) for one in (east, west, nowhere)] == [True, False, False]
    assert town.outreach.release(CITY, 2).sent == 2


def test_small_counts_are_hidden(town: Town) -> None:
    for number in range(5):
        town.household(f"e{number}")
    town.household("w", district="河西区")
    town.publish()
    [listing] = town.outreach.listings(CITY)
    assert listing.rows == (DistrictRow("河东区", 5, 0, 0), DistrictRow("河西区", None, 0, 0))
    assert ("低保", 6) in listing.programmes
    town.outreach.release(EAST, 2)
    [listing] = town.outreach.listings(CITY)
    assert listing.rows == (DistrictRow("河东区", 0, 5, 0), DistrictRow("河西区", None, 0, 0))
    assert listing.waiting is None


def test_who_must_not_be_contacted_the_dead_and_who_did_not_agree_are_never_listed(town: Town) -> None:
    silent, dead = town.household("silent"), town.household("dead")
    refused = town.household("refused", agreed=False)
    town.case(silent, may_contact=False)
    town.case(dead, status="closed", outcome=outreach.DECEASED)
    assert town.publish() == 0
    assert [town.told(one) for one in (silent, dead, refused)] == [[], [], []]


def test_what_changed_between_list_and_release_counts(town: Town) -> None:
    silent, dead, withdrew, taken, free = (town.household(name) for name in ("silent", "dead", "withdrew", "taken", "free"))
    assert town.publish() == 5
    town.case(silent, may_contact=False)
    town.case(dead, status="closed", outcome=outreach.DECEASED)
    with town.database.write() as connection:
        consents.add(connection, withdrew, PURPOSE, False, "1", NOW)
        conversations.set_owner(connection, taken, 1)
    released = town.outreach.release(CITY, 2)
    assert (released.sent, released.left_out) == (1, 4)
    assert [bool(town.told(one)) for one in (silent, dead, withdrew, taken, free)] == [False, False, False, False, True]
    with town.database.read() as connection:
        assert {what for _, what in outreach.decided(connection, 2)} == {"sent", "no_contact", "deceased", "withdrew", "person"}


def test_nobody_is_written_to_twice_within_a_month(town: Town) -> None:
    town.household("a")
    town.publish()
    town.outreach.release(CITY, 2)
    town.publish(town.before)
    town.publish()
    assert town.outreach.release(CITY, 4).sent == 0
    town.publish(town.before)
    town.now += timedelta(days=31)
    town.publish()
    assert town.outreach.release(CITY, 6).sent == 1


def test_nothing_goes_out_at_night(town: Town) -> None:
    mine = town.household("a")
    town.publish()
    for hours in (11, 22):  # nine in the evening, eight in the morning in Tianjin
        town.now = NOW + timedelta(hours=hours)
        with pytest.raises(InputError, match="夜里"):
            town.outreach.release(CITY, 2)
    assert town.told(mine) == []


def test_a_list_may_be_dropped(town: Town) -> None:
    mine = town.household("a")
    town.publish()
    assert town.outreach.drop(CITY, 2) == 1
    assert town.told(mine) == []
    with pytest.raises(InputError):
        town.outreach.release(CITY, 2)


def test_the_message_names_nothing_and_one_tap_ends_it(knowledge: Knowledge) -> None:
    reply = message(knowledge, NOW.date())
    names = [knowledge.short_name(name) for name in knowledge.labels.programmes]
    assert not any(word in reply.text for word in [*names, "救助", "困难", "补贴", "可能符合", "津暖"])
    look, stop = reply.buttons
    around = Circumstances(NOW)
    opened = turn(State(), Message("button", button=look.value), Reading(), knowledge, around)
    assert {button.title for button in opened.replies[0].buttons} >= {"看看能申请什么", "找真人", "以后别找我"}
    stopped = turn(State(), Message("button", button=stop.value), Reading(), knowledge, around)
    assert stopped.effects == (RecordConsent(PURPOSE, False),)
