"""What was asked in vain, feedback, sentences taught and outreach, on both kinds of database."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.store import (
    cases,
    consents,
    conversations,
    erasing,
    feedback,
    learned,
    outreach,
    revisions,
    screenings,
    snapshots,
    staff,
    transcripts,
    unanswered,
)
from bot.store.database import Database
from tests.conftest import NOW


@pytest.fixture
def officer(database: Database) -> int:
    with database.write() as connection:
        return staff.add(connection, login="bian", display_name="小边", password_hash="x", roles=["policy_editor"], districts=[], now=NOW)


def talk(database: Database, name: str, channel: str = "web") -> int:
    with database.write() as connection:
        return conversations.create(connection, channel, name, f"hash {name}", NOW)


def test_a_sentence_is_sealed_decided_once_and_gone_with_its_conversation(database: Database, officer: int) -> None:
    mine, other = talk(database, "a"), talk(database, "b")
    with database.write() as connection:
        for conversation_id in (mine, other):
            unanswered.add(connection, conversation_id, "残疾车怎么领", "miss", None, 0.2, NOW)
    with database.read() as connection:
        raw = connection.exec_driver_sql("SELECT text FROM unanswered").scalars().all()
        assert not any("残疾车" in text for text in raw)
        ids = [row.id for row in unanswered.undecided(connection)]
    with database.write() as connection:
        assert unanswered.decide(connection, ids, "set_aside", officer, NOW) == 2
        assert unanswered.decide(connection, ids, "out_of_scope", officer, NOW) == 0
        erasing.erase(connection, mine, NOW)
    with database.read() as connection:
        assert unanswered.undecided(connection) == []
        assert unanswered.texts(connection) == ["残疾车怎么领"]
        assert unanswered.counts(connection, NOW) == {"miss": 1}


def test_new_questions_know_how_often_they_were_asked(database: Database, officer: int) -> None:
    mine = talk(database, "a")
    with database.write() as connection:
        unanswered.add(connection, mine, "残疾车怎么领", "miss", None, 0.2, NOW)
        [row] = unanswered.undecided(connection)
        often, never = (unanswered.add_question(connection, title, officer, NOW) for title in ("残疾车", "没人问"))
        unanswered.decide(connection, [row.id], "new_question", officer, NOW, often)
        assert [(item.title, item.asked) for item in unanswered.open_questions(connection)] == [("残疾车", 1), ("没人问", 0)]
        unanswered.question_done(connection, never, NOW)
        assert [item.title for item in unanswered.open_questions(connection)] == ["残疾车"]


def test_quality_counts_shown_helped_and_followed_by_a_person(database: Database) -> None:
    amount, documents = "ask.dibao.amount", "ask.dibao.documents"
    for name, minutes, kind in (("a", 5, "asked"), ("b", 90, "asked"), ("c", 5, "screening")):
        conversation_id = talk(database, name)
        with database.write() as connection:
            for label, at in ((documents, NOW), (amount, NOW + timedelta(minutes=1)), (amount, NOW + timedelta(minutes=2))):
                transcripts.add(connection, conversation_id, author="bot", text="答", label=label, now=at)
            cases.open_case(
                connection, number=name, conversation_id=conversation_id, screening_id=None, kind=kind, colour="green", reason="", signals=[],
                district=None, programmes=[], details={}, phone_hash=None, now=NOW + timedelta(minutes=minutes),
            )
            feedback.add(connection, conversation_id, name == "a", [amount], NOW)
            feedback.add_words(connection, conversation_id, f"{name}的话")
    with database.read() as connection:
        found = feedback.quality(connection, NOW - timedelta(days=1))
        assert found[amount] == feedback.Quality(amount, shown=3, helped=1, not_helped=2, handed_over=1)
        assert found[documents] == feedback.Quality(documents, shown=3, helped=0, not_helped=0, handed_over=0)
        assert [remark.words for remark in feedback.remarks(connection, NOW)] == ["c的话", "b的话", "a的话"]
        assert feedback.quality(connection, NOW + timedelta(days=1)) == {}


def test_a_text_is_taught_once_and_again_only_after_it_was_withdrawn(database: Database, officer: int) -> None:
    with database.write() as connection:
        first = learned.teach(connection, "一个月给几个钱", "ask.dibao.amount", officer, NOW)
    with pytest.raises(IntegrityError), database.write() as connection:
        learned.teach(connection, "一个月给几个钱", "ask.tekun.amount", officer, NOW)
    with database.write() as connection:
        assert learned.withdraw(connection, first, NOW)
        assert not learned.withdraw(connection, first, NOW)
        learned.teach(connection, "一个月给几个钱", "ask.tekun.amount", officer, NOW)
        assert [item.label for item in learned.in_use(connection)] == ["ask.tekun.amount"]


def test_a_training_whose_program_ended_is_failed(database: Database, officer: int) -> None:
    with database.write() as connection:
        training_id = learned.begin(connection, 3, officer, NOW)
        learned.say(connection, training_id, "一、检查句子\n", NOW)
        assert learned.give_up_silent(connection, NOW + learned.SILENT) == 0
        assert learned.give_up_silent(connection, NOW + learned.SILENT + timedelta(seconds=1)) == 1
        newest = learned.newest(connection)
    assert newest is not None
    assert (newest.state, newest.said) == ("failed", "一、检查句子\n")


def test_only_households_that_agreed_to_both_and_did_not_take_it_back_are_looked_at(database: Database) -> None:
    answers = {
        "both": [("screening", True), ("later_contact", True)], "one": [("screening", True)],
        "back": [("screening", True), ("later_contact", True), ("later_contact", False)],
        "again": [("later_contact", False), ("screening", True), ("later_contact", True)],
    }
    ids = {name: talk(database, name) for name in answers}
    with database.write() as connection:
        snapshots.keep(connection, "v", "{}", NOW)
        for name, given in answers.items():
            for purpose, yes in given:
                consents.add(connection, ids[name], purpose, yes, "1", NOW)
            screenings.add(connection, ids[name], {"cars": 1}, {}, "v", NOW)
            screenings.add(connection, ids[name], {"cars": 2}, {}, "v", NOW)
    with database.read() as connection:
        batches = list(outreach.households(connection, ("screening", "later_contact")))
    found = {item.conversation_id: item.facts for batch in batches for item in batch}
    assert found == {ids["both"]: {"cars": 2}, ids["again"]: {"cars": 2}}


def test_barred_are_no_contact_dead_harmed_and_in_talk(database: Database, officer: int) -> None:
    ids = {name: talk(database, name) for name in ("free", "silent", "dead", "child", "crisis", "calmed", "person")}
    with database.write() as connection:
        def case(name: str, kind: str = "asked", *, child: bool = False, may_contact: bool = True, **values: object) -> None:
            case_id = cases.open_case(
                connection, number=name, conversation_id=ids[name], screening_id=None, kind=kind, colour="red", reason="", signals=[],
                district=None, programmes=[], details={}, phone_hash=None, now=NOW, child_harm=child, may_contact=may_contact,
            )
            if values:
                cases.change(connection, case_id, NOW, **values)

        case("free")
        case("silent", may_contact=False)
        case("dead", status="closed", outcome=outreach.DECEASED)
        case("child", child=True)
        case("crisis", kind="crisis")
        case("calmed", kind="crisis", status="closed", outcome="answered")
        conversations.set_owner(connection, ids["person"], officer)
        assert outreach.barred(connection) == {
            ids["silent"]: "no_contact", ids["dead"]: "deceased", ids["child"]: "crisis", ids["crisis"]: "crisis", ids["person"]: "person",
        }


def test_a_list_goes_with_the_conversation_and_a_revision_is_listed_once(database: Database) -> None:
    mine = talk(database, "a")
    with database.write() as connection:
        revision = revisions.add(connection, "v", "{}", way="published", title="调标", reason="", author_id=None, now=NOW)
        made = outreach.add(connection, revision, "调标", 1, [(mine, "河东区", ["dibao"])], NOW)
        assert [(item.district, item.programmes) for item in outreach.waiting(connection, made)] == [("河东区", ("dibao",))]
        assert outreach.last_revision(connection) == revision
        erasing.remove(connection, mine, NOW)
        assert outreach.waiting(connection, made) == []
        assert connection.scalar(select(func.count()).select_from(outreach.outreach_people)) == 0
