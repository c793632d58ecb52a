"""Hands messages to Postfix by SMTP, each at its time."""
import asyncio
import time


class Injector:
    """A pool of SMTP connections; one that is free takes the next message."""

    def __init__(self, port):
        self.port = port
        self.idle = []

    async def hand_over(self, recipient):
        """The queue id that Postfix gave to the message."""
        reader, writer = self.idle.pop() if self.idle else await self.connect()
        writer.write(b"MAIL FROM:<from@sender.test>\r\nRCPT TO:<%s>\r\nDATA\r\n" % recipient.encode())
        for _ in range(3):
            await self.reply(reader, b"23")
        writer.write(b"Subject: x\r\n\r\nx\r\n.\r\n")
        taken = await self.reply(reader, b"2")
        self.idle.append((reader, writer))
        return taken.split()[-1].decode()

    async def connect(self):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        await self.reply(reader, b"2")
        writer.write(b"EHLO injector\r\n")
        await self.reply(reader, b"2")
        return reader, writer

    @staticmethod
    async def reply(reader, good):
        while True:
            line = await reader.readline()
            if line[:1] not in [bytes([c]) for c in good]:
                raise RuntimeError(f"Postfix said {line!r}")
            if line[3:4] != b"-":
                return line


async def inject(port, zero, arrivals):
    """`arrivals`: (seconds, destination), in order; returns queue ids in that order, and the greatest lateness [s]."""
    injector = Injector(port)
    late = 0.0

    async def one(seconds, destination):
        nonlocal late
        await asyncio.sleep(zero + seconds - time.time())
        late = max(late, time.time() - zero - seconds)
        return await injector.hand_over(f"to@{destination}.test")

    ids = await asyncio.gather(*[one(*arrival) for arrival in arrivals])
    for _, writer in injector.idle:
        writer.close()
    return ids, late
