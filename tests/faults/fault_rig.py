# SPDX-License-Identifier: BSL-1.0
"""The real server, healthy members that talk all the time and check what they hear, and the sums at the end."""
import collections
import os
import re
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from callers import Readers, connect, reset  # noqa: F401, for those who use this

SERVER = os.environ["CHATROOM_SERVER"]
SANITIZED = bool(os.environ.get("CHATROOM_SANITIZE"))
LONG = bool(os.environ.get("CHATROOM_FAULTS_LONG"))
LOG_BYTES = 1 << 20
ROOM_TO_BREATHE = 3 << 20  # what an allocator keeps of what was given back


def figure(name, value):
    """A row of docs/reliability.md."""
    print(f"figure: {name}: {value}", file=sys.stderr, flush=True)


def eventually(holds, what, seconds=20):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"it never came true: {what}")
        time.sleep(0.02)


def written(file):
    """What another process has written so far: it writes at the file's offset, which reading must not move."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()


class Server:
    def __init__(self, *options, port=0, stderr=None, under=(), preexec=None, env=None):
        self.log = stderr or tempfile.TemporaryFile("w+")
        # Harm that is done to one shard must not be felt on another: both have members.
        self.process = subprocess.Popen([*under, SERVER, "--tcp", f"127.0.0.1:{port}", "--log-bytes", "1M",
                                         "--connections-per-shard", "0", *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=preexec, env=env)
        self.port = self.listening("tcp")
        self.udp_port = self.listening("udp") if "--udp" in options else None
        self.pid = self.process.pid
        if under:
            with open(f"/proc/{self.pid}/task/{self.pid}/children") as children:
                self.pid = int(children.read().split()[0])

    def listening(self, transport):
        line = self.process.stdout.readline()
        return int(re.fullmatch(rf"listening {transport} .*:(\d+)\n", line).group(1))

    def logged(self):
        return written(self.log)

    def counters(self):
        """What it has counted up to now, by name."""
        lines = self.logged().count("joined=")
        self.signal(signal.SIGUSR1)
        eventually(lambda: self.logged().count("joined=") > lines, "the counters are logged")
        line = next(one for one in reversed(self.logged().splitlines()) if "joined=" in one)
        return collections.defaultdict(int, {name: int(n) for name, n in re.findall(r"(\S+)=(\d+)", line)})

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self, field="VmRSS"):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return int(re.search(rf"{field}:\s+(\d+) kB", status.read()).group(1)) * 1024

    def cpu(self):
        with open(f"/proc/{self.pid}/stat") as stat:
            words = stat.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def signal(self, number):
        os.kill(self.pid, number)

    def end(self):
        """In order; returns its exit code."""
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        self.process.stdout.close()
        self.log.close()
        return self.process.returncode

    def kill(self):
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
            self.process.wait()


class Member:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.label = "{}:{}".format(*self.socket.getsockname())
        self.rest = b""
        self.heard = []  # (label, text), the room's own words left out
        self.said = 0
        self.echoed = 0
        self.open = True

    def read(self):
        try:
            data = self.socket.recv(1 << 18)
        except OSError:
            data = b""
        if not data:
            self.open = False
            return
        *lines, self.rest = (self.rest + data).split(b"\n")
        if len(lines) % 2:  # a label whose text is still to come
            self.rest = lines.pop() + b"\n" + self.rest
        self.heard += [(lines[i].decode(), lines[i + 1].decode()) for i in range(0, len(lines), 2)
                       if lines[i] != b"*"]


class Crowd:
    """Members that all speak, ten times a second each, on a thread of their own. Latency is from a word to its echo."""

    def __init__(self, port, members=8):
        self.members = [Member(port) for _ in range(members)]
        self.selector = selectors.DefaultSelector()
        for one in self.members:
            one.socket.sendall(b"enter\n")
            self.selector.register(one.socket, selectors.EVENT_READ, one)
            while (one.label, "enter") not in one.heard:
                one.read()
                assert one.open, "the server closed the connection"
        self.labels = {one.label for one in self.members}
        self.talking, self.running, self.quiet = True, True, False
        self.slowest = 0.0
        self.sent_at = {}
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        next_word = time.monotonic()
        while self.running:
            for key, _ in self.selector.select(0.01):
                one, before = key.data, len(key.data.heard)
                one.read()
                now = time.monotonic()
                for label, text in one.heard[before:]:
                    if label == one.label and text in self.sent_at:
                        one.echoed += 1
                        self.slowest = max(self.slowest, now - self.sent_at.pop(text))
                if not one.open:
                    self.selector.unregister(one.socket)
            talking = self.talking
            if talking and time.monotonic() >= next_word:
                next_word = max(next_word + 0.1, time.monotonic())
                for i, one in enumerate(self.members):
                    if one.open:
                        self.say(i, one)
            self.quiet = not talking

    def say(self, i, one):
        text = f"{i} says {one.said}"
        self.sent_at[text] = time.monotonic()
        try:
            one.socket.sendall((text + "\n").encode())
            one.said += 1
        except OSError:
            pass

    def words(self, member):
        """What was said in the crowd since all were in."""
        return [it for it in member.heard if it[0] in self.labels and it[1] != "enter"]

    def live(self, words):
        """Waits until everybody still in has said so many words more, a tenth of a second each, and has heard them."""
        goals = [(one, one.echoed + words) for one in self.members]
        eventually(lambda: all(one.echoed >= goal or not one.open for one, goal in goals), "the healthy talk on",
                   30 + words / 10)

    def hush(self):
        self.talking = False
        eventually(lambda: self.quiet, "they fall silent")

    def talk(self):
        self.talking = True

    def close(self):
        self.running = False
        self.thread.join()
        for one in self.members:
            one.socket.close()

    def check(self, cut=0):
        """Everybody heard everything, once, and in one order; but for as many as the harm was meant to cut off."""
        self.hush()
        stay = [one for one in self.members if one.open] if cut else self.members
        labels = {one.label for one in stay}
        said = sum(one.said for one in stay)
        try:
            eventually(lambda: all(sum(label in labels for label, _ in self.words(one)) >= said or not one.open
                                   for one in stay), "everybody hears everything")
            eventually(lambda: not cut or all(self.words(one) == self.words(stay[0]) for one in stay),
                       "the last words of who was cut off are heard by all or by nobody")
        except AssertionError as late:
            raise AssertionError(f"{said} said, heard {[len(self.words(one)) for one in stay]}") from late
        assert all(one.open for one in stay), "a healthy member was cut off"
        assert len(self.members) - len(stay) == cut, f"{len(self.members) - len(stay)} were cut off, not {cut}"
        first = self.words(stay[0])
        for one in stay:
            assert self.words(one) == first, "not the same words in the same order"
        for i, one in enumerate(self.members):
            own = [text for label, text in first if label == one.label]
            owed = one.said if one.open else len(own)
            assert own == [f"{i} says {n}" for n in range(owed)], f"speaker {i}: lost, repeated or reordered"
        assert said > 0
        return said


class Rig:
    """with Rig() as rig: harm rig.server; when the block ends, the healthy must have noticed nothing."""

    def __init__(self, *options, grows=LOG_BYTES, cut=0, **how):
        self.server = Server(*options, **how)
        self.cut = cut
        self.exit_code = 0  # another one is that of a server that has ended
        self.grows = grows + ROOM_TO_BREATHE

    def __enter__(self):
        try:
            self.crowd = Crowd(self.server.port)
        except BaseException:
            self.server.kill()
            raise
        self.crowd.live(2)  # buffers of the first words
        self.descriptors, self.memory = self.server.descriptors(), self.server.memory()
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.exit_code == 0:
                self.settle()
        finally:
            self.crowd.close()
            self.server.kill() if kind else None
        if kind is None:
            assert self.server.end() == self.exit_code, "the server did not end in order"

    def settle(self):
        eventually(lambda: self.server.descriptors() <= self.descriptors, "the descriptors come back", 30)
        said = self.crowd.check(self.cut)
        grown = self.server.memory() - self.memory
        figure("memory grown", f"{grown / 1024:.0f} KiB")
        figure("healthy members' slowest echo", f"{self.crowd.slowest * 1000:.0f} ms of {said} words")
        if not SANITIZED:
            assert grown <= self.grows, f"{grown} bytes more than before"
        Crowd(self.server.port, 2).close()  # it still lets in and serves
