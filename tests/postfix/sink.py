"""Destinations that serve mail as a run says: an SMTP server for each, in one process.

A session's work begins with its connection and takes `service` seconds, more while the destination is slow; then the end of the
data is answered. While it is down the port is closed.
"""
import asyncio
import time


def finish(start, work, slow):
    """When work of so many seconds is done that begins at `start`; while slow it goes on at a factor-th of its speed."""
    now = start
    for begin, end, factor in slow:
        if now < begin:
            if work <= begin - now:
                return now + work
            work -= begin - now
            now = begin
        if now < end:
            if work * factor <= end - now:
                return now + work * factor
            work -= (end - now) / factor
            now = end
    return now + work


class Destination:
    def __init__(self, plan, port, zero):
        self.plan, self.port, self.zero = plan, port, zero
        self.server = None
        self.sessions = set()

    async def open(self):
        self.server = await asyncio.start_server(self.session, "127.0.0.1", self.port, backlog=1000)

    async def goes_down(self):
        """Refuses connections and breaks those that there are, then is back; each time that the plan says so."""
        for begin, end in self.plan.get("down", []):
            await asyncio.sleep(self.zero + begin - time.time())
            self.server.close()
            for writer in list(self.sessions):
                writer.transport.abort()
            await asyncio.sleep(self.zero + end - time.time())
            await self.open()

    async def session(self, reader, writer):
        self.sessions.add(writer)
        done = self.zero + finish(time.time() - self.zero, self.plan["service"], self.plan.get("slow", []))
        try:
            await self.dialogue(reader, writer, done)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.sessions.discard(writer)
            writer.close()

    @staticmethod
    async def dialogue(reader, writer, done):
        writer.write(b"220 sink ESMTP\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                writer.write(b"250-sink\r\n250 PIPELINING\r\n")
            elif word == b"DATA":
                writer.write(b"354 go on\r\n")
                await reader.readuntil(b"\r\n.\r\n")
                await asyncio.sleep(done - time.time())
                writer.write(b"250 taken\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 ok\r\n")
