# SPDX-License-Identifier: BSL-1.0
"""A TCP relay in front of a server, which cuts its connections or swallows what the server sends."""
import select
import socket
import threading

from harness import Accepting


class Relay(Accepting):
    def __init__(self, to):
        self.to = to
        self.swallows = False  # what comes from the server
        self.pairs = []
        self.callers = 0
        self.from_callers = 0  # bytes
        super().__init__()

    def took(self, caller, _):
        try:
            server = socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            return caller.close()
        with self.lock:
            self.pairs.append((caller, server))
            self.callers += 1
        threading.Thread(target=self.carry, args=(caller, server), daemon=True).start()

    def carry(self, caller, server):
        try:
            while True:
                for one in select.select([caller, server], [], [])[0]:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is caller:
                        self.from_callers += len(data)
                        server.sendall(data)
                    elif not self.swallows:
                        caller.sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            self.end(caller, server)
            caller.close()
            server.close()

    @staticmethod
    def end(*sockets):
        for one in sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Every connection, at once."""
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            self.end(*pair)
