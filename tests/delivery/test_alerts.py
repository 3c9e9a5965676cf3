"""Alarms out of the house, against real HTTP servers: what they carry, and that a dead one delays nobody else."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr

import bot.app
from bot.channels.telegram.connection import connect
from bot.conversation import OpenCase
from bot.delivery import Refused, TryLater
from bot.delivery.alerts import MOST_ATTEMPTS, AlertPump, AlertSender, pause_after
from bot.delivery.alerts_http import SmsGateway, SmsSender, WebhookSender
from bot.delivery.alerts_telegram import TelegramGroupSender
from bot.errors import SettingsError
from bot.knowledge import Knowledge
from bot.reception.carry_out import carry_out
from bot.settings import Settings
from bot.store import alerts, conversations
from bot.store.database import Database
from bot.store.keys import Keys
from tests.conftest import NOW
from tests.standins.bot_api import TOKEN, Failure, bot_api

SITE = "https://jinnuan.example"
WORDS = "我不想活了，住在幸福里 3 号"
SECRET = "geheim-7d1f"


@dataclass
class Gateway:
    """A server that takes what comes; `answers` are given in turn, the last for ever."""

    url: str = ""
    got: list[tuple[str, str, str, dict[str, str]]] = field(default_factory=list)
    """(method, path with query, body, headers) of every request."""
    answers: list[tuple[int, str]] = field(default_factory=lambda: [(200, '{"errcode":0,"errmsg":"ok"}')])
    silent: bool = False

    async def handle(self, request: web.Request) -> web.Response:
        self.got.append((request.method, request.path_qs, await request.text(), dict(request.headers)))
        if self.silent:
            await asyncio.sleep(30)
        status, text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=status, text=text)


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway()
    app = web.Application()
    app.router.add_route("*", "/{any:.*}", made.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        await runner.cleanup()


class Night:
    """An alarm that waits to go out; the clock stands until a test moves it."""

    def __init__(self, database: Database, knowledge: Knowledge, keys: Keys) -> None:
        self.database, self.knowledge, self.now = database, knowledge, NOW
        with database.write() as connection:
            talk = conversations.create(connection, "web", "x", "hash x", NOW)
            carry_out(connection, talk, [OpenCase("JN1", "crisis", ("crisis.self_harm",), {"need": WORDS}, None)], knowledge, keys.hashes, NOW)

    def clock(self) -> datetime:
        return self.now

    def put(self, sender: str, target: str = "") -> None:
        with self.database.write() as connection:
            alert = alerts.all_open(connection)[0]
            alerts.add_send(connection, alert, sender, target, "deputy", self.now)

    def state(self, sender: str) -> alerts.SenderState:
        with self.database.read() as connection:
            return alerts.states(connection, [sender])[sender]

    def pump(self, sender: AlertSender) -> AlertPump:
        return AlertPump(sender=sender, database=self.database, knowledge=lambda: self.knowledge, clock=self.clock, site=SITE)


@pytest.fixture
def night(sqlite: Database, knowledge: Knowledge, keys: Keys) -> Night:
    return Night(sqlite, knowledge, keys)


async def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def running(*pumps: AlertPump) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(pump.run()) for pump in pumps]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def test_the_group_robot_gets_number_colour_link_and_no_word_of_the_resident(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as robot:
            night.put("webhook")
            night.now += timedelta(minutes=4)
            async with running(night.pump(WebhookSender(f"{robot.url}/send?key={SECRET}"))):
                await until(lambda: night.state("webhook").sent_at is not None)
            method, path, body, headers = robot.got[0]
            assert (method, path, len(robot.got)) == ("POST", f"/send?key={SECRET}", 1)
            assert headers["Content-Type"].startswith("application/json")
            said = "【津暖】红色个案 JN1 等人应答，已等 4 分钟。现在请代班应答：https://jinnuan.example/console/cases/JN1"
            assert json.loads(body) == {"msgtype": "text", "text": {"content": said}}
            assert not set(re.findall(r"[\u4e00-\u9fff]{2,}", WORDS)) & set(re.findall(r"[\u4e00-\u9fff]{2,}", body))

    asyncio.run(scene())


def test_a_robot_that_says_two_hundred_and_an_error_code_has_not_taken_it(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as robot:
            robot.answers = [(200, '{"errcode":45009,"errmsg":"api freq out of limit"}'), (500, "x"), (302, ""), (200, '{"errcode":0}')]
            night.put("webhook")
            async with running(night.pump(WebhookSender(robot.url))):
                for tries in (1, 2, 3):
                    await until(lambda tries=tries: len(robot.got) == tries and night.state("webhook").problem != "")  # type: ignore[misc]
                    assert night.state("webhook").waiting == 1
                    await asyncio.sleep(0.2)
                    night.now += timedelta(seconds=61)
                await until(lambda: night.state("webhook").sent_at is not None)
            assert night.state("webhook").problem == ""

    asyncio.run(scene())


def test_what_is_never_taken_ends_as_a_dead_letter_that_says_why_and_quotes_no_secret(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as robot:
            robot.answers = [(403, f"no: {SECRET}")]
            night.put("webhook")
            with night.database.write() as connection:
                connection.execute(alerts.alert_sends.update().values(attempts=MOST_ATTEMPTS - 1))
            async with running(night.pump(WebhookSender(f"{robot.url}/?key={SECRET}"))):
                await until(lambda: night.state("webhook").dead == 1)
            assert night.state("webhook").problem == "对方没有收，回的是 HTTP 403"

    asyncio.run(scene())


def test_a_dead_sender_delays_no_other(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as dead, gateway() as sound:
            dead.silent = True
            for _ in range(5):
                night.put("webhook")
            night.put("sms", "10000000001")
            sms = SmsSender(SmsGateway(sound.url + "/?to={phone}&say={text}"))
            before = time.monotonic()
            async with running(night.pump(WebhookSender(dead.url)), night.pump(sms)):
                await until(lambda: night.state("sms").sent_at is not None)
                assert time.monotonic() - before < 2.0
                assert night.state("webhook").waiting == 5

    asyncio.run(scene())


def test_nobody_at_the_other_end_is_tried_again(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as gone:
            url = gone.url
        night.put("webhook")
        async with running(night.pump(WebhookSender(f"{url}/?key={SECRET}"))):
            await until(lambda: night.state("webhook").problem != "")
        state = night.state("webhook")
        assert state.waiting == 1
        assert "连不上" in state.problem
        assert SECRET not in state.problem

    asyncio.run(scene())


def test_pauses_double_and_are_capped() -> None:
    assert [pause_after(tries) for tries in range(6)] == [2, 4, 8, 16, 32, 60]
    assert pause_after(1_000_000) == 60


@pytest.mark.parametrize(("settings", "method", "path", "body"), [
    ({"url": "{root}/send", "body": '{"to": "{phone}", "text": "{text}", "key": "k"}'}, "POST", "/send", '{"to": "+8610", "text": "说 \\"{phone}\\" 行&行", "key": "k"}'),
    (
        {"url": "{root}/send", "body": "to={phone}&text={text}", "body_type": "application/x-www-form-urlencoded"}, "POST", "/send",
        "to=%2B8610&text=%E8%AF%B4%20%22%7Bphone%7D%22%20%E8%A1%8C%26%E8%A1%8C",
    ),
    ({"url": "{root}/?to={phone}&text={text}"}, "GET", "/?to=%2B8610&text=%E8%AF%B4%20%22%7Bphone%7D%22%20%E8%A1%8C%26%E8%A1%8C", ""),
])
def test_number_and_text_are_escaped_as_their_place_in_the_gateways_form_needs(settings: dict[str, str], method: str, path: str, body: str) -> None:
    async def scene() -> None:
        async with gateway() as sms:
            sender = SmsSender(SmsGateway(**{**settings, "url": settings["url"].replace("{root}", sms.url)}, authorization=f"Bearer {SECRET}"))  # type: ignore[arg-type]
            await sender.send("+8610", '说 "{phone}" 行&行')
            await sender.close()
            got = sms.got[0]
            assert got[:3] == (method, path, body)
            assert got[3]["Authorization"] == f"Bearer {SECRET}"

    asyncio.run(scene())


def test_a_gateway_that_answers_two_hundred_to_everything_is_believed_by_its_words_only() -> None:
    async def scene() -> None:
        async with gateway() as sms:
            sms.answers = [(200, '{"code": "LIMIT"}'), (200, '{"code": "OK"}')]
            sender = SmsSender(SmsGateway(sms.url + "/?to={phone}&text={text}", success='"OK"'))
            with pytest.raises(TryLater, match="短信网关没有收"):
                await sender.send("10", "x")
            await sender.send("10", "x")
            await sender.close()

    asyncio.run(scene())


def test_the_duty_group_in_telegram_gets_it_and_a_group_that_is_gone_is_a_dead_letter(night: Night) -> None:
    async def scene() -> None:
        async with bot_api() as api:
            night.put("telegram")
            async with running(night.pump(TelegramGroupSender(connect(TOKEN, api.url), "-1001"))):
                await until(lambda: night.state("telegram").sent_at is not None)
                assert [(sent.chat, "JN1" in sent.text) for sent in api.sent] == [(-1001, True)]
                api.failing_chats[-1001] = [Failure(429, "slow", {"retry_after": 7}), Failure(403, "kicked")]
                night.put("telegram")
                await until(lambda: night.state("telegram").waiting == 1 and night.state("telegram").problem != "")
                night.now += timedelta(seconds=8)
                await until(lambda: night.state("telegram").dead == 1)
            assert "机器人不在群里" in night.state("telegram").problem

    asyncio.run(scene())


def test_an_answered_alarm_goes_out_no_more(night: Night) -> None:
    async def scene() -> None:
        async with gateway() as robot:
            night.put("webhook")
            with night.database.write() as connection:
                alerts.end(connection, alerts.all_open(connection)[0].id, night.now)
            async with running(night.pump(WebhookSender(robot.url))):
                await asyncio.sleep(1.2)
            assert robot.got == []

    asyncio.run(scene())


@pytest.mark.parametrize(("values", "named"), [
    ({"alert_webhook": "qyapi.weixin.qq.com/x"}, "JINNUAN_ALERT_WEBHOOK"),
    ({"alert_telegram_chat": "-1001"}, "TELEGRAM_BOT_TOKEN"),
    ({"alert_sms_url": "https://sms.example/?to={phone}"}, "{text}"),
])
def test_settings_that_cannot_work_are_refused_at_the_start(values: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(named)):
        bot.app.alert_senders(Settings(**values))  # type: ignore[arg-type]


def test_secrets_of_senders_do_not_print() -> None:
    settings = Settings(alert_webhook=SecretStr(f"https://x/?key={SECRET}"), alert_sms_url=SecretStr(f"https://y/{SECRET}/{{phone}}{{text}}"), alert_sms_authorization=SecretStr(SECRET))
    assert SECRET not in repr(settings)
    assert [sender.name for sender in bot.app.alert_senders(settings)] == ["webhook", "sms"]


def test_a_refusal_is_final(night: Night) -> None:
    class Never:
        name = "webhook"
        text = "group"

        async def send(self, target: str, text: str) -> None:
            raise Refused("不收")

        async def close(self) -> None: ...

    async def scene() -> None:
        night.put("webhook")
        async with running(night.pump(Never())):  # type: ignore[arg-type]
            await until(lambda: night.state("webhook").dead == 1)

    asyncio.run(scene())
