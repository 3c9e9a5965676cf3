"""The learning desk's pages: masked groups, own wordings, training with its comparison, swap and back."""

import re

import pytest

from bot.store import cases, conversations, feedback, learned, transcripts, unanswered
from tests.conftest import NOW
from tests.console.conftest import Browser, House
from tests.standins.learning import trained

ROOT = "/console/learning"
AMOUNT = "ask.dibao.amount"


@pytest.fixture
def editor(house: House) -> Browser:
    return house.browser(house.person("bianji", "policy_editor"))


@pytest.fixture
def group(house: House) -> str:
    """The address of a group of three sentences."""
    with house.database.write() as connection:
        talk = conversations.create(connection, "web", "a", "hash a", NOW)
        for text in ("残疾车怎么领", "残疾车咋领", "残疾车怎么领 <b>", "<script>alert(1)</script>"):
            unanswered.add(connection, talk, text, "miss", AMOUNT, 0.3, NOW)
    return f"{ROOT}/groups/1"


def ids(page: str) -> str:
    found = re.search(r'name="ids" value="([0-9,]+)"', page)
    assert found
    return found[1]


def taught(house: House) -> list[tuple[str, str]]:
    with house.database.read() as connection:
        return [(item.label, item.text) for item in learned.in_use(connection)]


def test_groups_stand_on_the_page_with_counts_and_nothing_in_them_is_markup(house: House, editor: Browser, group: str) -> None:
    page = editor.get(ROOT).text
    assert page.index("残疾车怎么领") < page.index("&lt;script&gt;")
    assert "<script>alert" not in page
    assert '<td class="figure">3</td>' in page
    assert "没听懂 4 句" in page
    one = editor.get(group).text
    assert "3 句像这样的话" in one
    assert ids(one).count(",") == 2


def test_an_empty_desk_says_so(editor: Browser) -> None:
    assert "没有等着处理的话" in editor.get(ROOT).text
    assert editor.get(f"{ROOT}/groups/1").status_code == 404


def test_a_group_is_taken_as_a_question_with_own_wordings(house: House, editor: Browser, group: str) -> None:
    shown = ids(editor.get(group).text)
    refused = editor.post(f"{group}/taken-as", ids=shown, label=AMOUNT, wordings="残疾车怎么领")
    assert refused.status_code == 400
    assert "居民的原话" in refused.text
    assert ">残疾车怎么领</textarea>" in refused.text  # what was typed is still there
    answer = editor.post(f"{group}/taken-as", ids=shown, label=AMOUNT, wordings="残疾人的车给不给\n\n 代步车能领不能 ")
    assert answer.headers["location"] == f"{ROOT}?said=taught"
    assert taught(house) == [(AMOUNT, "代步车能领不能"), (AMOUNT, "残疾人的车给不给")]
    assert "残疾车怎么领" not in editor.get(ROOT).text


def test_what_a_wording_gets_now_is_shown_by_script_and_without(editor: Browser, group: str) -> None:
    for text, says in (("低保给多少", "答<strong>"), ("轮椅", "没听懂"), ("我不想活了", "危急"), ("  ", "")):
        answer = editor.post(f"{ROOT}/try", text=text)
        assert answer.status_code == 200
        assert says in answer.text
        assert "<html" not in answer.text
    page = editor.post(f"{group}/taken-as", ids="1", label=AMOUNT, wordings="低保给多少\n轮椅", **{"try": "1"})
    assert page.text.count("这句话现在") == 2
    assert "残疾车怎么领" in page.text
    page = editor.post(f"{ROOT}/sentences", label=AMOUNT, wordings="低保给多少", **{"try": "1"})
    assert "这句话现在" in page.text


def test_a_new_question_and_what_is_not_ours_leave_the_list(house: House, editor: Browser, group: str) -> None:
    shown = ids(editor.get(group).text)
    assert editor.post(f"{group}/new-question", ids=shown, title="").status_code == 400
    assert editor.post(f"{group}/new-question", ids=shown, title="残疾人专用车").status_code == 303
    assert editor.post(f"{ROOT}/groups/4/leave", ids="4,x,,99999999999", decision="out_of_scope").status_code == 303
    page = editor.get(ROOT).text
    assert "残疾人专用车" in page
    assert "3 句问过" in page
    assert "没有等着处理的话" in page
    editor.post(f"{ROOT}/questions/1/done")
    assert "残疾人专用车" not in editor.get(ROOT).text


