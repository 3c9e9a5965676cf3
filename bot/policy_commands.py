"""Commands for policy files beside a running program: written out, taken in, compared, the desk made the truth."""

from pathlib import Path
from typing import Annotated

import typer

from bot import app as house
from bot.errors import InputError
from bot.publishing import Press, Shelf, Who
from bot.publishing.exchange import Differences, compare_folder, export, format_folder, take_in
from bot.settings import Settings, load_settings
from bot.staff.logins import normal_login
from bot.store import staff
from bot.store.database import Database

Folder = Annotated[Path | None, typer.Argument(help="The policies folder; that of the settings unless given.")]
MOST_LISTED = 40

policies_cli = typer.Typer(no_args_is_help=True, help="What policy staff own: check it, keep files and desk the same.")


@policies_cli.command("status")
def status(folder: Folder = None) -> None:
    """Says whether files or desk are the truth, and which files differ; exit status 1 where some do."""
    settings = load_settings()
    with house.opened(settings) as (database, _):
        found = compare_folder(database, folder or settings.policies_folder)
    if not found.revision:
        print("现在以文件为准；从工作台第一次发布以后（或运行 jinnuan policies adopt），以工作台为准。")
        return
    print(f"现在以工作台为准，是第 {found.revision} 版。" + ("" if found.any else "文件和它一样。"))
    _list(found)
    if found.any:
        print("要把发布的写回文件，用 jinnuan policies export；要让文件里的改动生效，用 jinnuan policies import。")
        raise typer.Exit(1)


@policies_cli.command("export")
def write_out(folder: Folder = None) -> None:
    """Writes what the desk has published to the folder, byte for byte; policy files it no longer has are removed."""
    settings = load_settings()
    target = folder or settings.policies_folder
    with house.opened(settings) as (database, _):
        found = export(database, target, house.now())
    _list(found)
    print(f"第 {found.revision} 版写好了：改 {len(found.other_text)} 个，加 {len(found.only_published)} 个，删 {len(found.only_in_folder)} 个。")


@policies_cli.command("import")
def read_in(
    login: Annotated[str, typer.Option("--by", help="Login name of the policy editor in whose name the draft begins.")],
    title: Annotated[str, typer.Option("--title", help="What the draft is called.")] = "从文件带入",
    folder: Folder = None,
) -> None:
    """Takes the files in as a draft, to be reviewed and published at the desk like any other."""
    settings = load_settings()
    with house.opened(settings) as (database, _):
        press, shelf = _press(settings, database)
        draft, count = take_in(press, database, shelf.current().files, folder or settings.policies_folder, _editor(database, login), title)
    print(f"开了第 {draft} 份草稿，里面有 {count} 个文件的改动。请到 {settings.site}/console/policies/drafts/{draft} 提交审核。")


@policies_cli.command("adopt")
def adopt(reason: Annotated[str, typer.Option("--reason", help="Why; kept with the revision.")] = "运维把文件转入工作台") -> None:
    """Makes the desk the truth, with the files as they are now."""
    settings = load_settings()
    with house.opened(settings) as (database, _):
        press, _shelf = _press(settings, database)
        made = press.adopt(None, reason)
    print(f"从现在起以工作台为准，这是第 {made} 版。文件里的改动要用 jinnuan policies import 带进来。")


@policies_cli.command("format")
def canonical(
    folder: Folder = None,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit status 1 where a file is not in canonical form.")] = False,
) -> None:
    """Puts the files in canonical form: line ends, blanks at line ends, one line end at the end. Texts, notes and comments stay."""
    odd = format_folder(folder or load_settings().policies_folder, write=not check)
    for name in odd:
        print(name)
    print(f"{'要整理' if check else '整理了'} {len(odd)} 个文件。" if odd else "都是标准格式。")
    if odd and check:
        raise typer.Exit(1)


def _press(settings: Settings, database: Database) -> tuple[Press, Shelf]:
    files_rule = settings.policies == "files"
    shelf = Shelf(settings.policies_folder, lambda: house.now().date(), None if files_rule else database)
    return Press(database, shelf.current, house.now, files_rule=files_rule), shelf


def _editor(database: Database, login: str) -> Who:
    with database.read() as connection:
        found = staff.by_login(connection, normal_login(login))
    if found is None or not found.active:
        raise InputError(f"没有可用的登录名「{login}」。用 jinnuan staff list 看有哪些")
    return Who(found.id, frozenset(found.roles))


def _list(found: Differences) -> None:
    for title, names in (("只在文件里", found.only_in_folder), ("只在工作台里", found.only_published), ("两边不一样", found.other_text)):
        if names:
            more = f"，还有 {len(names) - MOST_LISTED} 个" if len(names) > MOST_LISTED else ""
            print(f"{title}：{'、'.join(names[:MOST_LISTED])}{more}")
