"""No template reaches anything but names and choices: the known families of template injection, each refused at its line."""

from datetime import date

import pytest
from jinja2 import TemplateError, TemplateSyntaxError

from bot.answers import check_texts
from bot.answers.closed import compiled, in_chinese, names_in
from bot.answers.variables import variables
from bot.knowledge import Knowledge, PolicyFaults, build

DAY = date(2026, 11, 24)
ANSWER = "answers/ask/dibao/amount.md"
PAYLOADS = {
    # up from an object to everything there is
    "class of a text": "{{ district.__class__ }}",
    "bases": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "base of a list": "{{ [].__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "a dictionary's class": "{{ {}.__class__ }}",
    "a tuple's class": "{{ ().__class__.__bases__[0] }}",
    "class by bracket": "{{ district['__class__'] }}",
    "class by joined bracket": "{{ district['__cla' ~ 'ss__'] }}",
    "class by escapes": "{{ district['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "class by attr": "{{ district|attr('__class__') }}",
    "class by escaped attr": "{{ district|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "class by format": "{{ '{0.__class__}'.format(district) }}",
    "class by percent": "{{ '%s' % district }}",
    "a figure's hidden part": "{{ dibao_monthly.on_day }}",
    "a figure's class": "{{ dibao_monthly.__class__ }}",
    "a figure's slots": "{{ dibao_monthly.__slots__ }}",
    "a part of a part": "{{ dibao_monthly.number.__class__ }}",
    "a part by bracket": "{{ dibao_monthly['number'] }}",
    "a method of a part": "{{ dibao_monthly.number.upper() }}",
    "a mapped attribute": "{{ [district]|map(attribute='__class__')|list }}",
    # what frameworks leave lying about
    "settings": "{{ config.items() }}",
    "request": "{{ request.application.__globals__ }}",
    "self": "{{ self.__init__.__globals__ }}",
    "self by itself": "{{ self }}",
    "loop by itself": "{{ loop }}",
    "self as it is": "{{ self._TemplateReference__context }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "joiner": "{{ joiner.__init__.__globals__ }}",
    "namespace": "{{ namespace.__init__.__globals__.os }}",
    "lipsum": "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "url_for": "{{ url_for.__globals__ }}",
    "range": "{{ range(10) }}",
    "dict": "{{ dict(a=1) }}",
    "open": "{{ open('/etc/passwd') }}",
    "environment": "{{ [].append.__self__ }}",
    "debug": "{% debug %}",
    # other statements
    "loop": "{% for letter in district %}{{ letter }}{% endfor %}",
    "endless loops": "{% for a in '1111111111' %}{% for b in '1111111111' %}{% for c in '1111111111' %}x{% endfor %}{% endfor %}{% endfor %}",
    "recursive loop": "{% for a in [district] recursive %}{{ loop([a]) }}{% endfor %}",
    "macro": "{% macro go() %}{{ go() }}{% endmacro %}{{ go() }}",
    "call block": "{% call district() %}x{% endcall %}",
    "set": "{% set district = 'x' %}",
    "block set": "{% set district %}x{% endset %}",
    "with": "{% with a = district %}{{ a }}{% endwith %}",
    "do": "{% do district.append(1) %}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "from import": "{% from 'os' import popen %}",
    "extends": "{% extends 'base.html' %}",
    "block": "{% block body %}x{% endblock %}",
    "super": "{{ super() }}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "autoescape": "{% autoescape false %}x{% endautoescape %}",
    "translation": "{% trans %}x{% endtrans %}",
    # filters and tests
    "upper": "{{ district|upper }}",
    "pprint": "{{ dibao_monthly|pprint }}",
    "a test with a call": "{{ district is sameas(district) }}",
    "a callable": "{{ district is callable }}",
    # numbers that grow
    "a long text": "{{ 'a' * 1000000000 }}",
    "a great number": "{{ 10 ** 10 ** 10 }}",
    "minus": "{{ -1 }}",
    "joined": "{{ district ~ district }}",
    "a slice": "{{ district[0:1000] }}",
    "a number": "{{ 7 }}",
    "seven times seven": "{{ 7*7 }}",
    "a number of many digits": "{{ " + "9" * 5_000 + " }}",
    "a choice in a choice": "{{ 'a' if district else 'b' }}",
    # what breaks readers
    "many brackets": "{{ " + "(" * 400 + "district" + ")" * 400 + " }}",
    "many brackets on many lines": "{{ " + "(\n" * 3_000 + "district" + ")" * 3_000 + " }}",
    "many choices in each other": "{% if district %}" * 200 + "x" + "{% endif %}" * 200,
    "many nots": "{{ " + "not " * 3_000 + "district }}",
    "many names": "{{ district }}" * 5_000,
    "never closed": "{{ district",
    "never ended": "{% if district %}x",
    "a bad escape": "{{ '\\N{' }}",
    "a private name": "{{ _ }}",
}


