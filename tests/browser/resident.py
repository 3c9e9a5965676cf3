"""What a resident does on the page, in words."""

import re

from playwright.sync_api import Locator, Page, expect

LINES = "#lines > li"


class Resident:
    """Somebody in front of the residents' page."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        page.goto(site)

    @property
    def lines(self) -> Locator:
        """All lines of the talk."""
        return self.page.locator(LINES)

    @property
    def last(self) -> Locator:
        """The newest line."""
        return self.lines.last

    def says(self, words: str) -> None:
        """Type and send; comes back when the bot is done."""
        self.page.locator("#text").fill(words)
        self.page.locator("#text").press("Enter")
        self.settled(words)

    def taps(self, title: str) -> None:
        """Tap a button; comes back when the bot is done."""
        before = self.newest
        self.button(title).click()
        self._answered(before)

    def ticks(self, *titles: str) -> None:
        """Tick lines of a list and send them."""
        before = self.newest
        for title in titles:
            self.page.locator("#choices").get_by_label(title, exact=True).check()
        self.button("选好了").click()
        self._answered(before)

    def button(self, title: str) -> Locator:
        """One of the buttons that may be tapped now."""
        return self.page.locator("#choices").get_by_role("button", name=title, exact=True)

    @property
    def newest(self) -> int:
        """Number of the newest line."""
        return int(self.last.get_attribute("data-line") or 0)

    def settled(self, words: str) -> None:
        """Wait until the words are taken in and answered."""
        expect(self.page.locator(".pending")).to_have_count(0)
        expect(self.page.locator("#busy")).to_be_hidden()
        expect(self.page.locator(f"{LINES}.resident").last).to_have_text(re.compile(re.escape(words)))

    def _answered(self, before: int) -> None:
        expect(self.page.locator(".pending")).to_have_count(0)
        expect(self.last).not_to_have_attribute("data-line", str(before))
        expect(self.page.locator("#busy")).to_be_hidden()

    def finishes_the_questions(self) -> None:
        """Answer whatever is still asked, by the first button or with a number, until there are findings."""
        for _ in range(25):
            if self.page.locator(".cards").count():
                return
            if self.page.locator("#choices input[name=tick]").count():
                self.taps("都没有" if self.button("都没有").count() else "都不用")
            elif self.page.locator("#choices .answers button").count():
                self.taps(self.page.locator("#choices .answers button").first.inner_text())
            else:
                self.says("600")
        raise AssertionError("the questions do not end")
