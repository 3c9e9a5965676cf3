"""Starts the service and asks it questions over HTTP: memory, parses per second, median time."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sentences import HOME

HOST = "127.0.0.1"
CLIENTS = 8
PATIENCE = 60
"""Seconds a server may take to start."""


@dataclass(frozen=True)
class Speed:
    """What a running service does."""

    memory_mb: int
    start_seconds: float
    parses_per_second: int
    p50_ms: float
    p95_ms: float


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def memory_mb(process: int) -> int:
    """Resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


def request(text: str, port: int) -> bytes:
    """One parse request as bytes."""
    body = json.dumps({"text": text}).encode()
    head = f"POST /model/parse HTTP/1.1\r\nHost: {HOST}:{port}\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Content-Type: application/json\r\n\r\n" + body


class Client:
    """One connection that stays open; kept small so that it costs the server's machine little."""

    def __init__(self, port: int) -> None:
        """Remember the port; `open` connects."""
        self._port = port

    async def open(self) -> None:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)

    async def ask(self, message: bytes) -> float:
        """Send a request, read the answer; the seconds it took.

        Raises:
            RuntimeError: the answer is not 200.
        """
        started = time.perf_counter()
        self._writer.write(message)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
        await self._reader.readexactly(length)
        if b" 200 " not in head.split(b"\r\n")[0]:
            raise RuntimeError("the service refused a parse")
        return time.perf_counter() - started


async def _work(port: int, messages: Sequence[bytes]) -> list[float]:
    client = Client(port)
    await client.open()
    return [await client.ask(message) for message in messages]


async def ask_all(port: int, messages: Sequence[bytes], clients: int) -> tuple[float, list[float]]:
    """Share the requests among clients; whole time and the time of each."""
    started = time.perf_counter()
    shares = [messages[first::clients] for first in range(clients)]
    times = await asyncio.gather(*(_work(port, share) for share in shares))
    return time.perf_counter() - started, [one for share in times for one in share]


@contextmanager
def service(model: Path) -> Iterator[tuple[int, int, float]]:
    """A running service: port, process, seconds until it answered.

    Raises:
        RuntimeError: it does not start.
    """
    port = free_port()
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "serve.py", "--model", str(model), "--port", str(port)],
        cwd=HOME,
        env=os.environ,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(port):
            if process.poll() is not None or time.monotonic() - started > PATIENCE:
                raise RuntimeError("the service does not start")
            time.sleep(0.1)
        yield port, process.pid, time.monotonic() - started
    finally:
        process.terminate()
        process.wait()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def measure(model: Path, texts: Sequence[str], parses: int = 4000) -> Speed:
    """Serve the model and measure it with these texts."""
    with service(model) as (port, process, start_seconds):
        rounds = [texts[number % len(texts)] for number in range(parses)]
        messages = [request(text, port) for text in rounds]
        asyncio.run(ask_all(port, messages[:400], CLIENTS))
        seconds, _ = asyncio.run(ask_all(port, messages, CLIENTS))
        _, alone = asyncio.run(ask_all(port, messages[:1000], 1))
        slices = statistics.quantiles(alone, n=20)
        return Speed(
            memory_mb=memory_mb(process),
            start_seconds=round(start_seconds, 1),
            parses_per_second=round(parses / seconds),
            p50_ms=round(slices[9] * 1000, 2),
            p95_ms=round(slices[18] * 1000, 2),
        )
