"""Every answer as a resident reads it, for all sixteen districts: text for people to read and for a test to compare."""

from datetime import date
from pathlib import Path

from bot.answers import Rendered, readability
from bot.answers.render import render_answer
from bot.knowledge import Answer, Knowledge

DAY = date(2026, 11, 24)
"""The day the snapshots are of."""
FOLDER = Path(__file__).parent / "rendered"
NO_DISTRICT, OWN_NAME = "没说是哪个区", "〔本区〕"


def snapshot(knowledge: Knowledge, answer: Answer) -> str:
    """One answer: short answer, details, what comes next, footnote; districts that differ each below the other."""
    measured = readability(knowledge, answer, DAY)
    lines = [f"{answer.title}（{answer.label}）", f"{knowledge.messages.names['reading'][measured.grade]}：平均每句 {measured.mean_sentence} 字"]
    variants = _variants(knowledge, answer)
    for districts, body in variants:
        lines += ["", f"== {'各区都一样' if len(variants) == 1 else '、'.join(districts)} ==", body]
    return "\n".join(lines) + "\n"


def _variants(knowledge: Knowledge, answer: Answer) -> list[tuple[list[str], str]]:
    """Districts that read alike but for their own name stand together; that name is then written `本区`."""
    bodies = {district: _body(knowledge, render_answer(knowledge, answer, DAY, district)) for district in ("", *knowledge.districts)}
    alike: dict[str, list[str]] = {}
    for district, body in bodies.items():
        alike.setdefault(body.replace(district, OWN_NAME) if district else body, []).append(district)
    found = []
    for body, districts in alike.items():
        names = [district or NO_DISTRICT for district in districts]
        found.append((names, body if len(districts) > 1 else bodies[districts[0]]))
    return found


def _body(knowledge: Knowledge, rendered: Rendered) -> str:
    parts = [rendered.text]
    if rendered.details:
        parts += ["-- 看详细 --", rendered.details]
    if rendered.next:
        parts += ["-- 接着 --", *(f"[{_title(knowledge, target)}]" for target in rendered.next)]
    if rendered.footnote:
        parts += ["-- 小字 --", rendered.footnote]
    return "\n".join(parts)


def _title(knowledge: Knowledge, target: str) -> str:
    buttons = {"act.screen": "screen", "act.handoff": "person"}
    return knowledge.messages.buttons[buttons[target]] if target in buttons else knowledge.answers[target].title


def snapshots(knowledge: Knowledge) -> dict[str, str]:
    """Path below `rendered/` → text, for every answer."""
    return {f"{answer.label.replace('.', '/')}.txt": snapshot(knowledge, answer) for answer in knowledge.answers.values()}
