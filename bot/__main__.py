"""The command line. Standard output of the JSON commands is JSON only; progress and errors go to standard error."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import app as house
from bot import operator
from bot.answers import hardest_first, reminders
from bot.errors import InputError, JinnuanError
from bot.knowledge import Knowledge, Value
from bot.knowledge.facts import UNKNOWN
from bot.policy_commands import policies_cli
from bot.publishing import load
from bot.reception.whatif import read_changes
from bot.screening import screen as screen_household
from bot.settings import Settings, load_settings
from bot.understanding import clean
from bot.understanding import extract as facts_in
from bot.understanding import read_answer as answer_in

cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
    help="津暖: a citizen help and intake bot for social assistance (社会救助) in Tianjin. "
    "The commands understand, read-answer, extract, screen and chat --jsonl take JSON Lines on standard input and give "
    "JSON Lines on standard output, in the same order. All input is validated before the first output line (chat --jsonl "
    "answers line by line instead). A wrong line ends in one error line with its number and exit status 2.",
)
keys_cli = typer.Typer(no_args_is_help=True, help="The keys that encrypt what is stored: rotate them.")
erasures_cli = typer.Typer(no_args_is_help=True, help="What residents had erased: erase it again after a backup was restored.")
cli.add_typer(keys_cli, name="keys")
cli.add_typer(erasures_cli, name="erasures")
cli.add_typer(policies_cli, name="policies")
cli.add_typer(operator.staff_cli, name="staff")
cli.add_typer(operator.audit_cli, name="audit")

Line = dict[str, Any]


def _lines(check: Callable[[Line], None]) -> list[Line]:
    """Every line of standard input as an object that `check` accepts.

    Raises:
        InputError: the first line that is not JSON, not an object, or refused by `check`.
    """
    found: list[Line] = []
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if raw.strip():
            found.append(_object(raw, number, check))
    return found


def _object(raw: bytes, number: int, check: Callable[[Line], None]) -> Line:
    try:
        line = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise InputError(f"第 {number} 行不是有效的 JSON。请每行写一个 JSON 对象") from error
    if not isinstance(line, dict):
        raise InputError(f"第 {number} 行不是 JSON 对象。请写成 {{…}} 的样子")
    try:
        check(line)
    except InputError as error:
        raise InputError(f"第 {number} 行:{error}") from error
    return line


def _print(line: Line) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def _need_text(line: Line) -> None:
    if not isinstance(line.get("text"), str):
        raise InputError("缺少 text,或它不是文字")


def _knowledge(settings: Settings) -> Knowledge:
    return load(settings.policies_folder, house.now().date())


@cli.command()
def understand() -> None:
    """What messages mean: {"text"} → {"label","confidence","alternatives"}.

    Labels are those of policies/labels.yaml. The crisis net is included and wins. Low confidence still gives the best
    label; alternatives come best first. Starts the NLU service itself when none answers, and trains it when there is no model.
    """
    settings = load_settings()
    lines = _lines(_need_text)
    for answer in asyncio.run(house.understand_all(settings, _knowledge(settings), [line["text"] for line in lines])):
        _print(answer)


@cli.command("read-answer")
def read_answer() -> None:
    """Reads typed answers: {"fact","text"} → {"value"}.

    Facts are those of policies/facts.yaml; choice numbers are 1-based in its order. null means ask again, "unknown" means
    the resident does not know. Needs no NLU service.
    """
    knowledge = _knowledge(load_settings())

    def check(line: Line) -> None:
        _need_text(line)
        _known_fact(knowledge, line.get("fact"))

    for line in _lines(check):
        _print({"value": answer_in(knowledge, line["fact"], clean(line["text"]))})


def _known_fact(knowledge: Knowledge, fact: object) -> None:
    if not isinstance(fact, str) or fact not in knowledge.facts:
        raise InputError(f"没有「{fact}」这个事实。可用的有:{'、'.join(knowledge.facts)}")


@cli.command()
def extract() -> None:
    """Facts told in free text: {"text"} → {"facts":{…}}. Needs no NLU service."""
    knowledge = _knowledge(load_settings())
    for line in _lines(_need_text):
        _print({"facts": facts_in(knowledge, clean(line["text"]))})


@cli.command()
def screen() -> None:
    """Pre-screens households: {"facts","standards"?} → {"outcomes":{programme: likely|possible|unlikely}}.

    All screened programmes. A missing key, null and "unknown" all mean «not known». `standards` overrides the parameters
    dibao_monthly (元/人/月) and disposable_income_annual (元/人/年) of policies/parameters.
    """
    settings = load_settings()
    knowledge = _knowledge(settings)
    day = house.now().date()

    def check(line: Line) -> None:
        _known_facts(knowledge, line.get("facts"))
        _standards(line.get("standards"))

    for line in _lines(check):
        facts = _known_facts(knowledge, line["facts"])
        _print({"outcomes": dict(screen_household(knowledge, facts, day, _standards(line.get("standards"))).outcomes)})


def _known_facts(knowledge: Knowledge, given: object) -> dict[str, Value]:
    if not isinstance(given, dict):
        raise InputError("缺少 facts,或它不是对象")
    facts: dict[str, Value] = {}
    for fact, value in given.items():
        _known_fact(knowledge, fact)
        if value is None or value == UNKNOWN:
            continue
        if not knowledge.facts[fact].accepts(value):
            raise InputError(f"「{fact}」不能是 {json.dumps(value, ensure_ascii=False)}")
        facts[fact] = tuple(value) if isinstance(value, list) else value
    return facts


def _standards(given: object) -> dict[str, float]:
    if given is None:
        return {}
    names = ("dibao_monthly", "disposable_income_annual")
    if not isinstance(given, dict) or not set(given) <= set(names):
        raise InputError(f"standards 只能有:{'、'.join(names)}")
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
            raise InputError(f"standards 里的「{name}」要是大于 0 的数")
    return dict(given)


@cli.command()
def chat(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="JSON Lines instead of a talk in the terminal.")] = False,
) -> None:
    """Talks to the real engine on an in-memory store.

    With --jsonl, line by line, each answered and flushed as it is read: in {"text"}, {"button": value} or {"new": true}
    (a fresh resident); out {"label","replies":[{"text","buttons":[{"title","value"}]}],"asks","facts","outcomes","case",
    "colour","owner"}. `asks` is the fact the open question is about, a list for a question that fills several, or null.
    """
    settings = load_settings()
    knowledge = _knowledge(settings)
    if jsonl:
        asyncio.run(house.chat_lines(settings, knowledge, _chat_lines(), _print_now))
    else:
        asyncio.run(house.chat_terminal(settings, knowledge))


def _chat_lines() -> Iterable[Line]:
    def check(line: Line) -> None:
        keys = set(line)
        if keys == {"text"} and isinstance(line["text"], str):
            return
        if keys == {"button"} and isinstance(line["button"], str):
            return
        if keys == {"new"} and line["new"] is True:
            return
        raise InputError('每行要是 {"text": …}、{"button": …} 或 {"new": true} 之一')

    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if raw.strip():
            yield _object(raw, number, check)


def _print_now(line: Line) -> None:
    _print(line)
    sys.stdout.flush()


@cli.command()
def run() -> None:
    """Starts everything: web chat, staff console, NLU service, Telegram when TELEGRAM_BOT_TOKEN is set."""
    asyncio.run(house.run(load_settings()))


@cli.command()
def whatif(
    changes: Annotated[list[str], typer.Option("--set", help="NAME=NUMBER, a figure of policies/parameters; may be repeated.")],
) -> None:
    """How many stored households would change outcome with other figures: --set dibao_monthly=1100.

    Reads the newest screening of every conversation; prints counts per programme and district, small ones hidden.
    """
    settings = load_settings()
    print(house.what_if(settings, _knowledge(settings), read_changes(changes)))


@policies_cli.command("check")
def policies_check(folder: Annotated[Path | None, typer.Argument(help="The policies folder.")] = None) -> None:
    """Checks all policy files and says what to mend."""
    knowledge = load(folder or load_settings().policies_folder, house.now().date())
    counts = f"{len(knowledge.answers)} 个答案,{len(knowledge.rules)} 套规则,{len(knowledge.parameters)} 个数,{len(knowledge.sources)} 个来源"
    print(f"政策文件没有问题:{counts}。版本 {knowledge.version}。")
    found = reminders(knowledge, house.now().date())
    if found:
        print(f"提醒 {len(found)} 条,不妨碍使用:")
        for one in found:
            print(f"  {one}")


@policies_cli.command("readability")
def policies_readability(folder: Annotated[Path | None, typer.Argument(help="The policies folder.")] = None) -> None:
    """How easy every answer is to read, those that need mending most first."""
    knowledge = load(folder or load_settings().policies_folder, house.now().date())
    words = knowledge.messages.names["reading"]
    for one in hardest_first(knowledge, house.now().date()):
        rare = "".join(f",「{word}」可说「{plain}」" for word, plain in one.rare.items())
        print(f"{words[one.grade]}\t平均 {one.mean_sentence} 字,最长 {one.longest_sentence} 字{rare}\t{one.title}\t{one.label}")


@keys_cli.command("rotate")
def keys_rotate() -> None:
    """Makes a new key and writes everything stored anew with it. May be stopped and run again; the old key stays for reading."""
    print(house.rotate_keys(load_settings(), lambda column, rows: print(f"{column}: {rows}", file=sys.stderr)))


@keys_cli.command("drop-old")
def keys_drop_old() -> None:
    """Takes old keys out of the key file; refuses while anything is encrypted with them. Backups made with them end."""
    print(house.drop_keys(load_settings()))


@erasures_cli.command("reapply")
def erasures_reapply() -> None:
    """Erases again what was erased after the backup was made. Also done at every start."""
    settings = load_settings()
    print(f"重新删掉了 {house.reapply_erasures(settings, _knowledge(settings))} 位居民的内容。")


def main() -> None:
    """Run the command line; every error the program knows ends in clear lines and exit status 2."""
    try:
        cli(standalone_mode=False)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except typer.Abort:
        sys.exit(130)
    except KeyboardInterrupt:
        sys.exit(130)
    except JinnuanError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    except Exception as problem:
        if problem.__class__.__module__.startswith(("click", "typer")) and hasattr(problem, "format_message"):
            print(problem.format_message(), file=sys.stderr)
            sys.exit(2)
        raise


if __name__ == "__main__":
    main()
