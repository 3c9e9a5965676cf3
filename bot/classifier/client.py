"""Asks the NLU service what a text means, through Rasa's own HTTP API, and stops asking while it is away."""

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
import structlog

from bot.errors import ClassifierError

log = structlog.get_logger()
TIMEOUT_SECONDS = 2.0
FAILURES_UNTIL_OPEN = 3
PROBE_EVERY_SECONDS = 2.0
LONGEST_ASKED = 1_000
"""Characters given to the model; what follows adds nothing to the meaning of a message."""
LARGEST_ANSWER = 1_000_000
_UNUSABLE = (ClassifierError, aiohttp.ClientError, TimeoutError, ValueError, RecursionError, OSError)
"""Every way in which asking may fail; the last but one is what JSON nested without end gives."""

BreakerState = Literal["closed", "open"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """Labels with probabilities, best first; empty for a text without words (emoji only)."""

    ranking: tuple[tuple[str, float], ...]


class Client:
    """One keep-alive client with a breaker: three failures open it; then one probe every two seconds may close it."""

    def __init__(self, url: Callable[[], str | None], clock: Callable[[], float]) -> None:
        """`url` gives the service's root, or None while there is none yet; `clock` counts seconds."""
        self._url = url
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._failures = 0
        self._probe_at = 0.0
        self._answered = False
        self.problem = ""
        """Why the last question got no answer, for staff; empty if it got one or none was asked."""

    @property
    def state(self) -> BreakerState:
        """Whether the service is asked at all."""
        return "open" if self._failures >= FAILURES_UNTIL_OPEN else "closed"

    @property
    def condition(self) -> str:
        """How the service stands right now, in words for staff: 正常 only once it has answered and still does."""
        if self._url() is None:
            return "停了，正在重新启动" if self._answered else "语言模型还在启动"
        return self.problem or ("正常" if self._answered else "还没有问过它")

    async def parse(self, text: str, known: Collection[str] | None = None) -> Parsed:
        """What `text` means. Where `known` labels are given, a model that speaks of others is not believed.

        Raises:
            ClassifierError: the service is away, slow, or answered with something unusable.
        """
        url = self._url()
        if url is None:  # no failure of a service that is there: the breaker stays as it is
            raise ClassifierError("语言模型还在启动")
        if self.state == "open" and self._clock() < self._probe_at:
            raise ClassifierError(self.problem)
        self._probe_at = self._clock() + PROBE_EVERY_SECONDS
        try:
            parsed = _parsed(await self._ask(url, text[:LONGEST_ASKED]))
            if known is not None and any(label not in known for label, _ in parsed.ranking):
                raise ClassifierError("语言模型说的标签不在 policies/labels.yaml 里。请重新训练:make train")
        except _UNUSABLE as error:
            self._failed(error)
            raise ClassifierError(self.problem) from error
        if self._failures:
            log.info("nlu_back")
        self._failures, self._answered, self.problem = 0, True, ""
        return parsed

    async def answers(self) -> bool:
        """Whether the service answers right now; leaves the breaker as it is."""
        url = self._url()
        try:
            well = url is not None and bool(_parsed(await self._ask(url, "你好")).ranking)
        except _UNUSABLE:
            return False
        self._answered = self._answered or well
        return well

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _ask(self, url: str, text: str) -> Any:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        async with self._session.post(f"{url.rstrip('/')}/model/parse", json={"text": text}) as response:
            if response.status != 200:
                raise ClassifierError(f"语言模型回了状态 {response.status}")
            body = await response.content.read(LARGEST_ANSWER)
            while not response.content.at_eof() and len(body) < LARGEST_ANSWER:
                body += await response.content.read(LARGEST_ANSWER)
            return json.loads(body)

    def _failed(self, error: BaseException) -> None:
        self._failures += 1
        self.problem = str(error) if isinstance(error, ClassifierError) else "语言模型没有应答"
        if self._failures == FAILURES_UNTIL_OPEN:
            log.warning("nlu_away", problem=type(error).__name__)


def _parsed(data: Any) -> Parsed:
    """Rasa's answer as `Parsed`.

    Raises:
        ClassifierError: it is not shaped as Rasa shapes it.
    """
    try:
        if data["intent"]["name"] is None:
            return Parsed(())
        items = [(str(item["name"]), float(item["confidence"])) for item in data["intent_ranking"]]
        best = (str(data["intent"]["name"]), float(data["intent"]["confidence"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ClassifierError("语言模型的回答看不懂") from error
    if not all(0.0 <= confidence <= 1.0 for _, confidence in (best, *items)):
        raise ClassifierError("语言模型的回答看不懂")
    rest = sorted((item for item in items if item[0] != best[0]), key=lambda item: -item[1])
    return Parsed((best, *rest))


async def wait_until(answers: Callable[[], Any], seconds: float) -> bool:
    """Ask `answers` four times a second until it says yes; False after `seconds`."""
    for _ in range(int(seconds * 4)):
        if await answers():
            return True
        await asyncio.sleep(0.25)
    return False
