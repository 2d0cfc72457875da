# SPDX-License-Identifier: BSL-1.0
"""The server over UDP, the classroom's peers over UDP, and a relay that does its worst."""
import random
import re
import select
import signal
import socket
import subprocess
import threading
import time

from harness import SERVER


class UdpServer:
    def __init__(self, *options, at="127.0.0.1:0", log=subprocess.PIPE):
        self.process = subprocess.Popen([SERVER, "--udp", at, *options], stdout=subprocess.PIPE, stderr=log, text=True)
        self.ports = {}
        for _ in range(1 + ("--tcp" in options)):
            transport, port = re.fullmatch(r"listening (tcp|udp) .*:(\d+)\n", self.process.stdout.readline()).groups()
            self.ports[transport] = int(port)
        self.port = self.ports["udp"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        _, log = self.process.communicate(timeout=20)
        return self.process.returncode, log

    def counters(self):
        """What it has counted up to now, by name."""
        self.process.send_signal(signal.SIGUSR1)
        while "joined=" not in (line := self.process.stderr.readline()):
            assert line, "the server is gone"
        return {name: int(value) for name, value in re.findall(r"(\S+)=(\d+)", line)}


class UdpPeer:
    """What the classroom client does: a heartbeat, each text as a datagram, recv(1024)."""

    def __init__(self, port, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(20)
        self.socket.connect((host, port))
        name = self.socket.getsockname()
        self.label = ("[{}]:{}" if ":" in host else "{}:{}").format(*name[:2])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def say(self, text):
        self.socket.send(text if isinstance(text, bytes) else text.encode())

    def hear(self):
        return self.socket.recv(1024).decode()

    def enter(self):
        self.say("#ping#")
        self.say("hello")
        while self.hear() != f"{self.label}\nhello":
            pass
        return self

    def until(self, wanted):
        while self.hear() != wanted:
            pass

    def heard_nothing(self):
        return select.select([self.socket], [], [], 0)[0] == []


class ClassroomUdpServer:
    """Registers who sends #ping#; sends each text to every member with, by mistake, the receiver's own address."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.members = {}
        self.heard = []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        try:
            while True:
                data, address = self.socket.recvfrom(1024)
                text = data.decode()
                self.heard.append(text)
                if text == "#ping#":
                    self.members[address] = time.monotonic()
                    continue
                if text == "/quit":
                    self.members.pop(address, None)
                    continue
                self.members = {a: t for a, t in self.members.items() if time.monotonic() - t <= 10}
                for address in self.members:
                    self.socket.sendto("{}:{}\n{}".format(*address, text).encode(), address)
        except OSError:
            pass


class Relay:
    """Between one peer and the server; loses, doubles and delays datagrams, as a seed has it. It remembers what it let
    through, and what the server sent before it came to harm here."""

    def __init__(self, port, seed, lose=0.0, double=0.0, hold=0.0, lose_pings=0.0):
        self.random = random.Random(seed)
        self.chances = (lose, double, hold)
        self.lose_pings = lose_pings
        self.near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.near.bind(("127.0.0.1", 0))
        self.far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.far.connect(("127.0.0.1", port))
        self.port = self.near.getsockname()[1]
        self.label = "{}:{}".format(*self.far.getsockname())
        self.peer = None
        self.held = []
        self.taken = 0  # datagrams of the peer's that are dealt with
        self.pings = []  # when one was let through
        self.passed_up = []
        self.from_server = []
        self.lost = 0
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.far.shutdown(socket.SHUT_RDWR)
        self.thread.join(20)
        self.near.close()
        self.far.close()

    def run(self):
        try:
            while True:
                for one in select.select([self.near, self.far], [], [])[0]:
                    data, source = one.recvfrom(2048)
                    if one is self.near:
                        self.peer = source
                        self.pass_on(self.up, data)
                        self.taken += 1
                    elif not data:
                        return  # shut down: the server sends no empty datagram
                    else:
                        self.from_server.append(data.decode())
                        self.pass_on(self.down, data)
        except OSError:
            pass

    def up(self, data):
        self.far.send(data)
        if data == b"#ping#":
            self.pings.append(time.monotonic())
        else:
            self.passed_up.append(data.decode())

    def down(self, data):
        self.near.sendto(data, self.peer)

    def pass_on(self, send, data):
        lose, double, hold = self.chances
        if data == b"#ping#":
            return None if self.random.random() < self.lose_pings else send(data)
        if self.random.random() < lose:
            self.lost += 1
            return None
        if self.random.random() < hold:
            return self.held.append((send, data))
        send(data)
        if self.random.random() < double:
            send(data)
        while self.held and self.random.random() < 0.5:
            late, kept = self.held.pop()
            late(kept)
        return None