def test_sentences_are_listed_and_taken_out(house: House, editor: Browser) -> None:
    assert editor.post(f"{ROOT}/sentences", label="", wordings="月月给几个钱").status_code == 400
    editor.post(f"{ROOT}/sentences", label=AMOUNT, wordings="月月给几个钱")
    assert "月月给几个钱" in editor.get(f"{ROOT}/sentences").text
    editor.post(f"{ROOT}/sentences/1/withdraw")
    assert taught(house) == []


def test_training_shows_gained_and_lost_and_swaps_only_when_told(house: House, editor: Browser) -> None:
    editor.post(f"{ROOT}/sentences", label=AMOUNT, wordings="月月给几个钱")
    assert editor.post(f"{ROOT}/training/put").status_code == 400
    assert editor.post(f"{ROOT}/training/start").headers["location"].endswith("said=training_started")
    assert trained(house.learning) == "ready"
    page = editor.get(f"{ROOT}/training").text
    for words in ("可以换上", "换上这个模型", "新答对的 1 句", "一月给几个钱", "新答错的 0 句", "first"):
        assert words in page
    assert house.learning.models.current == "first.tar.gz"
    assert editor.post(f"{ROOT}/training/put").status_code == 303
    assert house.learning.models.current != "first.tar.gz"
    page = editor.get(f"{ROOT}/training").text
    assert "已经换上" in page
    assert "换回前一个模型" in page
    editor.post(f"{ROOT}/training/back")
    assert house.learning.models.current == "first.tar.gz"


def test_a_model_that_got_worse_cannot_be_put_in_service(house: House, editor: Browser) -> None:
    editor.post(f"{ROOT}/sentences", label=AMOUNT, wordings="会变差的一句")
    editor.post(f"{ROOT}/training/start")
    assert trained(house.learning) == "refused"
    page = editor.get(f"{ROOT}/training").text
    assert "必答句答对 90.0%" in page
    assert "换上这个模型" not in page
    assert editor.post(f"{ROOT}/training/put").status_code == 400


def test_a_training_under_way_shows_what_it_says_and_a_failed_one_why(house: House, editor: Browser) -> None:
    other = house.person("x", "policy_editor")
    with house.database.write() as connection:
        learned.begin(connection, 2, other, NOW)
        learned.say(connection, 1, "一、检查句子\n", NOW)
    page = editor.get(f"{ROOT}/training").text
    assert "正在训练" in page
    assert "一、检查句子" in page
    assert "重新训练</button>" not in page
    house.move(minutes=26)
    assert "没训练成" in editor.get(f"{ROOT}/training").text
    editor.post(f"{ROOT}/training/drop")
    assert "没训练成" not in editor.get(f"{ROOT}/training").text


def test_whoever_only_reads_policies_sees_quality_and_no_residents_words(house: House) -> None:
    lead = house.browser(house.person("zhuguan", "supervisor", districts=("河东区",)))
    assert lead.get(ROOT).status_code == 403
    page = lead.get("/console/quality").text
    assert "没答上的" not in page
    assert "回答质量" in page


def test_quality_counts_answers_and_lists_what_is_due(house: House, editor: Browser) -> None:
    with house.database.write() as connection:
        for number in range(6):
            talk = conversations.create(connection, "web", f"r{number}", f"hash r{number}", NOW)
            transcripts.add(connection, talk, author="bot", text="答", label=AMOUNT, now=NOW)
            feedback.add(connection, talk, number > 2, [AMOUNT], NOW)
        feedback.add_words(connection, talk, "没说从哪天起")
        cases.open_case(
            connection, number="JN1", conversation_id=talk, screening_id=None, kind="asked", colour="green", reason="", signals=[],
            district=None, programmes=[], details={}, phone_hash=None, now=NOW,
        )
    house.move(minutes=10)
    for query in ("", "?days=7&order=shown", "?days=90&order=handed_over", "?days=x&order=drop"):
        page = editor.get(f"/console/quality{query}").text
        assert "3（50%）" in page
        assert "1（17%）" in page
        assert "没说从哪天起" in page
    house.move(days=900)
    later = house.browser(house.person("shenhe", "policy_reviewer")).get("/console/quality?days=7").text
    assert "这些天还没有人问过" in later
    assert "过了核对期限的" in later
