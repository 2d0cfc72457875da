# SPDX-License-Identifier: BSL-1.0
"""A server that is told to go, or killed, while all talk."""
import os
import re
import subprocess
import tempfile
import time
import unittest

from fault_rig import Crowd, Rig, Server, connect, eventually, figure, written

CLIENT = os.environ["CHATROOM_CLIENT"]


class Talker:
    """Our client as a filter that comes back by itself; what it prints goes to files."""

    def __init__(self, port, number):
        self.number, self.typed = number, 0
        self.out, self.err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([CLIENT, "--reconnect", f"127.0.0.1:{port}"], stdin=subprocess.PIPE, stdout=self.out,
                                        stderr=self.err, text=True)

    def type(self):
        self.process.stdin.write(f"talker {self.number} word {self.typed}\n")
        self.process.stdin.flush()
        self.typed += 1

    def own(self):
        """The numbers of its own words that came back, as they came."""
        return [int(n) for n in re.findall(rf"^\S+ talker {self.number} word (\d+)$", written(self.out), re.M)]

    def told(self):
        return written(self.err)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for one in (self.process.stdin, self.out, self.err):
            try:
                one.close()
            except BrokenPipeError:
                pass


class Ends(unittest.TestCase):
    def test_what_was_accepted_before_a_sigterm_reaches_every_member_within_the_drain_time(self):
        server = Server("--rate", "0", "--drain", "10s", "--send-buffer", "4K")
        crowd = Crowd(server.port)
        crowd.live(5)
        # One that reads nothing until the server is told to go, and is owed more than the sockets between them hold.
        late = connect(server.port, small=True)
        own = "{}:{}".format(*late.getsockname()).encode()
        late.sendall(b"late\n")
        eventually(lambda: any(text == "late" for _, text in crowd.members[0].heard), "the late reader is in")
        flood = connect(server.port)
        flood.sendall(b"".join(b"%d" % n + b"x" * 100 + b"\n" for n in range(5000)))
        eventually(lambda: sum(text.endswith("xxx") for _, text in list(crowd.members[0].heard)) == 5000, "the flood is heard")
        start = time.monotonic()
        server.signal(15)
        eventually(lambda: not any(one.open for one in crowd.members), "all see the end")
        owed = b""
        while piece := late.recv(65536):
            owed += piece
        while flood.recv(65536):
            pass  # it is owed its own words
        self.assertEqual(server.process.wait(15), 0)
        took = time.monotonic() - start
        figure("drained in", f"{took:.2f} s, {len(owed) >> 10} KiB owed to one that had read nothing")
        self.assertLess(took, 10, "it had to insist")
        words = [crowd.words(one) for one in crowd.members]
        heard = [(label, text) for label, text in crowd.members[0].heard]
        crowd.close()
        late.close()
        flood.close()
        server.end()
        self.assertGreater(len(words[0]), 8)
        for i, one in enumerate(crowd.members):
            self.assertEqual(words[i], words[0])
            said = [text for label, text in words[0] if label == one.label]
            self.assertEqual(said, [f"{i} says {n}" for n in range(len(said))])
            self.assertGreaterEqual(len(said), one.echoed)
        lines = owed.decode().split("\n")
        self.assertEqual(lines[-3:], ["*", "the room is closing", ""])
        late_heard = list(zip(lines[0:-3:2], lines[1:-3:2]))
        at = heard.index((own.decode(), "late"))
        late_at = late_heard.index((own.decode(), "late"))
        self.assertGreater(len(heard) - at, 5000)
        self.assertEqual(late_heard[late_at:], heard[at:])

    def test_after_a_kill_all_can_come_back_to_the_same_port(self):
        server = Server()
        crowd = Crowd(server.port)
        crowd.live(5)
        server.kill()
        server.process.stdout.close()
        start = time.monotonic()
        eventually(lambda: not any(one.open for one in crowd.members), "all see the end")
        crowd.close()
        with Rig(port=server.port) as again:
            figure("all talk again after", f"{time.monotonic() - start:.2f} s")
            self.assertEqual(again.server.port, server.port)

    def test_clients_that_reconnect_come_back_after_a_kill_and_lose_nothing_that_was_typed(self):
        server = Server()
        talkers = [Talker(server.port, number) for number in range(5)]
        for one in talkers:
            self.addCleanup(one.end)
        for count in range(20):
            for one in talkers:
                one.type()
            time.sleep(0.02)  # as fast as somebody types, so that some are under way when it is killed
            if count == 10:
                eventually(lambda: all(one.own() for one in talkers), "all are in")
        server.kill()
        killed = time.monotonic()
        for _ in range(20):
            for one in talkers:
                one.type()
        eventually(lambda: all("next attempt in" in one.told() for one in talkers), "all see the end")
        with Rig(port=server.port):
            for one in talkers:
                one.type()
            eventually(lambda: all(len(one.own()) >= one.typed for one in talkers), "all comes back", 60)
            figure("clients back, with all they had to say, after", f"{time.monotonic() - killed:.1f} s")
            for one in talkers:
                one.process.stdin.close()
                self.assertEqual(one.process.wait(20), 0)
                self.assertEqual(one.own(), list(range(41)))


if __name__ == "__main__":
    unittest.main()
