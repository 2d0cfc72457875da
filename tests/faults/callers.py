# SPDX-License-Identifier: BSL-1.0
"""Connections that are no part of the crowd."""
import socket
import subprocess
import sys


def connect(port, small=False):
    one = socket.socket()
    if small:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.settimeout(20)
    one.connect(("127.0.0.1", port))
    return one


def reset(one):
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    one.close()


READERS = """
import select, socket, sys
all = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(int(sys.argv[2]))]
print("in", flush=True)
while all:
    for one in select.select(all, [], [])[0]:
        if not one.recv(65536):
            all.remove(one)
"""


class Readers:
    """Members that only read, in a process of their own, so that it can be stopped and killed."""

    def __init__(self, port, count):
        self.process = subprocess.Popen([sys.executable, "-c", READERS, str(port), str(count)], stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"in\n"

    def signal(self, number):
        self.process.send_signal(number)

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
