"""Every sentence on how the sources are read, with hand-made households on both sides of every line.

All cases use a standard of 1000 yuan a month and a disposable income of 48000 yuan a year (4000 a month), so that
a new figure in the policy files changes none of them.
"""

from datetime import date

import pytest

from bot.knowledge import Knowledge
from bot.screening import Finding, screen

DAY = date(2026, 11, 24)
STANDARDS = {"dibao_monthly": 1000, "disposable_income_annual": 48000}
Facts = dict[str, object]

POOR: Facts = {
    "district": "南开区", "hukou": "same_district", "household_size": 2, "monthly_income": 1000, "savings": 0, "cars": 0, "homes": 1,
    "receiving": "none", "disability": "none", "severe_illness": False,
}
"""Two people with 500 yuan each and nothing that excludes them."""
EDGE: Facts = {**POOR, "monthly_income": 2500}
"""1250 yuan each: between the standard and one and a half times it."""
SPENT: Facts = {**POOR, "monthly_income": 6000, "rigid_expense_12m": 60000}
"""3000 yuan each; 60000 of 72000 yuan a year spent."""
ALONE: Facts = {
    "household_size": 1, "hukou": "same_district", "age": 70, "has_income_source": False, "supporter": "none", "savings": 0,
}
"""An old person without income and without anybody."""


def found(knowledge: Knowledge, programme: str, facts: Facts, **changes: object) -> Finding:
    changed = {name: value for name, value in {**facts, **changes}.items() if value is not None}
    return screen(knowledge, changed, DAY, STANDARDS).by_programme[programme]


def outcome(knowledge: Knowledge, programme: str, facts: Facts, **changes: object) -> str:
    return found(knowledge, programme, facts, **changes).outcome


@pytest.mark.parametrize(
    ("income", "expected"),
    [(1979, "likely"), (1980, "possible"), (2000, "possible"), (2020, "possible"), (2021, "unlikely"), (0, "likely")],
)
def test_dibao_wants_an_income_plainly_below_the_standard(knowledge: Knowledge, income: int, expected: str) -> None:
    assert outcome(knowledge, "dibao", POOR, monthly_income=income) == expected


@pytest.mark.parametrize(
    ("savings", "expected"),
    [(48000, "likely"), (48001, "possible"), (72000, "possible"), (72001, "unlikely")],
    ids=["24 months each", "over 24", "36 months each", "over 36"],
)
def test_dibao_savings_up_to_24_months_fulfil_and_above_36_do_not(knowledge: Knowledge, savings: int, expected: str) -> None:
    assert outcome(knowledge, "dibao", POOR, savings=savings) == expected


@pytest.mark.parametrize("programme", ["dibao", "dibao_bianyuan"])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"cars": 1}, "unlikely"),
        ({"cars": 1, "severe_illness": True}, "possible"),
        ({"cars": 1, "disability": "grade_4"}, "possible"),
        ({"cars": 1, "severe_illness": None}, "possible"),
        ({"cars": 1, "disability": None}, "possible"),
        ({"cars": None}, "possible"),
        ({"homes": 0}, "likely"),
        ({"homes": 2}, "possible"),
        ({"homes": 3}, "unlikely"),
    ],
)
def test_a_car_and_a_third_home_exclude_but_illness_and_a_second_home_leave_it_open(
    knowledge: Knowledge, programme: str, changes: Facts, expected: str
) -> None:
    assert outcome(knowledge, programme, POOR if programme == "dibao" else EDGE, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "unlikely"),
        ({"disability": "grade_1"}, "possible"),
        ({"disability": "grade_2"}, "possible"),
        ({"disability": "grade_3", "disability_kind": "intellectual"}, "possible"),
        ({"disability": "grade_3", "disability_kind": "mental"}, "possible"),
        ({"disability": "grade_3", "disability_kind": "physical"}, "unlikely"),
        ({"disability": "grade_3", "disability_kind": "multiple"}, "possible"),
        ({"disability": "grade_3"}, "possible"),
        ({"disability": "grade_4"}, "unlikely"),
        ({"severe_illness": True}, "possible"),
        ({"severe_illness": None}, "possible"),
    ],
)
def test_above_the_line_heavy_disability_or_illness_leaves_dibao_open(knowledge: Knowledge, changes: Facts, expected: str) -> None:
    assert outcome(knowledge, "dibao", {**POOR, "monthly_income": 9000}, **changes) == expected


