"""The learning desk: own wordings only, nothing trained unasked, nothing worse in service, and a way back."""

import asyncio
from pathlib import Path

import pytest
import yaml

from bot.errors import InputError
from bot.knowledge import Knowledge
from bot.reception.learning import Learning
from bot.store import audit, conversations, learned, staff, unanswered
from bot.store.audit import AuditFilter
from bot.store.database import Database
from tests.conftest import NOW
from tests.standins.learning import learning, trained

AMOUNT = "ask.dibao.amount"


class Desk:
    """A learning desk with an officer and residents' sentences."""

    def __init__(self, database: Database, knowledge: Knowledge, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.learning: Learning = learning(database, lambda: knowledge, lambda: NOW, folder)
        with database.write() as connection:
            self.officer = staff.add(connection, login="bian", display_name="小边", password_hash="x", roles=["policy_editor"], districts=[], now=NOW)
            self.talk = conversations.create(connection, "web", "a", "hash a", NOW)

    def heard(self, *texts: str, why: unanswered.Why = "miss") -> None:
        with self.database.write() as connection:
            for text in texts:
                unanswered.add(connection, self.talk, text, why, AMOUNT, 0.3, NOW)

    def teach(self, *wordings: str, label: str = AMOUNT, ids: tuple[int, ...] = ()) -> int:
        return self.learning.taken_as(self.officer, ids, label, wordings)

    def taught(self) -> list[tuple[str, str]]:
        with self.database.read() as connection:
            return [(item.label, item.text) for item in learned.in_use(connection)]

    def train(self) -> str:
        self.learning.start_training(self.officer)
        return trained(self.learning)

    def deeds(self) -> list[str]:
        with self.database.read() as connection:
            return [row.action for row in reversed(audit.entries(connection, AuditFilter(), 100))]

    @property
    def current(self) -> str:
        return self.learning.models.current


@pytest.fixture
def desk(sqlite: Database, knowledge: Knowledge, tmp_path: Path) -> Desk:
    return Desk(sqlite, knowledge, tmp_path / "learning")


def test_groups_are_counted_and_leave_once_decided(desk: Desk) -> None:
    desk.heard("残疾车怎么领", "公积金怎么提取", "残疾车咋领", "残疾车怎么领")
    first, second = desk.learning.groups()
    assert (first.count, first.texts, first.label) == (3, ("残疾车怎么领", "残疾车咋领"), AMOUNT)
    assert desk.teach("残疾人用的车哪里给", ids=first.ids) == 3
    assert desk.learning.leave(desk.officer, second.ids, "out_of_scope") == 1
    assert desk.learning.groups() == []
    assert desk.taught() == [(AMOUNT, "残疾人用的车哪里给")]
    assert desk.deeds() == ["taught", "out_of_scope"]


def test_what_came_in_after_the_page_was_shown_is_not_decided_about(desk: Desk) -> None:
    desk.heard("残疾车怎么领")
    [group] = desk.learning.groups()
    desk.heard("残疾车怎么领啊")
    desk.learning.leave(desk.officer, group.ids, "set_aside")
    assert [group.texts for group in desk.learning.groups()] == [("残疾车怎么领啊",)]


def test_a_new_question_takes_its_sentences_and_its_title_names_nobody(desk: Desk, sqlite: Database) -> None:
    desk.heard("残疾车怎么领", "残疾车咋领")
    [group] = desk.learning.groups()
    for title in ("", "一" * 61, "我叫王小明的事"):
        with pytest.raises(InputError):
            desk.learning.new_question(desk.officer, group.ids, title)
    assert desk.learning.new_question(desk.officer, group.ids, "残疾人专用车") == 2
    with sqlite.read() as connection:
        [question] = unanswered.open_questions(connection)
    assert (question.title, question.asked) == ("残疾人专用车", 2)
    desk.learning.question_done(desk.officer, question.id)
    with sqlite.read() as connection:
        assert unanswered.open_questions(connection) == []


@pytest.mark.parametrize(("wording", "says"), [
    ("残疾车怎么领", "居民的原话"), ("残疾车，怎么领？", "居民的原话"), ("一", "2 到 60 个字"), ("钱" * 61, "2 到 60 个字"), ("how much", "汉字"),
    ("低保[多少](钱)", "方括号"), ("低保{{ 7*7 }}", "花括号"), ("我叫王小明要低保", "姓名"), ("低保打13812345678", "姓名、电话"), ("学过的这一句", "已经有了"),
    ("", "至少写一句"),
])
def test_only_own_wordings_without_anything_personal_are_taken(desk: Desk, wording: str, says: str) -> None:
    (desk.folder / "data" / "dibao.yml").write_text("nlu:\n- intent: a\n  examples: |\n    - 学过的这一句\n", encoding="utf-8")
    desk.heard("残疾车怎么领")
    with pytest.raises(InputError, match=says):
        desk.teach(wording)
    assert desk.taught() == []


def test_a_wording_is_taken_once_and_no_crisis_is_taught(desk: Desk) -> None:
    desk.teach("月月给几个钱")
    for label, wordings in ((AMOUNT, ("月月给几个钱",)), (AMOUNT, ("给几个", "给几个")), ("crisis.self_harm", ("难受得很",)), ("no.such", ("难受得很",))):
        with pytest.raises(InputError):
            desk.teach(*wordings, label=label)
    with pytest.raises(InputError, match="最多写 20 句"):
        desk.teach(*(f"第{number}句话" for number in range(21)))
    assert desk.taught() == [(AMOUNT, "月月给几个钱")]


def test_what_a_sentence_gets_now(desk: Desk) -> None:
    sure = asyncio.run(desk.learning.verdict("低保呢"))
    unknown = asyncio.run(desk.learning.verdict("轮椅"))
    crisis = asyncio.run(desk.learning.verdict("我不想活了"))
    assert (sure.certainty, sure.label, unknown.certainty, crisis.certainty) == ("sure", AMOUNT, "none", "crisis")
    assert unknown.others


def test_sentences_are_exported_byte_stable_where_training_reads_them(desk: Desk, sqlite: Database) -> None:
    with sqlite.read() as connection:
        assert not Learning.export(desk.folder / "x", learned.in_use(connection)).exists()
    desk.teach("月月给几个钱", "是不是: 能领钱")
    desk.teach("谢谢您嘞", label="act.thanks")
    with sqlite.read() as connection:
        rows = learned.in_use(connection)
    file = Learning.export(desk.folder / "x", rows)
    before = file.read_bytes()
    assert Learning.export(desk.folder / "x", list(reversed(rows))).read_bytes() == before
    data = yaml.safe_load(before)
    assert {block["intent"]: block["examples"] for block in data["nlu"]} == {
        "act.thanks": "- 谢谢您嘞\n", AMOUNT: "- 是不是: 能领钱\n- 月月给几个钱\n",
    }
    assert Learning.export(desk.folder / "x", []).exists() is False


def test_training_swapping_and_the_way_back(desk: Desk) -> None:
    desk.teach("月月给几个钱")
    assert desk.train() == "ready"
    training = desk.learning.training()
    assert training is not None
    assert training.report is not None
    assert training.said == "一、检查句子\n四、和现用的模型比\n"
    assert (training.sentences, desk.current) == (1, "first.tar.gz")  # nothing is swapped in unasked
    made = asyncio.run(desk.learning.put_in_service(desk.officer))
    assert (desk.current, desk.learning.models.previous) == (made, "first.tar.gz")
    with pytest.raises(InputError, match="没有可以换上"):
        asyncio.run(desk.learning.put_in_service(desk.officer))
    assert asyncio.run(desk.learning.back(desk.officer)) == "first.tar.gz"
    assert (desk.current, desk.learning.models.previous) == ("first.tar.gz", made)
    assert desk.deeds() == ["taught", "training_started", "model_changed", "model_changed"]


def test_a_model_that_got_worse_is_shown_and_refused(desk: Desk) -> None:
    desk.teach("会变差的一句")
    assert desk.train() == "refused"
    with pytest.raises(InputError, match="没有可以换上"):
        asyncio.run(desk.learning.put_in_service(desk.officer))
    assert desk.current == "first.tar.gz"


def test_a_training_that_fails_says_why(desk: Desk) -> None:
    desk.teach("写坏的一句")
    assert desk.train() == "failed"
    training = desk.learning.training()
    assert training is not None
    assert "learned.yml 第 5 行" in training.said
    desk.learning.give_up(desk.officer)
    assert trained(desk.learning) == "dropped"


def test_one_training_at_a_time_and_none_compared_with_another_model(desk: Desk, sqlite: Database) -> None:
    with sqlite.write() as connection:
        learned.begin(connection, 0, desk.officer, NOW)
    with pytest.raises(InputError, match="已经在训练"):
        desk.learning.start_training(desk.officer)
    with sqlite.write() as connection:
        learned.end(connection, 1, "failed", NOW)
    assert desk.train() == "ready"
    (desk.folder / "models" / "current.txt").write_text("other.tar.gz\n", encoding="utf-8")
    with pytest.raises(InputError, match="重新训练"):
        asyncio.run(desk.learning.put_in_service(desk.officer))
