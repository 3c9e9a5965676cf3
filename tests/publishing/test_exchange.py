"""Files and desk stay one: written out byte for byte, taken in as a draft, compared."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import app
from bot.errors import InputError
from bot.policy_commands import policies_cli
from bot.publishing import Press, Shelf, Who
from bot.publishing.files import canonical_text, read_folder
from bot.publishing.press import fingerprint
from bot.settings import Settings
from bot.store import drafts, revisions, staff
from tests.conftest import ROOT

ANSWER = "answers/act/thanks.md"
Run = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    return Settings(data=tmp_path, policies_folder=tmp_path / "policies")


@pytest.fixture
def run(settings: Settings) -> Run:
    def command(*arguments: str, ends: int = 0) -> str:
        environment = {"JINNUAN_DATA": str(settings.data), "JINNUAN_POLICIES_FOLDER": str(settings.policies_folder)}
        done = CliRunner().invoke(policies_cli, list(arguments), env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == ends, done.stdout
        return done.stdout

    return command


def published(settings: Settings, old: str, new: str) -> None:
    """An editor and a reviewer change the thanks."""
    with app.opened(settings) as (database, _):
        with database.write() as connection:
            made = [
                Who(staff.add(connection, login=role, display_name=role, password_hash="x", roles=[role], districts=[], now=app.now()), frozenset({role}))
                for role in ("policy_editor", "policy_reviewer")
            ]
        press = Press(database, Shelf(settings.policies_folder, lambda: app.now().date(), database).current, app.now)
        draft = press.start(made[0], "换句话")
        text = press.text(draft, ANSWER)
        assert text is not None
        press.save(made[0], draft, ANSWER, text.replace(old, new), fingerprint(text))
        press.submit(made[0], draft, "好懂些")
        press.approve(made[1], draft, "看过")
        press.publish(made[0], draft)


def test_while_the_files_are_the_truth_nothing_differs_and_nothing_is_written_out(settings: Settings, run: Run) -> None:
    assert "以文件为准" in run("status")
    with pytest.raises(InputError, match="不用导出"):
        run("export")


def test_what_is_published_is_written_out_byte_for_byte(settings: Settings, run: Run) -> None:
    title = read_folder(settings.policies_folder)[ANSWER].split("\n")[1]
    published(settings, title, "title: 客气话")
    (settings.policies_folder / "cases" / "dibao" / "hukou.yaml").unlink()
    said = run("status", ends=1)
    assert "只在工作台里：cases/dibao/hukou.yaml" in said
    assert f"两边不一样：{ANSWER}" in said
    assert "改 1 个，加 1 个，删 0 个" in run("export")
    assert "文件和它一样" in run("status")
    before = {path: path.read_bytes() for path in settings.policies_folder.rglob("*") if path.is_file()}
    for path, raw in before.items():
        original = ROOT / "policies" / path.relative_to(settings.policies_folder)
        assert raw == original.read_bytes() or path.as_posix().endswith(ANSWER)
    run("export")
    assert before == {path: path.read_bytes() for path in settings.policies_folder.rglob("*") if path.is_file()}


def test_files_come_in_as_a_draft_that_changes_nothing_by_itself(settings: Settings, run: Run) -> None:
    with app.opened(settings) as (database, _), database.write() as connection:
        staff.add(connection, login="bianji", display_name="编辑", password_hash="x", roles=["policy_editor"], districts=[], now=app.now())
        staff.add(connection, login="rexian", display_name="热线", password_hash="x", roles=["hotline"], districts=[], now=app.now())
    assert "第 1 版" in run("adopt")
    with pytest.raises(InputError, match="已经以工作台为准"):
        run("adopt")
    with pytest.raises(InputError, match="没有要改的"):
        run("import", "--by", "bianji")
    changed = settings.policies_folder / ANSWER
    changed.write_text(changed.read_text(encoding="utf-8") + "\r\n", encoding="utf-8", newline="")
    with pytest.raises(InputError, match="没有要改的"):  # only line ends
        run("import", "--by", "bianji")
    (settings.policies_folder / "cases" / "dibao" / "hukou.yaml").unlink()
    for login in ("nobody", "rexian"):
        with pytest.raises(InputError):
            run("import", "--by", login)
    assert "1 个文件" in run("import", "--by", "bianji", "--title", "去掉例子")
    with app.opened(settings) as (database, _), database.read() as connection:
        row = drafts.in_state(connection)[0]
        assert (row.title, row.state) == ("去掉例子", "editing")
        assert drafts.files(connection, row.id)["cases/dibao/hukou.yaml"].text is None
        newest = revisions.newest(connection)
        assert newest is not None and newest.id == 1


def test_the_canonical_form_changes_only_what_nobody_sees_and_is_stable(settings: Settings, run: Run) -> None:
    text = "\ufeffa: 1  \r\n# 说明\t\r\n\r\nb: 2\n\n\n"
    assert canonical_text(text) == "a: 1\n# 说明\n\nb: 2\n"
    assert canonical_text(canonical_text(text)) == canonical_text(text)
    assert "标准格式" in run("format", "--check")
    (settings.policies_folder / "limits.yaml").write_bytes(b"\xef\xbb\xbf" + (settings.policies_folder / "limits.yaml").read_bytes() + b"\n\n")
    assert "limits.yaml" in run("format", "--check", ends=1)
    assert "整理了 1 个" in run("format")
    assert (settings.policies_folder / "limits.yaml").read_bytes() == (ROOT / "policies" / "limits.yaml").read_bytes()
