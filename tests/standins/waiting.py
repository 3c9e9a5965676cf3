"""Waits until something became true, and fails the test when it does not."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(condition: Callable[[], Any], seconds: float = 15) -> None:
    """Look at `condition` fifty times a second."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  what is waited for lies outside of this program
            await asyncio.sleep(0.02)