def test_who_receives_tekun_is_not_for_dibao(knowledge: Knowledge) -> None:
    assert outcome(knowledge, "dibao", POOR, receiving="tekun") == "unlikely"


@pytest.mark.parametrize(
    ("hukou", "size", "expected"),
    [
        ("same_district", 1, "likely"), ("other_district", 1, "likely"), ("outside_tianjin", 1, "unlikely"),
        ("outside_tianjin", 2, "possible"), ("outside_tianjin", None, "possible"), (None, 1, "possible"),
    ],
)
def test_a_hukou_outside_tianjin_excludes_one_person_and_leaves_a_family_open(
    knowledge: Knowledge, hukou: str | None, size: int | None, expected: str
) -> None:
    assert outcome(knowledge, "dibao", {**POOR, "monthly_income": 0}, hukou=hukou, household_size=size) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"disability": "grade_2"}, "likely"),
        ({"disability": "grade_3", "disability_kind": "mental"}, "likely"),
        ({"severe_illness": True}, "likely"),
        ({"disability": "grade_3", "disability_kind": "visual"}, "unlikely"),
        ({"disability": "grade_3", "disability_kind": "multiple"}, "possible"),
        ({"disability": "none"}, "unlikely"),
        ({"disability": None}, "possible"),
    ],
)
def test_one_heavily_affected_person_of_a_dibao_bianyuan_household_may_apply_alone(
    knowledge: Knowledge, changes: Facts, expected: str
) -> None:
    finding = found(knowledge, "dibao", {**EDGE, "receiving": "dibao_bianyuan"}, **changes)
    assert finding.outcome == expected
    assert finding.routes["one_person"] == expected


def test_applying_alone_hangs_on_receiving_dibao_bianyuan(knowledge: Knowledge) -> None:
    assert found(knowledge, "dibao", EDGE, severe_illness=True).routes["one_person"] == "unlikely"


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        (1900, "unlikely"), (1980, "possible"), (2000, "possible"), (2020, "possible"), (2021, "likely"),
        (2969, "likely"), (2970, "possible"), (3000, "possible"), (3030, "possible"), (3031, "unlikely"),
    ],
)
def test_dibao_bianyuan_lies_between_the_standard_and_one_and_a_half_times_it(knowledge: Knowledge, income: int, expected: str) -> None:
    assert outcome(knowledge, "dibao_bianyuan", EDGE, monthly_income=income) == expected


@pytest.mark.parametrize(("savings", "expected"), [(72000, "likely"), (72001, "unlikely")])
def test_dibao_bianyuan_savings_end_at_36_months_each(knowledge: Knowledge, savings: int, expected: str) -> None:
    assert outcome(knowledge, "dibao_bianyuan", EDGE, savings=savings) == expected


@pytest.mark.parametrize(
    ("receiving", "expected"),
    [
        ("none", "likely"), ("dibao_bianyuan", "likely"), ("gangxing_zhichu", "likely"), ("dibao", "unlikely"), ("tekun", "unlikely"),
        (None, "possible"),
    ],
)
def test_who_receives_dibao_or_tekun_is_not_for_dibao_bianyuan(knowledge: Knowledge, receiving: str | None, expected: str) -> None:
    assert outcome(knowledge, "dibao_bianyuan", EDGE, receiving=receiving) == expected


@pytest.mark.parametrize(
    ("receiving", "expected"),
    [("none", "likely"), ("gangxing_zhichu", "likely"), ("dibao", "unlikely"), ("tekun", "unlikely"), ("dibao_bianyuan", "unlikely")],
)
def test_gangxing_zhichu_is_for_those_without_the_other_three(knowledge: Knowledge, receiving: str, expected: str) -> None:
    assert outcome(knowledge, "gangxing_zhichu", SPENT, receiving=receiving) == expected


