"""A forwarder between a browser and a node, whose line a test cuts, slows down and counts."""

import asyncio
import itertools
import os
import socket
import threading


class Relay:
    """Forwards connections to a port of a node.

    `source` is the loopback address from which the node sees them come: the node limits residents by address, so each
    relay is another visitor.
    """

    def __init__(self, target, source="127.0.0.1"):
        self.target, self.source = target, source
        self.port = free_port()
        self.up = self.down = 0
        self.rate = None
        self._server, self._open = None, set()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.heal()

    def cut(self):
        """Ends every connection, and takes no new one."""
        self._call(self._cut())

    def heal(self):
        """Takes connections again, at full speed."""
        self.rate = None
        self._call(self._heal())

    def slow(self, rate):
        """From now on, at most so many bytes a second pass upwards on each connection."""
        self.rate = rate

    def close(self):
        self.cut()
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _call(self, work):
        asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _heal(self):
        if self._server is None:
            self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def _cut(self):
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _end(self):
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, reader, writer):
        self._open.add(writer)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target, local_addr=(self.source, 0))
        except OSError:
            self._open.discard(writer)
            writer.transport.abort()
            return
        self._open.add(back)
        ways = [asyncio.ensure_future(self._copy(reader, back, True)),
                asyncio.ensure_future(self._copy(there, writer, False))]
        await asyncio.wait(ways)
        for end in (writer, back):
            self._open.discard(end)
            end.transport.abort()

    async def _copy(self, reader, writer, is_up):
        try:
            while data := await reader.read(16384):
                if is_up:
                    self.up += len(data)
                    if self.rate:
                        await asyncio.sleep(len(data) / self.rate)
                else:
                    self.down += len(data)
                writer.write(data)
                await writer.drain()
            writer.write_eof()
        except (OSError, asyncio.IncompleteReadError):
            writer.transport.abort()


# Below the ports that the system gives to outgoing connections, so that none of them takes one meanwhile.
_ports = itertools.count(21_200 + os.getpid() * 61 % 8_000)


def free_port():
    """A port of loopback that nobody uses now, another one each time."""
    for port in _ports:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
