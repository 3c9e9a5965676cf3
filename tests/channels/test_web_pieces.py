"""What the residents' page makes of a text of the bot."""

from dataclasses import replace
from datetime import date

from bot.channels.web.pieces import Piece, pieces
from bot.knowledge import Knowledge
from bot.screening import screen
from bot.screening.findings import Findings

FACTS: dict[str, object] = {
    "household_size": 2, "monthly_income": 1000, "savings": 1000, "cars": 0, "homes": 1, "receiving": "none", "hukou": "same_district",
}


def found(knowledge: Knowledge) -> Findings:
    return screen(knowledge, FACTS, date(2026, 11, 24))


def short_list(knowledge: Knowledge, findings: Findings) -> str:
    names = knowledge.messages.names
    rows = (f"{names['outcome_mark'][outcome]} {knowledge.term(name)}：{names['outcome'][outcome]}" for name, outcome in findings.outcomes.items())
    return "\n".join(["按您说的情况，看下来是这样：", *rows, "这是初步看，不是审批结果。"])


def cards_of(parts: tuple[Piece, ...]) -> Piece:
    return next(part for part in parts if part.kind == "findings")


def test_plain_words_stay_one_part_with_their_lines(knowledge: Knowledge) -> None:
    assert pieces(knowledge, "头一句。\n\n第二句。", None) == (Piece("words", "头一句。\n\n第二句。"),)


def test_the_progress_line_stands_apart_from_the_question(knowledge: Knowledge) -> None:
    parts = pieces(knowledge, "第 3 题，最多还有 5 题。\n您家里有几口人？", None)
    assert [(part.kind, part.text) for part in parts] == [("progress", "第 3 题，最多还有 5 题。"), ("words", "您家里有几口人？")]
    assert pieces(knowledge, "第 9 题，这是最后一题。\n还有存款吗？", None)[0].kind == "progress"


def test_only_the_greeting_sets_the_numbers_to_call_apart(knowledge: Knowledge) -> None:
    line = "急事请直接打：报警 110，急救 120，政务热线 12345，心理援助 12356。"
    assert pieces(knowledge, line, None, opening=True)[0].kind == "numbers"
    assert pieces(knowledge, line, None)[0].kind == "words"


def test_findings_become_a_card_for_each_programme_with_reasons_and_sources(knowledge: Knowledge) -> None:
    findings = found(knowledge)
    parts = pieces(knowledge, short_list(knowledge, findings), findings)
    assert [part.kind for part in parts] == ["words", "findings", "words"]
    cards = cards_of(parts).cards
    assert [card.outcome for card in cards] == list(findings.outcomes.values())
    for card in cards:
        assert card.mark and card.words
        assert all(reason.source and reason.words for way in card.ways for reason in way.reasons)
    unlikely = next(card for card in cards if card.outcome == "unlikely")
    assert unlikely.lacking
    assert not unlikely.links
    possible = next(card for card in cards if card.outcome != "unlikely")
    assert all(address.startswith("/answers/ask.") for _, address in possible.links)


def test_reasons_are_shown_only_for_findings_that_say_the_same(knowledge: Knowledge) -> None:
    findings = found(knowledge)
    name = next(iter(findings.by_programme))
    other = {"likely": "unlikely", "possible": "unlikely", "unlikely": "likely"}[findings.by_programme[name].outcome]
    changed = {**findings.by_programme, name: replace(findings.by_programme[name], outcome=other)}  # type: ignore[arg-type]
    later = replace(findings, by_programme=changed)
    cards = cards_of(pieces(knowledge, short_list(knowledge, findings), later)).cards
    assert cards
    assert not any(card.ways or card.lacking or card.missing for card in cards)


def test_a_line_that_only_looks_like_a_finding_stays_words(knowledge: Knowledge) -> None:
    for line in ("● 没有这一项：可能符合", "● 最低生活保障", "最低生活保障：可能符合", "● " + "长" * 5000 + "：可能符合"):
        assert pieces(knowledge, line, None)[0].kind == "words"
