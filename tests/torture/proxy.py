"""A small TCP proxy between the program and what it talks to, which can cut, truncate, delay and stall what passes through, and
add to it."""
import random
import select
import socket
import threading
import time


class Proxy:
    """Listens on a free port of the loopback address and passes every connection on to another port."""

    def __init__(self, target_port):
        self.target, self.lock, self.pairs = target_port, threading.Lock(), set()
        self.delay, self.stalled, self.bytes_left, self.refusing, self.over = 0.0, False, None, False, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    # -- what goes wrong --------------------------------------------------------------------------------------------------
    def cut(self):
        """Every connection ends now, with a reset."""
        with self.lock:
            for pair in list(self.pairs):
                self._end(pair)

    def truncate(self, rng: random.Random):
        """After some more bytes, in the middle of whatever they are, every connection ends."""
        self.bytes_left = rng.randrange(1, 20_000)

    def say(self, data: bytes):
        """Everybody on this side hears what the other side never said; only between its messages, so while it is silent."""
        with self.lock:
            for near, _ in self.pairs:
                near.sendall(data)

    def heal(self):
        self.delay, self.stalled, self.bytes_left, self.refusing = 0.0, False, None, False

    def close(self):
        self.over = True
        self.listener.close()
        self.cut()

    # -- passing on -------------------------------------------------------------------------------------------------------
    def _accept(self):
        while not self.over:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                if self.refusing:
                    raise OSError("refusing")
                far = socket.create_connection(("127.0.0.1", self.target), 5)
            except OSError:
                self._reset(near)
                continue
            for one in (near, far):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            pair = (near, far)
            with self.lock:
                self.pairs.add(pair)
            threading.Thread(target=self._carry, args=(pair,), daemon=True).start()

    def _carry(self, pair):
        near, far = pair
        try:
            while True:
                ready, _, _ = select.select([near, far], [], [], 0.2)
                while self.stalled:
                    time.sleep(0.02)
                for one in ready:
                    data = one.recv(65536)
                    if not data:
                        return
                    if self.delay:
                        time.sleep(self.delay)
                    if self.bytes_left is not None:
                        self.bytes_left -= len(data)
                        if self.bytes_left <= 0:
                            (far if one is near else near).sendall(data[: len(data) // 2])
                            self.bytes_left = None
                            threading.Thread(target=self.cut, daemon=True).start()
                            return
                    (far if one is near else near).sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            with self.lock:
                self._end(pair)

    def _end(self, pair):
        self.pairs.discard(pair)
        for one in pair:
            self._reset(one)

    @staticmethod
    def _reset(one):
        try:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        one.close()
