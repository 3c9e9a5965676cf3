"""Hostile messages of our own making, beside those of hypothesis. The same seed gives the same messages."""

import random
from collections.abc import Iterator

PIECES = (
    "😭", "👨‍👩‍👧‍👦", "🇨🇳", "\u202e反\u202c", "\u200b", "\u200f", "\ufeff", "\x00", "\x07\x1b[31m", "Z̴̡̛a̷l̶g̸o̵", "\ud800", "\udfff", "ﷺ", "①②③", "٣٤٥", "-1", "1e400",
    "NaN", "九九八十一亿亿", "'; DROP TABLE cases; --", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "{{ 7*7 }}", "{% for a in b %}",
    "${jndi:ldap://x}", "%s%n", "../../etc/passwd", "\\", "\"", "\r\n", "\t", "1、2、3", "1,2,3,4", "13800138000", "2.5万", "低保", "找真人", "同意", "不同意", "返回",
    "不知道", "我不想活了", "没不想活", "河东区大直沽街道", "三口人", "是", "", " ", "。。。", "？", "零", "负五百元", "十" * 40, "9" * 400,
)
"""What messages are made of: emoji, marks that turn the direction, marks piled up, half surrogates, code, numbers, and plain words."""


def hostile(count: int, seed: int = 20261124) -> Iterator[str]:
    """`count` messages, from empty to 12,000 characters."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 100 == 99:
            yield chance.choice(PIECES) * (12_000 // max(1, len(PIECES[0])))
        elif number % 10 == 9:
            yield "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(80)))
        else:
            yield "".join(chance.choice(PIECES) for _ in range(chance.randrange(1, 7)))
