"""The real program as a process of its own, which can be killed and started again at the same address."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

from tests.conftest import ROOT
from tests.standins.bot_api import TOKEN

START_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """`python -m bot run` with its data in one folder."""

    def __init__(self, *, data: Path, nlu: str, telegram: str, database: str = "") -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self.kills = 0
        self._process: asyncio.subprocess.Process | None = None
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("JINNUAN_")},
            "JINNUAN_DATA": str(data), "JINNUAN_PORT": str(self.port), "JINNUAN_DATABASE": database, "NLU_URL": nlu,
            "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_BASE_URL": telegram,
        }

    async def start(self) -> None:
        """Start it; it may still be on its way up."""
        with (self.data / "stderr.txt").open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=self._environment, stdout=asyncio.subprocess.DEVNULL, stderr=errors
            )

    async def up(self) -> None:
        """Wait until it answers."""
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient() as client:
            while True:
                with contextlib.suppress(httpx.HTTPError):
                    if (await client.get(f"{self.url}/health/live")).status_code == 200:
                        return
                assert self._process is not None
                assert self._process.returncode is None, (self.data / "stderr.txt").read_text()
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        await self._process.wait()
        self.kills += 1

    async def stop(self) -> None:
        """An orderly stop."""
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