@pytest.mark.parametrize(("income", "expected"), [(7919, "likely"), (7920, "possible"), (8000, "possible"), (8081, "unlikely")])
def test_gangxing_zhichu_wants_less_than_the_disposable_income(knowledge: Knowledge, income: int, expected: str) -> None:
    assert outcome(knowledge, "gangxing_zhichu", SPENT, monthly_income=income, rigid_expense_12m=90000) == expected


@pytest.mark.parametrize(
    ("spent", "expected"),
    [(42767, "unlikely"), (42768, "possible"), (43200, "possible"), (43632, "possible"), (43633, "likely")],
    ids=["under 59.4 %", "59.4 %", "60 %", "60.6 %", "over 60.6 %"],
)
def test_gangxing_zhichu_wants_sixty_percent_of_the_income_of_a_year_spent(knowledge: Knowledge, spent: int, expected: str) -> None:
    assert outcome(knowledge, "gangxing_zhichu", SPENT, rigid_expense_12m=spent) == expected


@pytest.mark.parametrize(("spent", "expected"), [(1, "likely"), (0, "possible")])
def test_without_income_any_spending_fulfils_and_none_leaves_it_open(knowledge: Knowledge, spent: int, expected: str) -> None:
    assert outcome(knowledge, "gangxing_zhichu", SPENT, monthly_income=0, rigid_expense_12m=spent) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"savings": 48000}, "likely"), ({"savings": 48001}, "possible"), ({"cars": 1}, "possible"), ({"homes": 2}, "possible"), ({"homes": 5}, "possible")],
)
def test_gangxing_zhichu_property_never_excludes(knowledge: Knowledge, changes: Facts, expected: str) -> None:
    assert outcome(knowledge, "gangxing_zhichu", SPENT, **changes) == expected


@pytest.mark.parametrize("standards", [{}, {"dibao_monthly": 1000}])
def test_without_last_years_disposable_income_gangxing_zhichu_stays_open(knowledge: Knowledge, standards: dict[str, int]) -> None:
    finding = screen(knowledge, SPENT, DAY, standards).by_programme["gangxing_zhichu"]
    income = next(item for item in finding.conditions if item.id == "income")
    assert (finding.outcome, income.state, income.missing, income.by_worker) == ("possible", "unknown", (), True)


def test_tekun_needs_all_three(knowledge: Knowledge) -> None:
    assert outcome(knowledge, "tekun", ALONE) == "likely"
    assert outcome(knowledge, "tekun", ALONE, supporter="unable") == "likely"


@pytest.mark.parametrize("changes", [{"age": 59}, {"supporter": "able"}, {"has_income_source": True, "monthly_income": 1500}])
def test_one_of_the_three_certainly_missing_excludes_tekun(knowledge: Knowledge, changes: Facts) -> None:
    assert outcome(knowledge, "tekun", {**ALONE, "disability": "none"}, **changes) == "unlikely"


@pytest.mark.parametrize(
    ("age", "expected"),
    [(15, "likely"), (16, "possible"), (17, "possible"), (18, "unlikely"), (59, "unlikely"), (60, "likely"), (None, "possible")],
)
def test_tekun_counts_as_unable_to_work_by_age(knowledge: Knowledge, age: int | None, expected: str) -> None:
    assert outcome(knowledge, "tekun", {**ALONE, "disability": "none"}, age=age) == expected


@pytest.mark.parametrize(
    ("kind", "grades"),
    [
        ("intellectual", "123"), ("mental", "123"), ("physical", "12"), ("visual", "1"), ("hearing", ""), ("speech", ""),
    ],
)
def test_tekun_counts_as_unable_to_work_only_by_the_listed_disabilities(knowledge: Knowledge, kind: str, grades: str) -> None:
    for grade in "1234":
        facts = {**ALONE, "age": 40, "disability": f"grade_{grade}", "disability_kind": kind}
        assert outcome(knowledge, "tekun", facts) == ("likely" if grade in grades else "unlikely")


