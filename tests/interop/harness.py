# SPDX-License-Identifier: BSL-1.0
"""Starts the programs, and the classroom's peers as the wire's description has them."""
import os
import re
import select
import signal
import socket
import subprocess
import threading
import time

SERVER = os.environ["CHATROOM_SERVER"]
CLIENT = os.environ["CHATROOM_CLIENT"]


class Server:
    def __init__(self, *options, at="127.0.0.1:0", preexec=None):
        self.process = subprocess.Popen([SERVER, "--tcp", at, *options], stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, preexec_fn=preexec)
        line = self.process.stdout.readline()
        self.port = int(re.fullmatch(r"listening tcp .*:(\d+)\n", line).group(1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def stop(self):
        """Ends it in order; returns its exit code and its log."""
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log


class Peer:
    """A raw connection that reads lines."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.create_connection((host, port), timeout=20)
        self.label = "{}:{}".format(*self.socket.getsockname()) if ":" not in host else "[{}]:{}".format(*self.socket.getsockname()[:2])
        self.read = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, data):
        self.socket.sendall(data)

    def line(self):
        while b"\n" not in self.read:
            piece = self.socket.recv(65536)
            if not piece:
                return None
            self.read += piece
        line, self.read = self.read.split(b"\n", 1)
        return line.decode()

    def hear(self):
        return self.line(), self.line()

    def enter(self):
        self.say(b"hello\n")
        while (heard := self.hear()) != (self.label, "hello"):
            assert heard != (None, None), "the server closed the connection"
        return self


def client(port, words, host="127.0.0.1", timeout=20):
    return subprocess.run([CLIENT, f"{host}:{port}"], input=words, capture_output=True, text=True, timeout=timeout)


class ClassroomServer:
    """One recv(1024) is one message; it goes to everybody as ADDRESS:PORT, newline, text, and nothing after it."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.members = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                ready, _, _ = select.select([self.listener, *self.members], [], [])
                for one in ready:
                    if one is self.listener:
                        self.members.append(one.accept()[0])
                        continue
                    data = one.recv(1024)
                    if not data or data.strip() == b"/quit":
                        self.members.remove(one)
                        one.close()
                        continue
                    words = "{}:{}\n{}".format(*one.getpeername(), data.decode()).encode()
                    for member in self.members:
                        member.sendall(words)
        except OSError:
            pass


class ClassroomClient:
    """Sends what is typed with no newline, and takes whatever one recv(1024) returns as a message."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.label = "{}:{}".format(*self.socket.getsockname())

    def say(self, text):
        self.socket.sendall(text.encode())

    def hear(self):
        return self.socket.recv(1024).decode()


class Accepting:
    """Listens on loopback, and hands each caller to took(connection, address); at the end of the block cut()s them."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.RLock()
        self.accepting = threading.Thread(target=self.accept, daemon=True)
        self.accepting.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # close() alone would leave the thread in accept(), and its descriptor to others
        self.accepting.join()
        self.listener.close()
        self.cut()

    def accept(self):
        while True:
            try:
                caller = self.listener.accept()
            except OSError:
                return
            self.took(*caller)


def eventually(holds, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)
