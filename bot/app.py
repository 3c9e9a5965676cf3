"""The one place that builds the parts and joins them."""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import structlog
import uvicorn
from rich.console import Console
from starlette.applications import Starlette

from bot.channels import terminal, web
from bot.channels.telegram import Telegram
from bot.channels.telegram.connection import connect
from bot.classifier import Client, ModelReader, Process, load_thresholds
from bot.classifier.client import wait_until
from bot.classifier.reader import meaning
from bot.classifier.training import Models, Trainer
from bot.console import routes as console_routes
from bot.delivery.alerts import AlertPump, AlertSender
from bot.delivery.alerts_http import SmsGateway, SmsSender, WebhookSender
from bot.delivery.alerts_telegram import TelegramGroupSender
from bot.errors import JinnuanError, SettingsError, StoreError
from bot.jobs import EVERY_SECONDS, Alerting, Clockwork, Housekeeping, RetentionKeeper
from bot.knowledge import Knowledge
from bot.publishing import Press, Shelf
from bot.reception import Desk, Reception
from bot.reception.demo import fill as fill_demo
from bot.reception.erasing import Erasing
from bot.reception.learning import Learning
from bot.reception.outreach import Outreach
from bot.reception.whatif import WhatIf, compared, whatif
from bot.settings import ROOT, Settings, fingerprint
from bot.staff import Accounts, Invitations
from bot.store import audit, leases
from bot.store.database import Database
from bot.store.keeper import LeaseKeeper, new_holder
from bot.store.keys import Keys, add_key, drop_old_keys, load_keys, memory_keys
from bot.store.rotation import Rotation
from bot.store.tombstones import Journal
from bot.web import pages
from bot.web.csrf import Csrf
from bot.web.live import Live
from bot.web.security import Security, hosts_of
from bot.web.templating import environment, static_routes

TIANJIN = ZoneInfo("Asia/Shanghai")
NLU_START_SECONDS = 120.0
RECORD_EVERY_SECONDS = 1.0
ALARMS_EVERY_SECONDS = 1.0
NLU_FOLDER = ROOT / "nlu"
TELEGRAM_WORDS = {"connecting": "正在连", "on": "开", "off": "关(令牌不对)"}
log = structlog.get_logger()


def now() -> datetime:
    """The present moment in Tianjin."""
    return datetime.now(TIANJIN)


