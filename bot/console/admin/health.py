"""How the program is doing, what could not be sent or answered, and the switch of each channel."""

from typing import Any

from starlette.responses import Response

from bot.answers import hardest_first, reminders
from bot.console.times import TIANJIN
from bot.console.visit import Visit, go
from bot.errors import InputError
from bot.store import alerts, audit, cases, duty, inbound, outbox, staff, switches

PAGE = "/console/health"
HARDEST_SHOWN = 20
CHANNELS = {"web": "网页", "telegram": "Telegram"}
"""Channels that can be switched off, with their names for staff."""
_SHOWN_APART = frozenset({"policy_faults", "nlu", "alert_senders"})


def show(visit: Visit) -> Response:
    """One page, refreshed by itself."""
    report = visit.parts.health()
    senders = report.get("alert_senders")
    with visit.parts.database.read() as connection:
        shown: dict[str, Any] = {
            "sending": outbox.counts(connection), "letters": outbox.dead_letters(connection), "repeats": outbox.repeats(connection),
            "taken_in": inbound.counts(connection), "aside": inbound.those_set_aside(connection),
            "counts": cases.counts(connection, visit.who.scope), "off": switches.all_off(connection), "workers": staff.names(connection),
            "sender_states": alerts.states(connection, senders if isinstance(senders, list) else []),
            "on_duty": len(duty.running(connection, visit.now)),
        }
    more = {name: value for name, value in report.items() if name not in _SHOWN_APART}
    day = visit.now.astimezone(TIANJIN).date()
    return visit.page(
        "console/health.html", nlu=report.get("nlu", ""), more=more, channels=CHANNELS,
        reminders=reminders(visit.knowledge, day), hardest=hardest_first(visit.knowledge, day)[:HARDEST_SHOWN], **shown,
    )


def send_again(visit: Visit) -> Response:
    """A dead letter gets another chance."""
    number = int(visit.request.path_params["letter"])
    with visit.parts.database.write() as connection:
        if number > _LARGEST or not outbox.send_again(connection, number, visit.now):
            raise InputError("这条消息已经重发过，或者不在了。请刷新页面再看")
        audit.append(connection, actor=f"staff:{visit.who.id}", action="sent_again", thing=f"outbox:{number}", now=visit.now)
    return go(PAGE, said="sent_again")


def switch(visit: Visit) -> Response:
    """Switch a channel off, with a reason for residents, or on again."""
    channel, reason, off = visit.request.path_params["channel"], visit.text("reason").strip(), visit.text("off") == "yes"
    if channel not in CHANNELS:
        raise InputError("没有这个渠道。请回到运行状况页重新选")
    if off and not 4 <= len(reason) <= switches.LONGEST_REASON:
        raise InputError(f"停用要写明理由，居民会看到。请写 4 到 {switches.LONGEST_REASON} 个字")
    with visit.parts.database.write() as connection:
        if off:
            sentence = reason if reason.endswith(("。", "！", "？")) else f"{reason}。"
            switches.switch_off(connection, channel, sentence, visit.who.id, visit.now)
        else:
            switches.switch_on(connection, channel)
        action = "channel_off" if off else "channel_on"
        audit.append(connection, actor=f"staff:{visit.who.id}", action=action, thing=f"channel:{channel}", now=visit.now)
    return go(PAGE, said="channel_off" if off else "channel_on")


_LARGEST = 2**31 - 1
"""PostgreSQL counts rows so far; a larger number in an address names none."""
