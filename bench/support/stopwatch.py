"""A Kinesis that only knows when: it takes every PutRecords at once and notes when each row's answer went out."""
import asyncio
import re
import threading
import time

ROW_TIME = re.compile(rb'"ts":(\d+)')        # the row's own clock, Unix microseconds


def text(word):
    return bytes([0x60 + len(word)]) + word.encode()


ACCEPTED = b"\xa2" + text("SequenceNumber") + b"\x611" + text("ShardId") + text("shardId-0")


def answer(count):
    """CBOR: {"FailedRecordCount": 0, "Records": [{"SequenceNumber": "1", "ShardId": "shardId-0"}, …]}"""
    body = b"\xa2" + text("FailedRecordCount") + b"\x00" + text("Records") + b"\x99" + count.to_bytes(2, "big") + ACCEPTED * count
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-cbor-1.1\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Stopwatch:
    def __init__(self):
        self.latencies_s, self.first_at, self.ready = [], None, threading.Event()
        threading.Thread(target=lambda: asyncio.run(self.serve()), daemon=True).start()
        self.ready.wait()

    def reset(self):
        self.latencies_s, self.first_at = [], None

    async def serve(self):
        server = await asyncio.start_server(self.converse, "127.0.0.1", 0, limit=16 * 1024 * 1024)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        async with server:
            await server.serve_forever()

    async def converse(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await reader.readexactly(int(re.search(rb"(?i)content-length: (\d+)", head)[1]))
                rows = ROW_TIME.findall(body)
                writer.write(answer(body.count(b"PartitionKey")))
                now = time.time()
                self.first_at = self.first_at or now
                self.latencies_s += [now - int(row) / 1e6 for row in rows]
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
