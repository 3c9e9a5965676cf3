"""Holds every word that residents read to the house's voice: no promises, no typed figures, no addresses, proper marks."""

import re
from collections.abc import Iterator

from bot.answers.said import Said, said
from bot.knowledge import Fault, Knowledge

_HAN = "\u3400-\u9fff"
_HALF_WIDTH = re.compile(rf"[{_HAN}》」）}}][,;:?!](?=[{_HAN}《「（{{]|\s*$)|[{_HAN}]\(|\)[{_HAN}]", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{[{%][^{}]*[%}]\}|\{[^{}]*\}")
_ALLOWED_DIGITS = re.compile(r"20\d\d ?年")
_DIGIT = re.compile(r"\d")
_IN_WORDS = re.compile(r"(?:[二三四五六七八九两][十百千万]?|[一二三四五六七八九]?[十百千万])[零一二三四五六七八九十百千万]{0,8}[多来]?(?:元|块钱|个工作日|个月|周岁|岁|倍)")
"""A figure written out: 「三百元」, 「六个月」. A lone 「一」 is no figure (「一个月的钱」)."""
_ADDRESS = re.compile(r"https?:|www\.|\]\(|[a-z0-9]\.(?:cn|com|net|org)\b", re.IGNORECASE)
_TAPPED = re.compile(r"点「([^「」]{1,20})」")
_NAMES_FIGURES = ("answers/", "messages.yaml", "referrals.yaml", "districts.yaml", "triage.yaml")
"""Where a typed figure is a fault. Elsewhere figures belong: a rule names the bound it tests, a hotline its hours, a question an example."""
NIGHT_LINE, EMERGENCIES = "hotline_12356", ("emergency_110", "emergency_120")


def voice_faults(knowledge: Knowledge) -> Iterator[Fault]:
    """Every fault of wording, whatever the text is filled with."""
    titles, texts = _tappable(knowledge), tuple(said(knowledge))
    for text in texts:
        yield from _forbidden(knowledge, text)
        yield from _marks(text)
        yield from _typed(text)
        yield from _tapped(text, titles)
    yield from _numbers_at_night(knowledge, texts)


def _tappable(knowledge: Knowledge) -> frozenset[str]:
    """Everything that can stand on a button."""
    questions = {title for question in knowledge.questions for title in (*(choice.title for choice in question.choices), question.none_title)}
    return frozenset({*knowledge.messages.buttons.values(), *(answer.title for answer in knowledge.answers.values()), *questions})


def _forbidden(knowledge: Knowledge, text: Said) -> Iterator[Fault]:
    for word in knowledge.messages.names["forbidden"]:
        if word in text.text:
            yield Fault(text.file, text.line, f"有不能说的「{word}」", "请换成不下结论的说法,比如「可能符合」")


def _marks(text: Said) -> Iterator[Fault]:
    found = _HALF_WIDTH.search(text.text)
    if found:
        yield Fault(text.file, text.line, f"汉字旁边用了半角标点:「{found[0].strip()}」", "请换成全角的,。;:?!()".translate(_FULL_WIDTH))
    if "!" in text.text.replace("!=", "") or "\uff01" in text.text:
        yield Fault(text.file, text.line, "用了感叹号", "请换成句号")


_FULL_WIDTH = str.maketrans({",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01", "(": "\uff08", ")": "\uff09"})


def _typed(text: Said) -> Iterator[Fault]:
    bare = _PLACEHOLDER.sub("", text.text)
    if _ADDRESS.search(bare):
        yield Fault(text.file, text.line, "文字里有网址或链接", "请删去;网址写在 sources 的 url 里,该给看的页面会给看")
    written_out = _IN_WORDS.search(bare)
    if text.file.startswith(_NAMES_FIGURES) and written_out:
        yield Fault(text.file, text.line, f"这一行用汉字写了数:「{written_out[0]}」", "请把数放进 parameters,这里写 {{ 名字 }}")
    if text.file.startswith(_NAMES_FIGURES) and _DIGIT.search(_ALLOWED_DIGITS.sub("", bare)):
        yield Fault(text.file, text.line, f"这一行直接写了数字:「{bare.strip()[:30]}」", "请把数放进 parameters(号码放进 contacts),这里写 {{ 名字 }}")


def _tapped(text: Said, titles: frozenset[str]) -> Iterator[Fault]:
    for title in _TAPPED.findall(text.text):
        if title not in titles:
            yield Fault(text.file, text.line, f"叫人点「{title}」,可是没有这个按钮", "请改成 messages.yaml 里 buttons 的字,或一个答案的标题")


def _numbers_at_night(knowledge: Knowledge, texts: tuple[Said, ...]) -> Iterator[Fault]:
    """12356 is not proven to be answered round the clock: whatever names it names 110 or 120 too; so does every crisis text."""
    whole = [(answer.file, answer.body_line, answer.body) for answer in knowledge.answers.values()]
    others = [(text.file, text.line, text.text) for text in texts if not text.file.startswith("answers/")]
    for file, line, text in (*whole, *others):
        if NIGHT_LINE in text and not any(name in text for name in EMERGENCIES):
            yield Fault(file, line, "只给了 12356,深夜不一定有人接", "请同时写上 {{ emergency_110 }} 或 {{ emergency_120 }}")
        if file.startswith("answers/crisis/") and not any(name in text for name in EMERGENCIES):
            yield Fault(file, line, "危急时的第一句话没有 110 或 120", "请写上 {{ emergency_110 }} 或 {{ emergency_120 }}")
