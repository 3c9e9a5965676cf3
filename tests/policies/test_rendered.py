"""What residents read changes only where a person sees it change."""

from pathlib import Path

from bot.answers import render
from bot.knowledge import Knowledge
from tests.policies.inventory import END, START, table
from tests.policies.rendering import DAY, FOLDER, snapshots
from tests.policies.renew import POLICIES, renew

HOW = "读一遍新旧两份，没问题就运行 python -m tests.policies.renew"


def test_every_answer_reads_as_in_its_snapshot(knowledge: Knowledge) -> None:
    fresh = snapshots(knowledge)
    kept = {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*.txt")}
    assert len(fresh) == len(knowledge.answers) > 100
    assert sorted(fresh.keys() - kept.keys()) == [], f"这些答案还没有样张。{HOW}"
    assert sorted(kept.keys() - fresh.keys()) == [], f"这些样张没有答案了。{HOW}"
    assert [name for name in sorted(fresh) if fresh[name] != kept[name]] == [], f"这些答案的文字变了。{HOW}"


def test_every_answer_is_rendered_for_sixteen_districts(knowledge: Knowledge) -> None:
    assert len(knowledge.districts) == 16
    rendered = [render(knowledge, label, DAY, district) for label in knowledge.answers for district in knowledge.districts]
    assert len(rendered) == 16 * len(knowledge.answers)
    assert all(answer is not None and answer.text for answer in rendered)


def test_no_address_of_a_document_stands_in_what_is_rendered(knowledge: Knowledge) -> None:
    words = "\n".join(snapshots(knowledge).values())
    assert "http" not in words
    assert "www." not in words


def test_only_official_pages_and_press_have_an_address_to_show(knowledge: Knowledge) -> None:
    shown = {source.grade for source in knowledge.sources.values() if source.address}
    assert shown <= {"A", "B"}
    assert shown


def test_every_label_has_an_answer_or_is_referred(knowledge: Knowledge) -> None:
    assert set(knowledge.labels.all) - knowledge.answers.keys() == {"oos"}
    assert knowledge.referrals


def test_where_to_call_is_12345_in_every_district(knowledge: Knowledge) -> None:
    number = knowledge.contacts["hotline_12345"].number
    for district in knowledge.districts:
        answer = render(knowledge, "ask.channels", DAY, district)
        assert answer is not None
        assert number in answer.text, district


def test_an_answer_that_differs_by_district_asks_for_it_once_unknown(knowledge: Knowledge) -> None:
    unknown, known = render(knowledge, "ask.district", DAY), render(knowledge, "ask.district", DAY, "河东区")
    assert unknown is not None and unknown.asks_district
    assert known is not None and not known.asks_district
    same = render(knowledge, "ask.dibao.amount", DAY)
    assert same is not None and not same.asks_district


def test_the_numbers_in_the_readme_are_right(knowledge: Knowledge) -> None:
    text = (POLICIES / "README.md").read_text(encoding="utf-8")
    assert text.count(START) == text.count(END) == 1
    assert table(knowledge) in text, f"policies/README.md 里的数目旧了。{HOW}"


def test_renewing_writes_what_the_tests_compare(knowledge: Knowledge, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"前\n{START}旧{END}\n后\n", encoding="utf-8")
    renew(knowledge, tmp_path / "rendered", readme)
    assert readme.read_text(encoding="utf-8") == f"前\n{table(knowledge)}\n后\n"
    assert len(list((tmp_path / "rendered").rglob("*.txt"))) == len(knowledge.answers)
