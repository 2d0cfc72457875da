# SPDX-License-Identifier: BSL-1.0
"""People on a server with names and commands, over TCP and UDP."""
import socket
import subprocess

from datagrams import UdpPeer, UdpServer
from harness import SERVER, Peer

PASSWORD = "correct horse"


def hash_of(password):
    return subprocess.run([SERVER, "--hash-password"], input=password + "\n", capture_output=True, text=True, check=True,
                          timeout=20).stdout.strip()


HASH = hash_of(PASSWORD)


class Both(UdpServer):
    """A server over TCP and UDP, which ends soon and expires nobody."""

    def __init__(self, *options):
        super().__init__("--tcp", "127.0.0.1:0", "--drain", "1s", "--expiry", "10min", *options)
        self.tcp = self.ports["tcp"]


class Person(Peer):
    """Somebody with a name, from an address of loopback."""

    def __init__(self, port, name=None, host="127.0.0.1"):
        self.read = b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(host, 0))
        self.label = "{}:{}".format(*self.socket.getsockname())
        if name:
            self.say(f"/name {name}\n".encode())
            self.expect(f"you are <{name}>", f"{self.label} is now <{name}>")

    def ask(self, line):
        self.say(line.encode() + b"\n")
        return self.hear()

    def answer(self, line):
        sender, text = self.ask(line)
        assert sender == "*", (sender, text)
        return text

    def until(self, *wanted):
        """Hears on until that; what came before."""
        before = []
        while (heard := self.hear()) != wanted:
            assert heard[0] is not None, before
            before.append(heard)
        return before

    def expect(self, *words):
        """Hears on until the server has said all of that: an answer and an event have no order."""
        missing = set(words)
        while missing:
            sender, text = self.hear()
            assert sender, missing
            if sender == "*":
                missing.discard(text)

    def log_in(self, name="boss"):
        self.say(f"/login {name} {PASSWORD}\n".encode())
        self.expect(f"you are <{name}>, and an operator", f"{self.label} is now <{name}>")


class FromElsewhere(UdpPeer):
    def __init__(self, port, host):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.settimeout(20)
        self.socket.bind((host, 0))
        self.socket.connect(("127.0.0.1", port))
        self.label = "{}:{}".format(*self.socket.getsockname())