class Understanding:
    """The language model as this program reaches it: somebody else's service, or a child of our own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.process = None if settings.nlu_url else Process(self._command, folder=settings.data, workplace=NLU_FOLDER)
        self.client = Client(self.url, time.monotonic)
        self.reader = ModelReader(self.client, load_thresholds(NLU_FOLDER / "thresholds.yml"))

    def url(self) -> str | None:
        """Root of the service; None while there is none."""
        return self._settings.nlu_url or (self.process.url() if self.process else None)

    def _command(self, port: int) -> Sequence[str]:
        model = self._settings.models / current_model(self._settings)
        return (str(NLU_FOLDER / ".venv" / "bin" / "python"), "serve.py", "--model", str(model), "--port", str(port))


def _trainer(settings: Settings) -> Trainer:
    return Trainer(
        python=NLU_FOLDER / ".venv" / "bin" / "python", workplace=NLU_FOLDER, models=settings.models, data=NLU_FOLDER / "data",
        held_out=ROOT / "tests" / "nlu",
    )


def current_model(settings: Settings) -> str:
    """File name of the model in service.

    Raises:
        SettingsError: none was trained yet.
    """
    try:
        return (settings.models / "current.txt").read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsError("还没有训练好的语言模型。请先运行 make train") from error


class House:
    """All parts of one running program."""

    def __init__(self, settings: Settings) -> None:
        """Build everything, start nothing.

        Raises:
            JinnuanError: keys, database or policies cannot be used; the text says what to do.
        """
        self.settings = settings
        self.holder = new_holder()
        self.keys = load_keys(settings.key_file)
        self.database = Database(settings.database_url, self.keys.cipher)
        self.database.upgrade()
        files_rule = settings.policies == "files"
        self.shelf = Shelf(settings.policies_folder, lambda: now().date(), None if files_rule else self.database)
        self.press = Press(self.database, self.shelf.current, now, files_rule=files_rule)
        self.understanding = Understanding(settings)
        self.reception = Reception(
            self.database, self.understanding.reader, self.shelf.current, self.keys.hashes, now, journal=settings.erasure_journal,
            site=settings.public_url.rstrip("/"), policy_only=() if settings.telegram_screening else ("telegram",),
        )
        self.reception.erasing.reapply(self.database, self.shelf.current().retention.tombstone_days, now)
        self.desk = Desk(self.database, self.shelf.current, self.keys.hashes, now)
        self.learning = Learning(
            self.database, self.shelf.current, now, trainer=_trainer(settings), models=Models(settings.models, self.understanding.url),
            read=self.understanding.reader.read,
        )
        self.outreach = Outreach(self.database, self.shelf.current, now)
        self.live = Live(self.database)
        self.invitations = Invitations(self.database, Accounts(self.database, now), now)
        self.telegram = self._telegram()
        self.alert_senders = alert_senders(settings)
        self.web = self._web()

    def _telegram(self) -> Telegram | None:
        token = self.settings.telegram_token.get_secret_value()
        if not token:
            return None
        return Telegram(token=token, api=self.settings.telegram_api, reception=self.reception, database=self.database, clock=now)

    def _web(self) -> Security:
        secure = self.settings.site.startswith("https://")
        templates = environment("bot.channels", "bot.console")
        csrf = Csrf(self.keys.form_secret)
        parts: dict[str, Any] = {
            "database": self.database, "knowledge": self.shelf.current, "live": self.live, "templates": templates,
            "clock": now, "csrf": csrf, "secure": secure, "site": self.settings.site,
        }
        self.routes = [
            *static_routes(),
            *web.routes(
                reception=self.reception, nlu=lambda: "up" if self.understanding.client.state == "closed" else "away",
                metrics_token=self.settings.metrics_token.get_secret_value(), **parts,
            ),
            *console_routes(
                desk=self.desk, health=self.health, hashes=self.keys.hashes, take_in=self.reception.receive, press=self.press,
                population=self._population, learning=self.learning, outreach=self.outreach,
                second_factor_required=self.settings.second_factor_required, **parts,
            ),
        ]
        app = Starlette(routes=self.routes, exception_handlers=dict(pages.handlers(templates, self.shelf.current)))
        return Security(app, secure=secure, hosts=self._hosts())

    def _population(self, before: Knowledge, after: Knowledge, day: date) -> WhatIf:
        return compared(self.database, before, after, day)

    def _hosts(self) -> frozenset[str] | None:
        """Names under which pages may be asked for; any where it listens to the network and no public address was set."""
        local = self.settings.host in {"127.0.0.1", "localhost", "::1"}
        return hosts_of(self.settings.site) if self.settings.public_url or local else None

    def note_what_is_in_force(self) -> None:
        """Keep in the audit log which policies and settings are in force, when that changed."""
        in_force = (("policies_in_force", f"policies:{self.shelf.current().version}"), ("settings_in_force", f"settings:{fingerprint(self.settings)}"))
        with self.database.write() as connection:
            for action, thing in in_force:
                audit.append_if_changed(connection, actor="program", action=action, thing=thing, now=now())

    async def keep_the_record(self) -> None:
        """Note every change of policies that was taken up while running."""
        noted = ""
        while True:
            version = self.shelf.current().version
            if version != noted:
                await asyncio.to_thread(self.note_what_is_in_force)
                noted = version
            await asyncio.sleep(RECORD_EVERY_SECONDS)

    def health(self) -> dict[str, object]:
        """What staff see of the program's own state."""
        client = self.understanding.client
        return {
            "nlu": client.condition,
            "policy_faults": [str(fault) for fault in self.shelf.faults],
            "Telegram": TELEGRAM_WORDS[self.telegram.condition] if self.telegram else "关",
            "alert_senders": [sender.name for sender in self.alert_senders],
        }

    def _retention(self) -> RetentionKeeper:
        journal = Journal(self.settings.erasure_journal)
        return RetentionKeeper(self.database, self.shelf.current, self.reception.erasing, journal, self.holder, now)

    def tasks(self) -> dict[str, Coroutine[Any, Any, Any]]:
        """Everything that runs beside the web server, by name."""
        running: dict[str, Coroutine[Any, Any, Any]] = {
            "live": self.live.run(),
            "policies": self.shelf.watch(),
            "desk": self._clockwork("desk", self.desk.watch.look),
            "publishing": self._clockwork("publishing", self.press.by_the_clock),
            "outreach": self._clockwork("outreach", self.outreach.look),
            "record": self.keep_the_record(),
            "reception": self.reception.attend(self.telegram.wake if self.telegram else lambda: None),
            "alarms": self._clockwork("alarms", self._alerting().look, ALARMS_EVERY_SECONDS),
            **{f"alarms.{sender.name}": self._alert_pump(sender).run() for sender in self.alert_senders},
            "housekeeping": Housekeeping(self.database, self.holder, now).run(),
            "retention": self._retention().run(),
        }
        if self.understanding.process is not None:
            running["nlu"] = self.understanding.process.run()
        if self.telegram is not None:
            running["telegram"] = self.telegram.run()
        return running

    def _clockwork(self, name: str, look: Callable[[], object], every: float = EVERY_SECONDS) -> Coroutine[Any, Any, Any]:
        return Clockwork(look, LeaseKeeper(self.database, name, now), name, every).run()

    def _alerting(self) -> Alerting:
        return Alerting(self.database, self.shelf.current, self.desk, now, [sender.name for sender in self.alert_senders])

    def _alert_pump(self, sender: AlertSender) -> AlertPump:
        return AlertPump(sender=sender, database=self.database, knowledge=self.shelf.current, clock=now, site=self.settings.site)

    async def close(self) -> None:
        """Give everything back in order."""
        if self.telegram is not None:
            await self.telegram.close()
        self.reception.close()
        await self.understanding.client.close()
        with contextlib.suppress(JinnuanError), self.database.write() as connection:
            leases.release(connection, self.holder)
        self.database.dispose()


