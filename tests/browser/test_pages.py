"""Every page, for both kinds of people, in both modes: no findings of axe, nothing wider than the window."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Program, check_access

RESIDENTS = ("/", "/answers", "/answers/ask.dibao.documents", "/forget", "/no-such-page")
DEMO = f"JN{datetime.now(ZoneInfo('Asia/Shanghai')):%y%m}-D00018"
"""An invented case with findings."""
STAFF = (
    "/console", "/console?status=closed&colour=red", "/console/cases/JN0000-000000", "/console/account", "/console/staff", "/console/staff/1",
    "/console/audit", "/console/audit?actor=nobody",
    "/console/health", "/console/no-such-page", "/console/intake", "/console/leave", "/console/duty",
    f"/console/cases/{DEMO}", f"/console/cases/{DEMO}/print?talk=1", "/console?overdue=1&tag=听障",
)
MODES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("mode", MODES)
def test_residents_pages_are_open_to_everybody(
    program: Program, somebody: Callable[..., BrowserContext], mode: Literal["light", "dark"]
) -> None:
    page = somebody(viewport={"width": 320, "height": 640}, color_scheme=mode).new_page()
    for size in ("normal", "large"):
        page.goto(f"{program.site}/size/{size}")
        for path in RESIDENTS:
            if path == "/answers" and (mode, size) != ("light", "normal"):
                continue  # long; what it is made of is looked at in the other pages
            page.goto(program.site + path)
            check_access(page)
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), (path, size)


@pytest.mark.parametrize("mode", MODES)
def test_staff_pages_are_open_to_everybody(
    program: Program, administrator: Path, somebody: Callable[..., BrowserContext], mode: Literal["light", "dark"]
) -> None:
    page = somebody(viewport={"width": 320, "height": 640}, color_scheme=mode, storage_state=administrator).new_page()
    for path in STAFF:
        page.goto(program.site + path)
        check_access(page)
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
    stranger = somebody(color_scheme=mode).new_page()
    for path in ("/console/sign-in", "/console/join/spent"):
        stranger.goto(program.site + path)
        check_access(stranger)