@pytest.mark.parametrize(("grade", "expected"), [("grade_1", "possible"), ("grade_3", "possible"), ("grade_4", "unlikely")])
def test_a_multiple_disability_may_hold_a_listed_one(knowledge: Knowledge, grade: str, expected: str) -> None:
    assert outcome(knowledge, "tekun", ALONE, age=40, disability=grade, disability_kind="multiple") == expected


@pytest.mark.parametrize("can_work", [True, False, None])
def test_being_able_to_work_alone_decides_nothing_on_tekun(knowledge: Knowledge, can_work: bool | None) -> None:
    assert outcome(knowledge, "tekun", ALONE, can_work=can_work) == "likely"
    assert outcome(knowledge, "tekun", ALONE, age=40, disability="none", can_work=can_work) == "unlikely"


@pytest.mark.parametrize(("income", "expected"), [(300, "possible"), (1000, "possible"), (1010, "possible"), (1011, "unlikely"), (None, "possible")])
def test_a_source_of_income_at_or_under_the_standard_leaves_tekun_open(knowledge: Knowledge, income: int | None, expected: str) -> None:
    assert outcome(knowledge, "tekun", ALONE, has_income_source=True, monthly_income=income) == expected


@pytest.mark.parametrize(("savings", "expected"), [(12000, "likely"), (12001, "possible"), (900000, "possible"), (None, "possible")])
def test_tekun_savings_up_to_12_months_fulfil_and_more_leave_it_open(knowledge: Knowledge, savings: int | None, expected: str) -> None:
    assert outcome(knowledge, "tekun", ALONE, savings=savings) == expected


@pytest.mark.parametrize(("programme", "facts"), [("dibao_bianyuan", EDGE), ("gangxing_zhichu", SPENT), ("tekun", ALONE)])
@pytest.mark.parametrize(("hukou", "expected"), [("other_district", "likely"), ("outside_tianjin", "possible"), (None, "possible")])
def test_elsewhere_a_hukou_outside_tianjin_leaves_it_open(
    knowledge: Knowledge, programme: str, facts: Facts, hukou: str | None, expected: str
) -> None:
    assert outcome(knowledge, programme, facts, hukou=hukou) == expected


@pytest.mark.parametrize(
    ("emergency", "unmet", "expected"),
    [
        ("accident", True, "likely"), ("illness", True, "likely"), ("disaster", True, "likely"), ("other", True, "likely"),
        ("illness", False, "possible"), ("illness", None, "possible"), ("none", True, "possible"), (None, True, "possible"),
        ("none", False, "unlikely"), ("none", None, "possible"), (None, False, "possible"), (None, None, "possible"),
    ],
)
@pytest.mark.parametrize("hukou", ["same_district", "outside_tianjin", None])
def test_linshi_jiuzhu_wants_an_emergency_and_unmet_needs_whatever_the_hukou(
    knowledge: Knowledge, emergency: str | None, unmet: bool | None, expected: str, hukou: str | None
) -> None:
    assert outcome(knowledge, "linshi_jiuzhu", {}, emergency=emergency, basic_needs_unmet=unmet, hukou=hukou) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"receiving": "dibao", "self_care": "partial"}, "likely"),
        ({"receiving": "tekun", "self_care": "none"}, "likely"),
        ({"receiving": "dibao_bianyuan", "self_care": "none"}, "likely"),
        ({"receiving": "gangxing_zhichu", "self_care": "partial"}, "likely"),
        ({"receiving": "none", "self_care": "partial"}, "possible"),
        ({"receiving": "none", "self_care": "full", "lives_alone": False, "service_needs": []}, "unlikely"),
        ({"receiving": "dibao", "self_care": "full", "lives_alone": False, "service_needs": []}, "unlikely"),
        ({"receiving": "dibao", "self_care": "full", "lives_alone": True, "service_needs": []}, "possible"),
        ({"receiving": "dibao", "self_care": "full", "lives_alone": False, "service_needs": ["meals"]}, "possible"),
        ({"receiving": "dibao", "self_care": "full", "lives_alone": False}, "possible"),
        ({}, "possible"),
    ],
)
def test_services_are_for_those_who_receive_something_and_need_care(knowledge: Knowledge, facts: Facts, expected: str) -> None:
    assert outcome(knowledge, "services", facts) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"receiving": "tekun", "district": "河东区"}, "likely"),
        ({"receiving": "tekun", "district": "河西区"}, "possible"),
        ({"receiving": "dibao", "district": "河东区"}, "possible"),
        ({"receiving": "none", "district": "南开区", "supporter": "able", "self_care": "full", "lives_alone": False}, "unlikely"),
        ({"receiving": "none", "district": "南开区", "supporter": "able", "self_care": "full", "lives_alone": True}, "possible"),
        ({"receiving": "none", "district": "南开区", "supporter": "unable", "self_care": "full", "lives_alone": False}, "possible"),
        ({"receiving": "none", "district": "南开区", "supporter": "able", "self_care": "partial", "lives_alone": False}, "possible"),
        ({"receiving": "tekun", "district": "河东区", "supporter": "able", "self_care": "full", "lives_alone": False}, "likely"),
        ({}, "possible"),
    ],
)
def test_medical_escort_is_proven_for_tekun_in_hedong_only(knowledge: Knowledge, facts: Facts, expected: str) -> None:
    assert outcome(knowledge, "medical_escort", facts) == expected