def alert_senders(settings: Settings) -> list[AlertSender]:
    """The ways out of the house that are switched on for alarms.

    Raises:
        SettingsError: one of them cannot work; the text names the variable.
    """
    found: list[AlertSender] = []
    webhook, sms = settings.alert_webhook.get_secret_value(), settings.alert_sms_url.get_secret_value()
    for name, address in (("JINNUAN_ALERT_WEBHOOK", webhook), ("JINNUAN_ALERT_SMS_URL", sms)):
        if address and not address.startswith(("http://", "https://")):
            raise SettingsError(f"环境变量 {name} 应以 http:// 或 https:// 开头。请改正后再启动")
    if webhook:
        found.append(WebhookSender(webhook))
    if settings.alert_telegram_chat:
        if not settings.telegram_token.get_secret_value():
            raise SettingsError("设了 JINNUAN_ALERT_TELEGRAM_CHAT，还要设 TELEGRAM_BOT_TOKEN。请补上，或去掉前一个")
        bot = connect(settings.telegram_token.get_secret_value(), settings.telegram_api)
        found.append(TelegramGroupSender(bot, settings.alert_telegram_chat))
    if sms:
        body = settings.alert_sms_body.get_secret_value()
        if not all(place in sms + body for place in ("{phone}", "{text}")):
            raise SettingsError("JINNUAN_ALERT_SMS_URL 或 JINNUAN_ALERT_SMS_BODY 里要有 {phone} 和 {text}。请补上")
        found.append(SmsSender(SmsGateway(
            sms, body, settings.alert_sms_type, settings.alert_sms_authorization.get_secret_value(), settings.alert_sms_success,
        )))
    return found


def configure_logs(file: Path | None) -> None:
    """Structured logs, one JSON object a line; without a file only warnings, on standard error."""
    processors: list[Any] = [structlog.contextvars.merge_contextvars, structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer(ensure_ascii=False)]
    if file is None:
        structlog.configure(processors, structlog.make_filtering_bound_logger(30), logger_factory=structlog.PrintLoggerFactory(sys.stderr))
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    structlog.configure(processors, logger_factory=structlog.WriteLoggerFactory(file.open("a", encoding="utf-8")))


