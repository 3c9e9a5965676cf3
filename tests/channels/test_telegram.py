"""Telegram end to end: real library, real database, real conversation, against a Bot API stand-in on 127.0.0.1."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select, text
from telegram import Update

from bot.channels.telegram import Telegram, connect, incoming
from bot.classifier import Client, ModelReader, Thresholds
from bot.conversation import Reading
from bot.errors import SettingsError
from bot.knowledge import Knowledge
from bot.reception import Reception
from bot.reception.ports import Reader
from bot.store import conversations, erasures, inbound, leases, outbox
from bot.store.database import Database
from bot.store.keys import Keys
from tests.standins.bot_api import TOKEN, BotApi, Failure, bot_api, message, person
from tests.standins.waiting import until

ANNA, BO, CHEN = 1001, 1002, 1003


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class World:
    """What a scene may use."""

    api: BotApi
    database: Database
    telegram: Telegram
    reception: Reception

    def rows(self, table: Any) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(table)) or 0

    def execute(self, statement: str) -> None:
        with self.database.write() as connection:
            connection.execute(text(statement))

    def confirmed(self, update: int) -> bool:
        """Whether Telegram was told that this update need not come again."""
        return any(offset > update for offset in self.api.offsets)

    async def replies(self, chat: int, count: int = 1) -> list[str]:
        """Wait for so many messages to a chat."""
        await until(lambda: len(self.api.to(chat)) >= count)
        return [item.text for item in self.api.to(chat)]


class AwayReader(ModelReader):
    """The real reader while there is no model; «慢» takes until it is told to end."""

    def __init__(self) -> None:
        super().__init__(Client(lambda: None, time.monotonic), Thresholds(0.55, 0.2))
        self.may_end = asyncio.Event()

    async def read(self, knowledge: Knowledge, text: str) -> Reading:
        if text == "慢":
            await self.may_end.wait()
        return await super().read(knowledge, text)


@pytest.fixture
def play(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Callable[..., None]:
    """Runs a scene with the channel up."""

    @asynccontextmanager
    async def world(api: BotApi, reader: Reader | None, token: str) -> AsyncIterator[World]:
        reception = Reception(sqlite, reader or AwayReader(), lambda: knowledge, keys.hashes, clock)
        telegram = Telegram(token=token, api=api.url + "/", reception=reception, database=sqlite, clock=clock)
        running = asyncio.create_task(telegram.run())
        try:
            yield World(api, sqlite, telegram, reception)
        finally:
            await telegram.close()
            await running
            reception.close()

    def run(scene: Callable[[World], Coroutine[Any, Any, None]], *, token: str = TOKEN, before: Callable[[BotApi], None] | None = None) -> None:
        async def whole() -> None:
            async with bot_api() as api:
                if before is not None:
                    before(api)
                async with world(api, None, token) as made:
                    await scene(made)

        asyncio.run(whole())

    return run


def test_a_resident_who_starts_is_greeted_with_buttons(play: Callable[..., None], knowledge: Knowledge) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "/start")
        first, second = await world.replies(ANNA, 2)
        assert "境外" in first
        assert "不是真人" in second
        assert "120" in second
        titles = [button["text"] for row in world.api.to(ANNA)[1].buttons for button in row]
        assert knowledge.messages.buttons["screen"] in titles
        assert world.telegram.condition == "on"

    play(scene)


def test_what_is_held_of_a_resident_comes_as_a_file(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "低保要什么材料")
        await world.api.say(ANNA, "看我的信息")
        await until(lambda: bool(world.api.documents))
        chat, name, content = world.api.documents[0]
        assert (chat, name) == (ANNA, "我的信息.txt")
        assert "低保要什么材料" in content.decode()
        assert not any("低保要什么材料" in item.text for item in world.api.to(ANNA))

    play(scene)


def test_an_erasure_takes_what_was_not_sent_yet_and_still_sends_its_receipt(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        world.api.failing_chats[ANNA] = [Failure(429, "Too Many Requests", {"retry_after": 6})]
        await world.api.say(ANNA, "低保要什么材料")
        await until(lambda: not world.api.failing_chats[ANNA])
        await world.api.say(ANNA, "删除我的信息")
        await world.api.say(ANNA, "都删掉")
        await until(lambda: world.rows(erasures.erasures) == 1)
        receipts = await world.replies(ANNA, 2)
        assert "回执号 SC" in receipts[0]
        assert not any("材料" in item.text for item in world.api.to(ANNA))

    play(scene)


def test_a_question_is_answered_with_its_sources_and_a_tap_leads_on(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "低保要什么材料")
        await until(lambda: any("<blockquote expandable>来源" in item.text for item in world.api.to(ANNA)))
        answer = world.api.to(ANNA)[-1]
        assert answer.form["parse_mode"] == "HTML"
        before = len(world.api.to(ANNA))
        await world.api.tap(ANNA, answer.buttons[0][0]["callback_data"])
        await world.replies(ANNA, before + 1)
        assert len(world.api.taps_acknowledged) == 1

    play(scene)


def test_a_button_from_an_old_keyboard_or_made_up_gets_a_kind_reply(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "你好")
        await world.replies(ANNA, 1)
        for value in ("999:yes", "1:nonsense", "';--", "{{7*7}}", "\ud800", "1:label:ask.nothing.at_all"):
            before = len(world.api.to(ANNA))
            await world.api.tap(ANNA, value)
            await world.replies(ANNA, before + 1)
        assert len(world.api.taps_acknowledged) == 6
        assert "49" not in world.api.to(ANNA)[-1].text

    play(scene)


@pytest.mark.parametrize(
    ("parts", "text_id"),
    [
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}, "voice"),
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]}, "photo"),
        ({"sticker": {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1, "is_animated": False, "is_video": False, "type": "regular"}}, "sticker"),
        ({"location": {"latitude": 39.1, "longitude": 117.2}}, "location"),
        ({"document": {"file_id": "f", "file_unique_id": "u", "mime_type": "application/pdf"}}, "other"),
        ({"document": {"file_id": "f", "file_unique_id": "u", "mime_type": "image/jpeg"}}, "photo"),
        ({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}}, "other"),
    ],
)
def test_what_is_not_text_gets_a_useful_reply(play: Callable[..., None], knowledge: Knowledge, parts: dict[str, Any], text_id: str) -> None:
    async def scene(world: World) -> None:
        await world.api.message(ANNA, **parts)
        (reply,) = await world.replies(ANNA)
        assert reply.startswith(knowledge.messages.texts[text_id].split("。")[0])

    play(scene)


def test_an_update_the_library_cannot_read_is_answered_and_keeps_none_back(play: Callable[..., None], knowledge: Knowledge) -> None:
    async def scene(world: World) -> None:
        await world.api.push(message={"chat": "nonsense"})
        await world.api.message(ANNA, voice={"duration": "unheard of"}, poll=7)
        await world.api.say(BO, "谢谢")
        await world.replies(BO)
        (reply,) = await world.replies(ANNA)
        assert reply == knowledge.messages.texts["other"]

    play(scene)


def test_an_album_is_one_message_and_the_words_below_a_picture_are_heard(play: Callable[..., None]) -> None:
    picture = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]

    async def scene(world: World) -> None:
        for _ in range(3):
            await world.api.message(ANNA, photo=picture, media_group_id="g1")
        await world.api.message(BO, photo=picture, caption="我不想活了")
        await until(lambda: any("120" in item.text for item in world.api.to(BO)))
        await asyncio.sleep(0.5)
        assert len(world.api.to(ANNA)) == 1

    play(scene)


def test_groups_channels_and_notices_are_met_with_silence(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.message(-500, chat_type="group", text="低保要什么材料")
        await world.api.message(-501, chat_type="supergroup", text="/start")
        await world.api.push(edited_message={**message(ANNA, text="改过"), "edit_date": 1_764_000_001})
        await world.api.message(ANNA, pinned_message=message(ANNA, text="旧"))
        last = await world.api.push(callback_query={
            "id": "t", "from": person(BO), "chat_instance": "1", "data": "1:ask", "message": message(-500, chat_type="group", text="…"),
        })
        await until(lambda: world.confirmed(last))
        assert world.api.sent == []
        assert world.rows(inbound.inbound) == 0

    play(scene)


def test_an_update_is_confirmed_only_after_it_is_kept(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await until(lambda: world.api.offsets)
        await asyncio.to_thread(world.execute, "alter table inbound rename to away")
        update = await world.api.say(ANNA, "你好")
        await asyncio.sleep(1.5)
        assert not world.confirmed(update)
        await asyncio.to_thread(world.execute, "alter table away rename to inbound")
        await world.replies(ANNA)
        await until(lambda: world.confirmed(update))
        assert world.rows(inbound.inbound) == 1

    play(scene)


def test_an_update_that_comes_again_after_a_crash_is_answered_once(play: Callable[..., None]) -> None:
    """The first run is closed before it told Telegram, so that the second gets the same update again."""
    lives: list[int] = []

    async def first(world: World) -> None:
        await world.api.say(ANNA, "谢谢")
        await world.replies(ANNA, 3)
        await until(lambda: _counts(world)["waiting"] == 0)
        lives.append(world.rows(inbound.inbound))

    async def second(world: World) -> None:
        await world.api.say(ANNA, "谢谢")  # the stand-in numbers anew: the same update_id as before
        await world.api.say(BO, "谢谢")
        await world.replies(BO, 1)
        assert world.api.to(ANNA) == []
        assert world.rows(inbound.inbound) == 2

    play(first)
    play(second)
    assert lives == [1]


def test_a_slow_conversation_keeps_no_other_waiting(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    async def scene() -> None:
        async with bot_api() as api:
            reader = AwayReader()
            reception = Reception(sqlite, reader, lambda: knowledge, keys.hashes, clock)
            telegram = Telegram(token=TOKEN, api=api.url, reception=reception, database=sqlite, clock=clock)
            running = asyncio.create_task(telegram.run())
            await api.say(ANNA, "慢")
            await api.say(BO, "谢谢")
            await until(lambda: api.to(BO))
            assert api.to(ANNA) == []
            reader.may_end.set()
            await until(lambda: api.to(ANNA))
            await telegram.close()
            await running
            reception.close()

    asyncio.run(scene())


def test_the_channel_survives_a_server_that_is_down_and_answers_when_it_is_back(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await asyncio.sleep(1)
        assert world.telegram.condition == "connecting"
        world.api.down = False
        await world.api.say(ANNA, "你好")
        await world.replies(ANNA)
        world.api.down = True
        await asyncio.sleep(0.5)
        world.api.down = False
        before = len(world.api.to(ANNA))
        await world.api.say(ANNA, "谢谢")
        await world.replies(ANNA, before + 1)

    play(scene, before=lambda api: setattr(api, "down", True))


@pytest.mark.parametrize(
    "failure",
    [
        Failure(500, "Internal Server Error"), Failure(429, "Too Many Requests", {"retry_after": 1}), Failure(401, "Unauthorized"),
        Failure(409, "Conflict: terminated by other getUpdates request"),
    ],
)
def test_polling_goes_on_after_any_refusal(play: Callable[..., None], failure: Failure) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "你好")
        await world.replies(ANNA)
        assert world.api.failing_polls == []
        assert world.api.webhook_dropped == (1 if failure.status == 409 else 0)

    play(scene, before=lambda api: api.failing_polls.append(failure))


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", "null", '{"ok": true}', '{"ok": true, "result": 7}', '{"ok": true, "result": [1, {}]}', '{"ok": false}'])
def test_polling_goes_on_after_any_answer_that_is_none(play: Callable[..., None], body: str) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "你好")
        await world.replies(ANNA)
        assert world.api.strange_polls == []

    play(scene, before=lambda api: api.strange_polls.append(body))


@pytest.mark.parametrize("token", ["1:wrong", "has space", "../../etc", "１２３：甲乙"])
def test_a_wrong_token_is_one_clear_line_and_the_rest_goes_on(play: Callable[..., None], token: str) -> None:
    async def scene(world: World) -> None:
        await until(lambda: world.telegram.condition == "off")
        assert world.api.offsets == []

    with structlog.testing.capture_logs() as logs:
        play(scene, token=token)
    lines = [entry for entry in logs if entry["event"] == "telegram_off"]
    assert len(lines) == 1
    assert "令牌" in lines[0]["problem"] or "TELEGRAM_BOT_TOKEN" in lines[0]["problem"]
    assert token not in lines[0]["problem"]


def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(SettingsError, match="TELEGRAM_API_BASE_URL"):
        connect(TOKEN, "api.telegram.org")


def test_neither_the_token_nor_what_residents_say_reaches_a_log(play: Callable[..., None], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "低保要什么材料")
        await world.replies(ANNA, 2)

    with caplog.at_level(0):
        play(scene, before=lambda api: api.failing_polls.append(Failure(500, "低保")))
    captured = capfd.readouterr()
    for place in (caplog.text, captured.out, captured.err):
        assert TOKEN not in place
        assert "材料" not in place


def test_a_resident_who_blocked_the_bot_becomes_a_dead_letter_and_others_are_answered(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        world.api.failing_chats[ANNA] = [Failure(403, "Forbidden: bot was blocked by the user")] * 5
        await world.api.say(ANNA, "谢谢")
        await world.api.say(BO, "谢谢")
        await world.replies(BO)
        await until(lambda: _counts(world)["dead"] >= 1)
        assert world.api.to(ANNA) == []

    play(scene)


def test_a_chat_told_to_wait_gets_its_reply_later_and_others_do_not_wait(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        world.api.failing_chats[ANNA] = [Failure(429, "Too Many Requests", {"retry_after": 2})]
        await world.api.say(ANNA, "谢谢")
        await until(lambda: world.api.failing_chats[ANNA] == [])
        refused_at = time.monotonic()
        await world.api.say(BO, "谢谢")
        await world.replies(BO)
        assert world.api.to(ANNA) == []
        await world.replies(ANNA)
        assert world.api.to(ANNA)[0].at - refused_at > 1.8

    play(scene)


def test_words_go_out_bare_where_the_server_does_not_take_the_tags(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        world.api.failing_chats[ANNA] = [Failure(400, "Bad Request: can't parse entities: unsupported start tag")]
        await world.api.say(ANNA, "谢谢")
        await world.replies(ANNA)
        assert "parse_mode" not in world.api.to(ANNA)[0].form

    play(scene)


def test_a_chat_gets_at_most_one_message_a_second(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "/start")
        await world.replies(ANNA, 2)
        first, second = world.api.to(ANNA)[:2]
        assert second.at - first.at >= 1.0

    play(scene)


def test_what_staff_write_arrives_without_the_poller_having_a_part_in_it(play: Callable[..., None]) -> None:
    async def scene(world: World) -> None:
        await world.api.say(ANNA, "谢谢")
        await world.replies(ANNA)
        await until(lambda: _counts(world)["waiting"] == 0)
        before = len(world.api.to(ANNA))
        await asyncio.to_thread(_push, world, "工作人员说的话")
        assert (await world.replies(ANNA, before + 1))[-1] == "工作人员说的话"

    play(scene)


def test_of_two_processes_one_polls_and_the_other_takes_over(sqlite: Database, knowledge: Knowledge, keys: Keys) -> None:
    async def scene() -> None:
        async with bot_api() as api:
            reception = Reception(sqlite, AwayReader(), lambda: knowledge, keys.hashes, clock)
            both = [Telegram(token=TOKEN, api=api.url, reception=reception, database=sqlite, clock=clock) for _ in range(2)]
            running = [asyncio.create_task(telegram.run()) for telegram in both]
            await api.say(ANNA, "谢谢")
            await until(lambda: api.to(ANNA))
            await asyncio.sleep(0.5)
            assert api.most_pollers == 1
            holder = next(telegram for telegram in both if telegram.condition == "on")
            await holder.close()
            await api.say(BO, "谢谢")
            await until(lambda: api.to(BO))
            for telegram in both:
                await telegram.close()
            await asyncio.gather(*running)
            reception.close()
            with sqlite.read() as connection:
                assert connection.scalar(select(func.count()).select_from(leases.leases)) == 0

    asyncio.run(scene())


def test_no_update_that_telegram_could_send_makes_reading_it_raise() -> None:
    messages: list[dict[str, Any]] = [
        message(ANNA), message(ANNA, text=""), message(ANNA, text="   "), message(ANNA, text="/"), message(ANNA, text="\ud800"),
        message(ANNA, contact={"phone_number": "8613800138000", "first_name": "x"}),
        message(ANNA, contact={"phone_number": "13800138000", "first_name": "x"}),
        message(ANNA, dice={"emoji": "🎲", "value": 3}), message(ANNA, text="/start ref_1"), message(ANNA, text="/START@jinnuan_bot"),
    ]
    found = [incoming(_update(message=item)) for item in messages]
    assert [[item.kind for item in items] for items in found] == [
        ["other"], ["text"], ["text"], ["text"], ["text"], ["text"], ["text"], ["sticker"], ["start"], ["start"],
    ]
    assert [items[0].text for items in found[5:7]] == ["+8613800138000", "13800138000"]
    query = {"id": "1", "from": person(ANNA), "chat_instance": "1"}
    assert incoming(_update(callback_query=query)) == []
    assert incoming(_update(callback_query={**query, "data": "3:yes", "inline_message_id": "x"}))[0].address == str(ANNA)
    gone = {**query, "data": "3:yes", "message": {"message_id": 1, "date": 0, "chat": {"id": ANNA, "type": "private"}}}
    assert incoming(_update(callback_query=gone))[0].button == "3:yes"
    assert incoming(_update()) == []
    assert incoming(_update(channel_post=message(-7, chat_type="channel", text="x"))) == []


def _update(**parts: Any) -> Update:
    return Update.de_json({"update_id": 5, **parts}, None)


def _counts(world: World) -> dict[str, int]:
    with world.database.read() as connection:
        return outbox.counts(connection)


def _push(world: World, words: str) -> None:
    conversation_id = world.reception.find_conversation("telegram", str(ANNA))
    assert conversation_id is not None
    with world.database.write() as connection:
        conversation = conversations.get(connection, conversation_id)
        outbox.add(connection, conversation.id, "telegram", {"text": words, "buttons": [], "footnote": ""}, clock())
