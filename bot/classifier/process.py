"""Runs the NLU service as a child of this program: one per machine, in its own session, gone when its parent is."""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import aiohttp
import structlog

from bot.errors import JinnuanError

log = structlog.get_logger()
LOOPBACK = "127.0.0.1"
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
START_SECONDS = 180.0
"""A service that has not answered by then never will."""
SILENCE_SECONDS = 30.0
"""A service that answered and then is silent for so long hangs."""
STOP_SECONDS = 5.0
LARGEST_LOG = 5_000_000
_LAUNCHER = Path(__file__).with_name("child.py")
_STATUS_TIMEOUT = aiohttp.ClientTimeout(total=2.0)


class Process:
    """Starts, restarts and stops the service. Another program on this machine that runs one already is used instead."""

    def __init__(
        self, command: Callable[[int], Sequence[str]], *, folder: Path, workplace: Path, first_pause: float = FIRST_PAUSE_SECONDS,
        start_seconds: float = START_SECONDS, silence_seconds: float = SILENCE_SECONDS,
    ) -> None:
        """`command` gives the command line for a port; `folder` is where port, lock and log lie."""
        self._command = command
        self._port_file = folder / "nlu.port"
        self._lock_file = folder / "nlu.lock"
        self._log_file = folder / "logs" / "nlu.log"
        self._workplace = workplace
        self._first_pause = first_pause
        self._start_seconds = start_seconds
        self._silence_seconds = silence_seconds
        self._lock: IO[str] | None = None
        self._child: asyncio.subprocess.Process | None = None

    def url(self) -> str | None:
        """Where the service answers; None while none does.

        A port file without anybody behind it is a leftover, and whoever listens there now must not get residents' words.
        """
        if not self._somebody_runs_it():
            return None
        try:
            port = int(self._port_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
        return f"http://{LOOPBACK}:{port}"

    async def run(self) -> None:
        """Keep the service running until cancelled; pauses grow while it keeps ending."""
        pause = self._first_pause
        try:
            while True:
                if self._take_lock():
                    lived = await self._one_life()
                    pause = self._first_pause if lived > LONGEST_PAUSE_SECONDS else min(pause * 2, LONGEST_PAUSE_SECONDS)
                    log.warning("nlu_ended", lived=round(lived), next_start_in=pause)
                await asyncio.sleep(pause)
        finally:
            await self.stop()

    async def stop(self) -> None:
        """End the child, politely first, and give the lock back."""
        child, self._child = self._child, None
        if child is not None and child.returncode is None:
            _signal(child, signal.SIGTERM)
            try:
                await asyncio.wait_for(child.wait(), STOP_SECONDS)
            except TimeoutError:
                _signal(child, signal.SIGKILL)
                await child.wait()
        if self._lock is not None:
            self._port_file.unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def _somebody_runs_it(self) -> bool:
        try:
            with self._lock_file.open(encoding="ascii") as handle:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _take_lock(self) -> bool:
        """Whether this program is the one that runs the service."""
        if self._lock is not None:
            return True
        self._lock_file.parent.mkdir(parents=True, exist_ok=True)
        handle = self._lock_file.open("a+", encoding="ascii")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._port_file.unlink(missing_ok=True)
        self._lock = handle
        return True

    async def _one_life(self) -> float:
        """One life of the child; returns how many seconds it lasted, 0 if it could not even start."""
        port = free_port()
        started = asyncio.get_running_loop().time()
        try:
            child = self._child = await self._start(port)
        except (OSError, JinnuanError) as error:
            log.error("nlu_not_started", problem=str(error))
            return 0.0
        watching = asyncio.create_task(self._watch(child, port))
        try:
            await child.wait()
        finally:
            watching.cancel()
            self._port_file.unlink(missing_ok=True)
        return asyncio.get_running_loop().time() - started

    async def _start(self, port: int) -> asyncio.subprocess.Process:
        command = list(self._command(port))
        with _opened_log(self._log_file) as output:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-I", str(_LAUNCHER), str(os.getpid()), *command, cwd=self._workplace, stdout=output, stderr=output,
                stdin=asyncio.subprocess.DEVNULL, start_new_session=True, env=clean_environment(),
            )

    async def _watch(self, child: asyncio.subprocess.Process, port: int) -> None:
        """Give the port away once the service answers; end a service that does not answer any more."""
        now = asyncio.get_running_loop().time
        silent_until = now() + self._start_seconds
        ready = False
        async with aiohttp.ClientSession(timeout=_STATUS_TIMEOUT) as session:
            while now() < silent_until:
                if await _answers(session, port):
                    if not ready:
                        self._port_file.write_text(str(port), encoding="ascii")
                        log.info("nlu_ready", port=port)
                    ready = True
                    silent_until = now() + self._silence_seconds
                await asyncio.sleep(min(5.0, self._silence_seconds / 4) if ready else 0.2)
        log.error("nlu_hangs", port=port)
        _signal(child, signal.SIGKILL)


async def _answers(session: aiohttp.ClientSession, port: int) -> bool:
    try:
        async with session.get(f"http://{LOOPBACK}:{port}/status") as response:
            return response.status < 500
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


def _signal(child: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """Send a signal to the child and whatever it started: it leads a session of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def _opened_log(file: Path) -> IO[bytes]:
    """The log, open at its end; the previous one is kept beside it once it has grown large."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.exists() and file.stat().st_size > LARGEST_LOG:
        file.replace(file.with_suffix(".log.1"))
    return file.open("ab")


def clean_environment() -> dict[str, str]:
    """What the service and its training need of the environment: none of the program's secrets."""
    wanted = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in wanted if name in os.environ}
    kept.update({name: value for name, value in os.environ.items() if name.startswith(("OPENBLAS_", "OMP_"))})
    return {**kept, "RASA_TELEMETRY_ENABLED": "false"}


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