@pytest.mark.parametrize(("distress", "expected"), [(True, "likely"), (False, "unlikely"), (None, "possible")])
def test_child_care_follows_the_distress_of_a_child(knowledge: Knowledge, distress: bool | None, expected: str) -> None:
    assert outcome(knowledge, "child_care", {}, child_distress=distress) == expected


TRAINEE: Facts = {"receiving": "dibao", "can_work": True, "age": 40, "service_needs": ["training"]}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "likely"), ({"receiving": "dibao_bianyuan"}, "likely"), ({"receiving": "none"}, "possible"), ({"receiving": "tekun"}, "possible"),
        ({"age": 15}, "unlikely"), ({"age": 16}, "likely"), ({"age": 59}, "likely"), ({"age": 60}, "possible"),
        ({"age": 60, "can_work": False}, "unlikely"), ({"age": 59, "can_work": False}, "possible"), ({"age": 60, "can_work": None}, "possible"),
        ({"service_needs": ["meals"]}, "possible"), ({"service_needs": []}, "possible"), ({"service_needs": None}, "possible"),
    ],
)
def test_skills_are_for_those_of_working_age_who_wish_for_them(knowledge: Knowledge, changes: Facts, expected: str) -> None:
    assert outcome(knowledge, "skills", TRAINEE, **changes) == expected


@pytest.mark.parametrize("facts", [{}, POOR, SPENT, TRAINEE])
def test_charity_is_for_people_to_judge(knowledge: Knowledge, facts: Facts) -> None:
    finding = found(knowledge, "charity", facts)
    assert finding.outcome == "possible"
    assert [(item.by_worker, item.missing) for item in finding.conditions] == [(True, ())]


@pytest.mark.parametrize(
    ("receiving", "programme"),
    [("dibao", "dibao"), ("dibao_bianyuan", "dibao_bianyuan"), ("tekun", "tekun"), ("gangxing_zhichu", "gangxing_zhichu")],
)
def test_receiving_already_is_said_and_the_outcome_computed_as_usual(knowledge: Knowledge, receiving: str, programme: str) -> None:
    findings = screen(knowledge, {**POOR, "receiving": receiving}, DAY, STANDARDS)
    assert [name for name, finding in findings.by_programme.items() if finding.already_receiving] == [programme]


def test_who_receives_dibao_and_still_fulfils_it_stays_likely(knowledge: Knowledge) -> None:
    assert outcome(knowledge, "dibao", POOR, receiving="dibao") == "likely"


def test_nothing_known_leaves_every_programme_open(knowledge: Knowledge) -> None:
    assert set(screen(knowledge, {}, DAY, STANDARDS).outcomes.values()) == {"possible"}