def test_there_are_payloads_of_every_family() -> None:
    assert len(PAYLOADS) >= 60


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_the_payload_is_refused_before_it_runs(payload: str) -> None:
    with pytest.raises(TemplateSyntaxError) as caught:
        compiled(payload)
    assert caught.value.lineno >= 1
    assert any("一" <= letter <= "鿿" for letter in str(caught.value.message))


@pytest.mark.parametrize("payload", ["{{ config }}", "{{ request }}", "{{ cycler }}", "{{ true_name }}"])
def test_names_that_nobody_gave_are_no_names(knowledge: Knowledge, payload: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(payload).render(dict(variables(knowledge, None, DAY, "")))
    assert in_chinese(caught.value.message or "").startswith("没有「")


@pytest.mark.parametrize("payload", [PAYLOADS[name] for name in ("class of a text", "loop", "a long text", "never ended")])
def test_at_an_answer_the_mistake_is_marked_at_its_line(knowledge: Knowledge, payload: str) -> None:
    text = knowledge.files[ANSWER]
    row = text.split("\n").index("差多少，补多少。") + 1
    changed = {**knowledge.files, ANSWER: text.replace("差多少，补多少。", "差多少，补多少。\n" + payload)}
    faults = check_texts(build(changed), DAY)
    wanted = set(range(row, row + 60)) if payload == PAYLOADS["never ended"] else {row + 1}
    assert any(fault.file == ANSWER and fault.line in wanted and "填不出来" in fault.what for fault in faults)


def test_in_the_program_s_own_texts_it_is_refused_too(knowledge: Knowledge) -> None:
    text = knowledge.files["messages.yaml"].replace("menu: 您想先办哪样？", "menu: 您想先办哪样？{{ office.__class__ }}")
    try:
        faults = check_texts(build({**knowledge.files, "messages.yaml": text}), DAY)
    except PolicyFaults as problem:
        faults = list(problem.faults)
    assert any(fault.file == "messages.yaml" and "不能写「__class__」" in fault.what for fault in faults)


def test_what_policy_officers_need_still_works(knowledge: Knowledge) -> None:
    text = (
        '{% if district == "河东区" %}甲{% elif district in ["河西区", "南开区"] %}乙{% elif district and district != "和平区" %}丙{% else %}丁{% endif %}'
        "{% if dibao_monthly.caution %}{{ dibao_monthly.since }}{% endif %}{% if nothing is defined %}无{% endif %}{# 说明 #}"
    )
    for district, said in {"河东区": "甲", "南开区": "乙", "蓟州区": "丙", "和平区": "丁"}.items():
        assert compiled(text).render({**variables(knowledge, None, DAY, district)}).startswith(said)
    assert names_in(text) == {"district", "dibao_monthly", "nothing"}


def test_a_template_that_is_too_long_is_refused() -> None:
    with pytest.raises(TemplateSyntaxError, match="太长"):
        compiled("字" * 30_000)
