from tests.console.conftest import Browser, House

HOURS = {"starts_at": "2026-11-25T08:00", "ends_at": "2026-11-26T18:00"}


def test_a_leave_has_dates_and_a_deputy_and_can_be_taken_back(house: House, worker: Browser) -> None:
    deputy = house.person("zhao", "hotline", districts=("河东区",))
    assert worker.post("/console/leave", deputy=str(deputy), **HOURS).status_code == 303
    text = worker.get("/console/leave").text
    assert "2026-11-25 08:00" in text
    assert "收回员工wang的请假" in text
    colleague = house.browser(house.person("sun", "hotline", districts=("河东区",)))
    assert "收回员工wang的请假" not in colleague.get("/console/leave").text
    assert worker.post("/console/leave/take-back", leave="1").status_code == 303
    assert "现在没有人请假" in worker.get("/console/leave").text


def test_what_cannot_be_is_said_beside_the_form(house: House, worker: Browser) -> None:
    deputy = house.person("zhao", "hotline", districts=("河东区",))
    for fields, sentence in (
        ({"deputy": "", **HOURS}, "请选谁代班"),
        ({"deputy": str(deputy), "starts_at": "", "ends_at": ""}, "请选日期和时间"),
        ({"deputy": str(deputy), "starts_at": HOURS["ends_at"], "ends_at": HOURS["starts_at"]}, "结束要晚于开始"),
        ({"deputy": str(deputy), "person": str(deputy), **HOURS}, "只能给自己请假"),
    ):
        answer = worker.post("/console/leave", **fields)
        assert answer.status_code == 409
        assert sentence in answer.text
    assert worker.post("/console/leave/take-back", leave="99").status_code == 409
