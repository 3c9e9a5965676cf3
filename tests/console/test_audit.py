import csv
import io
import re

import pytest

from bot.store import audit
from bot.store.audit import AuditFilter
from tests.console.conftest import Browser, House

NUMBER = "JN2611-AAAAAA"


@pytest.fixture
def auditor(house: House) -> Browser:
    return house.browser(house.person("qian", "auditor"))


@pytest.fixture
def looked(house: House, worker: Browser) -> None:
    house.case(NUMBER)
    worker.get(f"/console/cases/{NUMBER}")
    house.move(hours=20)


def cells(page: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", page.split("<tbody>")[1].split("</tbody>")[0], re.DOTALL)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)] for row in rows]


@pytest.mark.usefixtures("looked")
def test_the_page_says_who_did_what_to_what(house: House) -> None:
    auditor = house.browser(house.person("qian", "auditor"))
    [row] = cells(auditor.get("/console/audit").text)
    assert row[1:] == ["2026-11-24 10:00", "员工wang", "打开个案", NUMBER]


@pytest.mark.usefixtures("looked")
def test_filters_stand_in_the_address_and_nonsense_is_as_if_it_were_not_there(house: House) -> None:
    auditor = house.browser(house.person("qian", "auditor"))
    for query, found in (
        ("actor=staff:1", 1), ("actor=staff:2", 0), ("action=looked", 1), ("action=claimed", 0), ("thing=case:JN", 1), ("thing=case:XX", 0),
        ("since=2026-11-24&until=2026-11-24", 1), ("since=2026-11-25", 0), ("until=2026-11-23", 0), ("since=yesterday&page=x&until=0001-01-01", 1),
        ("page=99999999", 1), ("thing=%25", 0), ("until=9999-12-31", 1),
    ):
        page = auditor.get(f"/console/audit?{query}")
        assert page.status_code == 200
        assert ("没有符合的记录" in page.text) == (found == 0), query


@pytest.mark.usefixtures("looked")
def test_an_export_holds_what_was_filtered_by_pseudonym_and_is_a_row_itself(house: House) -> None:
    auditor = house.browser(house.person("qian", "auditor"))
    answer = auditor.post("/console/audit/export", action="looked")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row[2:] for row in rows] == [["actor", "action", "object"], ["staff:1", "looked", f"case:{NUMBER}"]]
    assert "员工" not in answer.text
    with house.database.read() as connection:
        [row] = audit.entries(connection, AuditFilter(action="exported"), 10)
    assert (row.actor, row.thing) == ("staff:2", "export:audit")


@pytest.mark.usefixtures("looked")
def test_the_whole_chain_is_verified_from_the_page(house: House) -> None:
    auditor = house.browser(house.person("qian", "auditor"))
    assert "一行都没有被改过" in auditor.post("/console/audit/verify").text


def test_long_logs_are_paged(house: House, auditor: Browser) -> None:
    with house.database.write() as connection:
        for number in range(150):
            audit.append(connection, actor="staff:1", action="looked", thing=f"case:{number}", now=house.now)
    first = auditor.get("/console/audit?action=looked").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert "共 150 行" in first
    assert len(cells(auditor.get(following[1].replace("&amp;", "&")).text)) == 50
