"""Commands beside a running program: accounts and the audit log."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from bot import app, operator
from bot.errors import InputError
from bot.settings import Settings
from bot.staff import Accounts, Invitations, SecondFactor, Sessions
from bot.store import audit, staff
from bot.store.audit import AuditFilter

PASSWORD = "correct horse battery"
Run = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An installation of its own, with a public address."""
    return Settings(data=tmp_path, public_url="https://jinnuan.example")


@pytest.fixture
def run(settings: Settings) -> Run:
    """Runs one command; the error it ends in is raised."""

    def command(group: str, *arguments: str) -> str:
        environment = {"JINNUAN_DATA": str(settings.data), "JINNUAN_PUBLIC_URL": settings.public_url}
        called = operator.staff_cli if group == "staff" else operator.audit_cli
        done = CliRunner().invoke(called, list(arguments), env=environment)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.stdout

    return command


def token(printed: str) -> str:
    found = re.search(r"https://jinnuan\.example/console/join/(\S+)", printed)
    assert found is not None
    return found[1]


def test_accounts_are_made_and_helped_from_the_command_line(settings: Settings, run: Run) -> None:
    link = token(run("staff", "invite-administrator"))
    with app.opened(settings) as (database, keys):
        invitations = Invitations(database, Accounts(database, app.now), app.now)
        staff_id = invitations.accept(link, "小李", "li", PASSWORD)
        factor = SecondFactor(database, app.now, keys.hashes)
        with database.write() as connection:
            staff.set_second_factor(connection, staff_id, "JBSWY3DPEHPK3PXP")
        assert "li  administrator  可用  设了验证器" in run("staff", "list")
        run("staff", "reset-second-factor", "Li")
        assert factor.left(staff_id) is None
        run("staff", "unlock", "li")
        session = Sessions(database, app.now).open(staff_id)
        assert "1 个账号" in run("staff", "sign-out")
        assert Sessions(database, app.now).find(session) is None
        invitations.set_password(token(run("staff", "password-link", "li")), "quite unlike the former")
        with database.read() as connection:
            done = [row.action for row in audit.entries(connection, AuditFilter(actor="operator"), 10)]
    assert done == ["password_link_made", "signed_out_everywhere", "unlocked", "second_factor_removed", "invited"]
    for command in ("reset-second-factor", "unlock", "password-link", "sign-out"):
        with pytest.raises(InputError, match="没有"):
            run("staff", command, "nobody")


def test_the_audit_log_is_verified_also_against_a_head_kept_elsewhere(settings: Settings, run: Run) -> None:
    run("staff", "invite-administrator")
    rows, head = run("audit", "head").split()
    assert rows == "1"
    run("staff", "invite-administrator")
    assert "完整" in run("audit", "verify")
    assert "完整" in run("audit", "verify", "--head", head)
    with pytest.raises(InputError, match="截掉"):
        run("audit", "verify", "--head", "0" * 63 + "1")
    with app.opened(settings) as (database, _), database.write() as connection:
        connection.execute(text("DROP TRIGGER audit_is_not_changed"))
        connection.execute(text("UPDATE audit SET actor = 'staff:7' WHERE id = 1"))
    with pytest.raises(InputError, match="第 1 行"):
        run("audit", "verify")


def test_what_is_in_force_is_noted_once_and_again_when_it_changed(tmp_path: Path) -> None:
    def noted(**values: object) -> list[str]:
        house = app.House(Settings(data=tmp_path, **values))  # type: ignore[arg-type]
        house.note_what_is_in_force()
        with house.database.read() as connection:
            rows = audit.entries(connection, AuditFilter(actor="program"), 10)
        house.database.dispose()
        return [row.action for row in rows]

    assert sorted(noted()) == ["policies_in_force", "settings_in_force"]
    assert len(noted()) == 2
    assert noted(second_factor="required") == ["settings_in_force", "settings_in_force", "policies_in_force"]


@pytest.mark.parametrize(("given", "required"), [
    ({}, False), ({"public_url": "https://jinnuan.example"}, True), ({"second_factor": "required"}, True),
    ({"public_url": "https://jinnuan.example", "second_factor": "optional"}, False),
])
def test_a_second_factor_is_required_behind_https_unless_said_otherwise(given: dict[str, str], required: bool) -> None:
    assert Settings(**given).second_factor_required == required  # type: ignore[arg-type]
