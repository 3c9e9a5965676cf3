"""The page on the program's own state: dead letters sent again, channels switched, all of it by administrators and audited."""

from sqlalchemy import select

from bot.store import audit, conversations, inbound, outbox, switches
from tests.console.conftest import House


def dead_letter(house: House) -> int:
    with house.database.write() as connection:
        conversation_id = conversations.create(connection, "telegram", "7", "hash", house.now)
        outbox.add(connection, conversation_id, "telegram", {"text": "秘密的话"}, house.now)
        letter = outbox.due(connection, "telegram", house.now)[0].id
        outbox.bury(connection, letter, house.now, "对方停用了机器人")
    return letter


def audited(house: House) -> list[tuple[str, str]]:
    with house.database.read() as connection:
        return [(row.action, row.object) for row in connection.execute(select(audit.audit).order_by(audit.audit.c.id))]


def test_a_dead_letter_is_shown_without_its_words_and_sent_again_once(house: House) -> None:
    letter = dead_letter(house)
    admin = house.browser(house.person("zhao", "administrator"))
    page = admin.get("/console/health").text
    assert "对方停用了机器人" in page
    assert "秘密的话" not in page
    assert admin.post(f"/console/health/letters/{letter}").status_code == 303
    assert admin.post(f"/console/health/letters/{letter}").status_code == 400
    assert admin.post("/console/health/letters/99999999999999999999").status_code == 400
    with house.database.read() as connection:
        assert outbox.counts(connection) == {"waiting": 1, "dead": 0}
    assert audited(house) == [("sent_again", f"outbox:{letter}")]


def test_a_channel_is_switched_off_with_a_reason_and_on_again(house: House) -> None:
    admin = house.browser(house.person("zhao", "administrator"))
    assert admin.post("/console/health/channels/web", off="yes", reason="").status_code == 400
    assert admin.post("/console/health/channels/fax", off="yes", reason="系统升级").status_code == 400
    assert admin.post("/console/health/channels/web", off="yes", reason="系统升级到八点").status_code == 303
    with house.database.read() as connection:
        assert switches.reason_off(connection, "web") == "系统升级到八点。"
    assert "系统升级到八点。" in admin.get("/console/health").text
    admin.post("/console/health/channels/web", off="no")
    with house.database.read() as connection:
        assert switches.all_off(connection) == {}
    assert audited(house) == [("channel_off", "channel:web"), ("channel_on", "channel:web")]


def test_only_administrators_switch_and_send_again(house: House) -> None:
    letter = dead_letter(house)
    supervisor = house.browser(house.person("qian", "supervisor"))
    page = supervisor.get("/console/health").text
    assert "再发一次" not in page
    assert "停用网页" not in page
    assert supervisor.post("/console/health/channels/web", off="yes", reason="系统升级").status_code == 403
    assert supervisor.post(f"/console/health/letters/{letter}").status_code == 403


def test_a_message_that_was_put_aside_is_listed_by_its_kind_of_error(house: House) -> None:
    with house.database.write() as connection:
        conversation_id = conversations.create(connection, "web", "7", "hash", house.now)
        row = inbound.add(
            connection, channel="web", external_id="1", conversation_id=conversation_id, token="ab", content={"text": "秘密的话"}, now=house.now
        )
        assert row is not None
        inbound.note_failure(connection, row, "ZeroDivisionError")
        inbound.set_aside(connection, row, house.now)
    page = house.browser(house.person("zhao", "administrator")).get("/console/health").text
    assert "ZeroDivisionError" in page
    assert "秘密的话" not in page
