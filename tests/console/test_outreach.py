"""政策找人 on its page: counts by district, a release that asks for the password again, nobody else's districts."""

import pytest

from bot.store import consents, conversations, outreach, revisions, screenings, transcripts
from tests.conftest import NOW
from tests.console.conftest import Browser, House

PAGE = "/console/outreach"


@pytest.fixture
def people(house: House) -> list[int]:
    """Six in 河东区, one in 河西区, on a list that waits."""
    found = []
    with house.database.write() as connection:
        revisions.add(connection, "v", "{}", way="published", title="低保调标", reason="", author_id=None, now=NOW)
        for number in range(7):
            talk = conversations.create(connection, "web", f"r{number}", f"hash r{number}", NOW)
            for purpose in ("screening", "later_contact"):
                consents.add(connection, talk, purpose, True, "1", NOW)
            screenings.add(connection, talk, {}, {}, "v", NOW)
            found.append(talk)
        rows = [(talk, "河西区" if talk == found[-1] else "河东区", ["dibao"]) for talk in found]
        outreach.add(connection, 1, "低保调标", 7, rows, NOW)
    return found


@pytest.fixture
def lead(house: House) -> Browser:
    return house.browser(house.person("zhuguan", "supervisor", districts=("河东区",)))


def told(house: House, talk: int) -> int:
    with house.database.read() as connection:
        return len(transcripts.lines(connection, talk))


def test_counts_by_district_small_ones_hidden(house: House, people: list[int], lead: Browser) -> None:
    page = lead.get(PAGE).text
    assert "低保调标" in page
    assert ">6</td>" in page
    assert "河西区" not in page
    city = house.browser(house.person("shiji", "supervisor_city")).get(PAGE).text
    assert ">少于 5</td>" in city
    assert "您咨询过的政策有变化，点开看看。" in city


def test_a_release_asks_for_the_password_again_and_reaches_own_districts_only(house: House, people: list[int], lead: Browser) -> None:
    house.move(minutes=6)  # the password was given more than five minutes ago
    asked = lead.post(f"{PAGE}/release", listing="1")
    assert asked.status_code == 403
    assert told(house, people[0]) == 0


def test_a_list_is_dropped_once(house: House, people: list[int], lead: Browser) -> None:
    assert lead.post(f"{PAGE}/drop", listing="1").status_code == 303
    assert lead.post(f"{PAGE}/drop", listing="1").status_code == 400
    assert lead.post(f"{PAGE}/drop", listing="x").status_code == 400
    assert told(house, people[0]) == 0


def test_an_empty_page_says_so(house: House, lead: Browser) -> None:
    assert "没有名单" in lead.get(PAGE).text


def test_policy_editors_do_not_write_to_residents(house: House, people: list[int]) -> None:
    editor = house.browser(house.person("bianji", "policy_editor"))
    assert editor.get(PAGE).status_code == 403
    assert editor.post(f"{PAGE}/release", listing="1").status_code == 403
    assert told(house, people[0]) == 0


def test_a_fresh_password_releases(house: House, people: list[int], lead: Browser) -> None:
    done = lead.post(f"{PAGE}/release", listing="1")
    assert done.headers["location"] == f"{PAGE}?said=outreach_released"
    assert [told(house, talk) for talk in people] == [1] * 6 + [0]
