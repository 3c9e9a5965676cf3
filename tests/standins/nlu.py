"""A stand-in for the NLU service: Rasa's routes with fixed words, and every way in which such a service may fail.

As a program: `python nlu.py PORT [MODE]`; modes as in `Mode`, and `dies` (ends at once).
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal

from aiohttp import web

Mode = Literal["good", "slow", "garbage", "nested", "shapeless", "unknown", "broken", "wordless"]


class Nlu:
    """The service; `mode` may be changed while it runs."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.mode: Mode = "good"
        self.ranking: list[tuple[str, float]] = [("ask.dibao.documents", 0.9), ("ask.dibao.apply", 0.06), ("oos", 0.04)]
        self.asked: list[str] = []
        self.connections: set[Any] = set()

    async def parse(self, request: web.Request) -> web.Response:
        """POST /model/parse."""
        self.asked.append((await request.json())["text"])
        self.connections.add(request.transport)
        match self.mode:
            case "slow":
                await asyncio.sleep(30)
            case "garbage":
                return web.Response(text="<html>not json", content_type="application/json")
            case "nested":
                return web.Response(text="[" * 200_000, content_type="application/json")
            case "shapeless":
                return web.json_response({"intent_ranking": [{"name": "ask.dibao.amount", "confidence": "NaN"}], "intent": {}})
            case "unknown":
                return web.json_response(_answer([("ask.of.old", 0.9), ("oos", 0.1)]))
            case "broken":
                return web.json_response({"status": "failure"}, status=500)
            case "wordless":
                return web.json_response({"intent": {"name": None, "confidence": 0.0}, "intent_ranking": []})
        return web.json_response(_answer(self.ranking))


def _answer(ranking: list[tuple[str, float]]) -> dict[str, Any]:
    items = [{"name": label, "confidence": confidence} for label, confidence in ranking]
    return {"intent": items[0], "intent_ranking": items, "entities": []}


def application(service: Nlu) -> web.Application:
    """The routes."""
    app = web.Application()
    app.router.add_post("/model/parse", service.parse)
    app.router.add_get("/status", _status)
    return app


async def _status(_request: web.Request) -> web.Response:
    return web.json_response({"model_file": "stand-in"})


@asynccontextmanager
async def nlu() -> AsyncIterator[Nlu]:
    """The service, listening on 127.0.0.1."""
    service = Nlu()
    runner = web.AppRunner(application(service), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield service
    finally:
        await runner.cleanup()


def main() -> None:
    """Run as a program."""
    mode = sys.argv[2] if len(sys.argv) > 2 else "good"
    if mode == "dies":
        sys.exit(3)
    sys.stdout.write("up\n")
    sys.stdout.flush()
    web.run_app(application(Nlu()), host="127.0.0.1", port=int(sys.argv[1]), print=None)


if __name__ == "__main__":
    main()
