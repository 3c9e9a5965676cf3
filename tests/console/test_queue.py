import re
from datetime import timedelta

from bot.store import cases
from tests.console.conftest import Browser, House


def numbers(text: str) -> list[str]:
    return re.findall(r'data-open>(\S+)</a>', text)


def test_the_queue_answers_danger_first_then_the_longest_wait(house: House, worker: Browser) -> None:
    house.case("JN2611-GREEN2", ago=600)
    house.case("JN2611-REDNEW", ago=1, signals=("crisis.medical",))
    house.case("JN2611-REDOLD", ago=9, signals=("crisis.medical",))
    house.case("JN2611-ORANGE", ago=900, signals=("crisis.destitute",))

    page = worker.get("/console")
    assert numbers(page.text) == ["JN2611-REDOLD", "JN2611-REDNEW", "JN2611-ORANGE", "JN2611-GREEN2"]


def test_a_row_says_why_what_where_how_long_and_who(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", ago=125, signals=("crisis.medical",), kind="screening", programmes=["dibao"])

    text = worker.get("/console").text
    for words in ("红", "可能有人马上受到伤害", "自测转办", "低保", "河东区", "2 小时前", "2026-11-24 07:55", "新", "认领 JN2611-AAAAAA"):
        assert words in text


def test_one_who_was_answered_is_not_said_to_wait(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", ago=125)
    worker.post("/console/cases/JN2611-AAAAAA/write", text="您好")

    assert "已回" in worker.get("/console").text


def test_filters_stand_in_the_address(house: House) -> None:
    city = house.browser(house.person("li", "supervisor", districts=("河东区", "南开区")))
    house.case("JN2611-AAAAAA", district="河东区", signals=("crisis.medical",))
    house.case("JN2611-BBBBBB", district="南开区")
    house.case("JN2611-CCCCCC", district="南开区")
    city.post("/console/cases/JN2611-BBBBBB/claim")
    city.post("/console/cases/JN2611-CCCCCC/close", outcome="answered", note="说清楚了")

    def shown(query: str) -> list[str]:
        return sorted(number[-6:] for number in numbers(city.get(f"/console?{query}").text))

    assert shown("") == ["AAAAAA", "BBBBBB"]
    assert shown("mine=1") == ["BBBBBB"]
    assert shown("unclaimed=1") == ["AAAAAA"]
    assert shown("colour=red") == ["AAAAAA"]
    assert shown("district=南开区") == ["BBBBBB"]
    assert shown("status=closed") == ["CCCCCC"]
    assert shown("status=all&number=cccc") == ["CCCCCC"]
    assert shown("status=claimed&district=南开区&mine=1") == ["BBBBBB"]


def test_filters_that_do_not_exist_are_as_if_absent(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA")
    for query in ("status=x", "colour=<script>", "district=%00", "page=-1", "page=9999999999", "number=%25", "mine=yes", "page=²"):
        assert worker.get(f"/console?{query}").status_code == 200


def test_counts_and_title_tell_what_waits(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", signals=("crisis.medical",))
    house.case("JN2611-BBBBBB")
    text = worker.get("/console").text

    assert "<title>(2) 队列" in text
    assert re.search(r"红</span> <b>1</b>", text)
    assert re.search(r"绿</span> <b>1</b>", text)


def test_an_empty_queue_says_so(house: House, worker: Browser) -> None:
    assert "队列是空的" in worker.get("/console").text
    assert "没有符合的个案" in worker.get("/console?colour=red").text


def test_more_than_a_hundred_cases_are_paged(house: House, worker: Browser) -> None:
    for index in range(103):
        house.case(f"JN2611-AAA{index:03d}", ago=index)

    first = worker.get("/console").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = worker.get(following[1].replace("&amp;", "&")).text
    assert (len(numbers(first)), len(numbers(second))) == (100, 3)
    assert not {*numbers(first)} & {*numbers(second)}
    assert "共 103 件" in first
    back = re.search(r'rel="prev" href="([^"]+)"', second)
    assert back is not None
    assert numbers(worker.get(back[1].replace("&amp;", "&")).text) == numbers(first)
    for nonsense in ("after=x", "after=9.9.9", "before=%00", "after=" + "1" * 500):
        assert len(numbers(worker.get(f"/console?{nonsense}").text)) == 100


def test_programme_tag_ticket_and_lateness_filter_too(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", programmes=["dibao"])
    house.case("JN2611-BBBBBB", programmes=["dibao_bianyuan"], ago=5, signals=("crisis.destitute",))
    house.case("JN2611-CCCCCC")
    worker.post("/console/cases/JN2611-CCCCCC/tag", tag="听障")
    worker.post("/console/cases/JN2611-CCCCCC/ticket", ticket="HD-77")

    def shown(query: str) -> list[str]:
        return sorted(number[-6:] for number in numbers(worker.get(f"/console?{query}").text))

    assert shown("programme=dibao") == ["AAAAAA"]
    assert shown("tag=听障") == ["CCCCCC"]
    assert shown("number=HD-77") == ["CCCCCC"]
    assert shown("programme=x&tag=") == ["AAAAAA", "BBBBBB", "CCCCCC"]


def test_next_leads_to_the_most_urgent_case_that_nobody_has(house: House, worker: Browser) -> None:
    assert worker.get("/console/next").headers["location"] == "/console?said=all_done"
    house.case("JN2611-AAAAAA", ago=600)
    house.case("JN2611-BBBBBB", signals=("crisis.medical",))
    assert worker.get("/console/next").headers["location"] == "/console/cases/JN2611-BBBBBB"
    worker.post("/console/cases/JN2611-BBBBBB/claim")
    assert worker.get("/console/next").headers["location"] == "/console/cases/JN2611-AAAAAA"


def test_late_answers_stand_on_top(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", ago=50, signals=("crisis.medical",))
    with house.database.write() as connection:
        cases.change(connection, house.stored("JN2611-AAAAAA").id, house.now, due_at=house.now - timedelta(minutes=35))
    house.desk.watch.look()
    text = worker.get("/console").text

    assert "超过时限还没回的" in text
    assert text.index("超过时限还没回的") < text.index('id="rows"')


def test_supervisors_see_who_has_how_much_and_give_cases_to_others(house: House, worker: Browser) -> None:
    chief = house.browser(house.person("sun", "supervisor", districts=("河东区",)))
    other = house.person("zhao", "hotline", districts=("河东区",))
    for number in ("JN2611-AAAAAA", "JN2611-BBBBBB"):
        house.case(number)
        worker.post(f"/console/cases/{number}/claim")

    assert "员工wang <b>2</b> 件" in chief.get("/console").text
    assert "改派给" not in worker.get("/console").text
    assert chief.post("/console/assign", number=["JN2611-AAAAAA", "JN2611-BBBBBB"], person=str(other)).status_code == 303
    assert {house.stored(number).claimed_by for number in ("JN2611-AAAAAA", "JN2611-BBBBBB")} == {other}
    assert chief.post("/console/assign", person=str(other)).status_code == 400
    refused = chief.post("/console/assign", number=["JN2611-ZZZZZZ"], person=str(other))
    assert "没有改的" in refused.text


def test_a_demo_case_is_marked(house: House, worker: Browser) -> None:
    house.case("JN2611-AAAAAA", demo=True)
    assert "示例" in worker.get("/console").text


def test_a_refused_policy_change_is_said_loudly_on_every_page(house: House, worker: Browser) -> None:
    house.health["policy_faults"] = ["rules/dibao.yaml 第 3 行:缺少来源。请补上"]
    house.case("JN2611-AAAAAA")
    for path in ("/console", "/console/cases/JN2611-AAAAAA", "/console/account"):
        assert "没有通过检查" in worker.get(path).text

    admin = house.browser(house.person("admin", "administrator"))
    assert "rules/dibao.yaml 第 3 行" in admin.get("/console/health").text


def test_health_tells_what_is_to_be_checked_again_and_which_answers_read_hardest(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    now = admin.get("/console/health").text
    assert "没有要重新核对的" in now
    assert "最该改得好懂的 20 个答案" in now
    assert "平均每句" in now

    house.now += timedelta(days=400)
    later = house.browser(house.person("admin2", "administrator")).get("/console/health").text
    assert "条，不妨碍使用" in later
    assert "已经过了 12 个月" in later


def test_health_tells_what_waits_to_be_sent_the_model_and_the_version(house: House) -> None:
    admin = house.browser(house.person("admin", "administrator"))
    text = admin.get("/console/health").text

    for words in ("在用", house.knowledge.version, "等着发出的消息", "0 条"):
        assert words in text