class _Server(uvicorn.Server):
    """A web server that ends when the program says so and leaves signals to it."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # uvicorn's own is untyped in its stubs
        yield


async def run(settings: Settings) -> None:
    """Start everything and stay until Ctrl-C or a signal.

    Raises:
        JinnuanError: something needed cannot be used; nothing is left running.
    """
    configure_logs(settings.data / "logs" / "jinnuan.log")
    house = House(settings)
    if settings.demo:
        fill_demo(house.database, house.shelf.current(), house.keys.hashes, now)
    server = _Server(uvicorn.Config(house.web, host=settings.host, port=settings.port, log_config=None, access_log=False, timeout_graceful_shutdown=3))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    with _listening(settings) as listener:
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        tasks = {asyncio.create_task(_watched(name, task), name=name) for name, task in house.tasks().items()}
        _welcome(house)
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        house.live.close()
        server.should_exit = True
        await serving
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await house.close()
    Console().print("已停止。", highlight=False)


@contextlib.contextmanager
def _listening(settings: Settings):  # type: ignore[no-untyped-def]  # a socket for as long as the server runs
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError(f"{settings.host}:{settings.port} 被别的程序占着,或不能用。请用 JINNUAN_PORT 换一个端口") from error
    try:
        yield listener
    finally:
        listener.close()


async def _watched(name: str, task: Coroutine[Any, Any, Any]) -> None:
    """Run one part; should it end with an error, the rest goes on and the log says so.

    What nobody foresaw is logged by its kind only, because its text may quote a resident, and the part is not
    begun again: a coroutine runs once, and an operator should look first.
    """
    try:
        await task
    except JinnuanError as problem:
        log.error("part_ended", part=name, problem=str(problem))
    except ExceptionGroup as group:
        log.error("part_ended", part=name, problem=",".join(_kinds(group)))
    except Exception as problem:  # the outer edge of a part
        log.error("part_ended", part=name, problem=type(problem).__name__)


def _kinds(group: ExceptionGroup[Exception]) -> list[str]:
    """The kinds of all errors in a group and in the groups inside it."""
    return [name for item in group.exceptions for name in (_kinds(item) if isinstance(item, ExceptionGroup) else [type(item).__name__])]


def _welcome(house: House) -> None:
    site = house.settings.site
    console = Console()
    rows = [f"居民页       {site}/", f"工作人员     {site}/console"]
    token = house.invitations.first_administrator()
    if token is not None:
        rows.append(f"建管理员     {site}/console/join/{token}  (只能用一次,24 小时内有效)")
    rows.append(f"Telegram     {'开' if house.telegram else '关(设 TELEGRAM_BOT_TOKEN 就开)'}")
    rows.append("语言模型正在载入;这时候菜单、常见问法、找真人都能用。按 Ctrl-C 停止。")
    console.print("\n津暖已启动", style="bold", highlight=False)
    for row in rows:
        console.print("  " + row, highlight=False, soft_wrap=True)


@asynccontextmanager
async def understanding_ready(settings: Settings) -> AsyncIterator[Understanding]:
    """The language model, answering; started (and trained) when none does, and stopped again afterwards.

    Raises:
        JinnuanError: it cannot be had; the text says what to do.
    """
    understanding = Understanding(settings)
    running: asyncio.Task[Any] | None = None
    try:
        if not await understanding.client.answers():
            if understanding.process is None:
                raise SettingsError(f"NLU_URL 指的服务没有应答:{settings.nlu_url}")
            await asyncio.to_thread(_train_if_needed, settings)
            running = asyncio.create_task(understanding.process.run())
            if not await wait_until(understanding.client.answers, NLU_START_SECONDS):
                raise SettingsError(f"语言模型没有启动起来。请看 {settings.data}/logs/nlu.log")
        yield understanding
    finally:
        if running is not None:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        await understanding.client.close()


def _train_if_needed(settings: Settings) -> None:
    if (settings.models / "current.txt").exists():
        return
    python = NLU_FOLDER / ".venv" / "bin" / "python"
    if not python.exists():
        raise SettingsError("还没有 nlu/.venv。请先运行 make setup")
    command = [str(python), "train.py", "--out", str(settings.models)]
    trained = subprocess.run(command, cwd=NLU_FOLDER, stdout=sys.stderr, check=False)  # noqa: S603  our own program
    if trained.returncode:
        raise SettingsError("语言模型没有训练成。请看上面的说明,改好再运行 make train")


async def understand_all(settings: Settings, knowledge: Knowledge, texts: Sequence[str]) -> list[dict[str, Any]]:
    """What each text means, in order."""
    from bot.understanding import clean

    configure_logs(None)
    async with understanding_ready(settings) as understanding:
        return [await meaning(understanding.reader, knowledge, clean(text)) for text in texts]


@asynccontextmanager
async def _visitor(settings: Settings, knowledge: Knowledge) -> AsyncIterator[terminal.Visitor]:
    """A resident at the real engine, on a store in memory."""
    configure_logs(None)
    keys: Keys = memory_keys()
    database = Database("sqlite://", keys.cipher)
    database.upgrade()
    async with understanding_ready(settings) as understanding:
        reception = Reception(database, understanding.reader, lambda: knowledge, keys.hashes, now)
        try:
            yield terminal.Visitor(reception, database, lambda: knowledge)
        finally:
            reception.close()
            database.dispose()


async def chat_lines(
    settings: Settings, knowledge: Knowledge, lines: Iterable[dict[str, Any]], give: Callable[[dict[str, Any]], None]
) -> None:
    """Answer JSON lines one by one."""
    async with _visitor(settings, knowledge) as visitor:
        await terminal.answer_lines(visitor, lines, give)


async def chat_terminal(settings: Settings, knowledge: Knowledge) -> None:
    """A talk in the terminal."""
    console = Console()
    console.print("正在载入语言模型……", style="dim")
    async with _visitor(settings, knowledge) as visitor:
        await terminal.talk(visitor, console)


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[tuple[Database, Keys]]:
    """The database and the keys, for commands beside a running program."""
    keys = load_keys(settings.key_file)
    database = Database(settings.database_url, keys.cipher)
    try:
        database.upgrade()
        yield database, keys
    finally:
        database.dispose()


def rotate_keys(settings: Settings, report: Callable[[str, int], None]) -> str:
    """A new key encrypts from now on, and everything stored is written anew with it; says so to staff.

    May be stopped at any moment and run again. Programs that run meanwhile go on reading and writing.
    """
    keys = load_keys(settings.key_file)
    current = keys.cipher.current
    database = Database(settings.database_url, keys.cipher)
    database.upgrade()
    if not Rotation(database).left(current):  # else a rotation was stopped half-way: that one goes on
        current = add_key(settings.key_file)
    database.dispose()
    rows = Rotation(Database(settings.database_url, load_keys(settings.key_file).cipher)).run(report)
    return f"现在用密钥「{current}」，重新加密了 {rows} 处。旧密钥还留着，旧备份都不用以后，再运行 keys drop-old。"


def drop_keys(settings: Settings) -> str:
    """Take keys with which nothing is encrypted any more out of the key file.

    Raises:
        StoreError: something is still encrypted with an old key.
    """
    keys = load_keys(settings.key_file)
    database = Database(settings.database_url, keys.cipher)
    database.upgrade()
    left = Rotation(database).left(keys.cipher.current)
    if left:
        raise StoreError(f"还有 {left} 处是旧密钥加密的。请先运行 keys rotate，做完再来")
    dropped = drop_old_keys(settings.key_file)
    return f"去掉了旧密钥：{'、'.join(dropped) or '没有旧的'}。用旧密钥做的备份从此读不出来。"


def reapply_erasures(settings: Settings, knowledge: Knowledge) -> int:
    """Erase again what was erased after the backup that the database was restored from."""
    keys = load_keys(settings.key_file)
    database = Database(settings.database_url, keys.cipher)
    database.upgrade()
    return Erasing(keys.hashes, Journal(settings.erasure_journal)).reapply(database, knowledge.retention.tombstone_days, now)


def what_if(settings: Settings, knowledge: Knowledge, overrides: Mapping[str, Decimal]) -> str:
    """A table of what other figures would change for the stored screenings."""
    with opened(settings) as (database, _):
        found = str(whatif(database, knowledge, now().date(), overrides))
        with database.write() as connection:
            audit.append(connection, actor="operator", action="whatif", thing=f"policies:{knowledge.version}", now=now())
    return found
