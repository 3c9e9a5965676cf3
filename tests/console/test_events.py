import asyncio
from collections.abc import AsyncIterator

from starlette.requests import Request

from bot.console.desk import events
from bot.console.parts import Parts
from bot.store import changes
from tests.console.conftest import Browser, House

NUMBER = "JN2611-AAAAAA"


def ask(house: House, browser: Browser, path: str, query: str = "") -> Request:
    cookie = f"jinnuan_staff={browser.client.cookies.get('jinnuan_staff')}".encode()
    parameters = {"number": path.split("/")[3]} if "/cases/" in path else {}
    return Request({
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": [(b"cookie", cookie)],
        "path_params": parameters,
    })


def parts(house: House) -> Parts:
    return Parts(
        house.database, house.desk, lambda: house.knowledge, house.live, None, house.clock, house.csrf, False,  # type: ignore[arg-type]
        lambda: house.health, None, house.sessions, None, None, "", None, None, None, house.reception.receive, None, None, None, None, "",  # type: ignore[arg-type]
    )


async def said(house: House, browser: Browser, path: str, act: object = None, wanted: str = "event:") -> str:
    """The first part of the stream that holds `wanted`, while `act` happens."""
    endpoint = events.case_stream(parts(house)) if "/cases/" in path else events.queue_stream(parts(house))
    poller = asyncio.create_task(house.live.run())
    try:
        await house.live.wait(0, 5)
        response = await endpoint(ask(house, browser, path, f"after={house.live.number}"))
        assert response.headers["content-type"].startswith("text/event-stream")
        body: AsyncIterator[str] = response.body_iterator  # type: ignore[attr-defined]
        assert await anext(body) == "retry: 3000\n\n"
        if callable(act):
            await asyncio.to_thread(act)
        async with asyncio.timeout(5):
            async for part in body:
                if wanted in part:
                    return part
        return ""
    finally:
        house.live.close()
        await poller


def test_a_new_case_wakes_the_queue(house: House, worker: Browser) -> None:
    house.case("JN2611-BBBBBB")
    worker.post("/console/cases/JN2611-BBBBBB/note", text="一")

    part = asyncio.run(said(house, worker, "/console", lambda: worker.post("/console/cases/JN2611-BBBBBB/note", text="二")))
    assert "event: changed" in part
    assert part.startswith("id: ")


def test_a_case_page_wakes_for_its_own_case_only(house: House, worker: Browser) -> None:
    house.case(NUMBER)
    house.case("JN2611-BBBBBB")
    worker.post(f"/console/cases/{NUMBER}/note", text="一")

    def others_then_own() -> None:
        worker.post("/console/cases/JN2611-BBBBBB/note", text="别的")
        worker.post(f"/console/cases/{NUMBER}/note", text="这个")

    part = asyncio.run(said(house, worker, f"/console/cases/{NUMBER}", others_then_own))
    own = {("case", house.stored(NUMBER).id), ("conversation", house.stored(NUMBER).conversation_id)}
    woken_by = int(part.split("data: ")[1])
    with house.database.read() as connection:
        assert {(kind, reference) for number, kind, reference in changes.since(connection, 0) if number == woken_by} <= own


def test_a_stream_ends_with_the_session(house: House, worker: Browser) -> None:
    house.case(NUMBER)
    worker.post(f"/console/cases/{NUMBER}/note", text="一")

    def time_passes() -> None:
        house.move(minutes=31)
        with house.database.write() as connection:
            changes.note(connection, "case", None, house.now)

    assert "signed-out" in asyncio.run(said(house, worker, "/console", time_passes))


def test_streams_of_cases_that_are_not_there_are_refused(house: House, worker: Browser) -> None:
    house.case(NUMBER, district="南开区")
    assert worker.get(f"/console/cases/{NUMBER}/events").status_code == 404
    assert worker.get("/console/cases/JN2611-ZZZZZZ/events").status_code == 404


def test_the_newest_number_is_there_for_pages_whose_stream_fails(house: House, worker: Browser) -> None:
    before = worker.get("/console/changes").json()["newest"]
    house.case(NUMBER)
    worker.post(f"/console/cases/{NUMBER}/claim")

    assert worker.get("/console/changes").json()["newest"] > before
