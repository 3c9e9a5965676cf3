"""A way to the database that can be cut and joined again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import make_url


class Proxy:
    """Passes bytes on; `away` drops every connection and takes no new one."""

    def __init__(self, url: str, socket_path: str | None, host: str, port: int) -> None:
        self.url = url
        self._inner = (socket_path, host, port)
        self._open = True
        self._writers: set[asyncio.StreamWriter] = set()

    def away(self) -> None:
        """Cut it."""
        self._open = False
        for writer in list(self._writers):
            writer.transport.abort()

    def back(self) -> None:
        """Join it again."""
        self._open = True

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        if not self._open:
            writer.transport.abort()
            return
        path, host, port = self._inner
        inner_reader, inner_writer = await (asyncio.open_unix_connection(path) if path else asyncio.open_connection(host, port))
        self._writers |= {writer, inner_writer}
        await asyncio.gather(_pass(reader, inner_writer), _pass(inner_reader, writer))
        self._writers -= {writer, inner_writer}


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()


@asynccontextmanager
async def proxy(url: str, folder: Path) -> AsyncIterator[Proxy]:
    """A way to the server at `url`, on a port of its own."""
    inner = make_url(url)
    folder_of_socket = inner.query.get("host")
    port = inner.port or 5432
    path = f"{folder_of_socket}/.s.PGSQL.{port}" if isinstance(folder_of_socket, str) and folder_of_socket.startswith("/") else None
    made = Proxy("", path, inner.host or "127.0.0.1", port)
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0)
    outer = inner.set(host="127.0.0.1", port=server.sockets[0].getsockname()[1], query={})
    made.url = outer.render_as_string(hide_password=False)
    try:
        yield made
    finally:
        made.away()
        server.close()
