# SPDX-License-Identifier: BSL-1.0
"""What operates a server: metrics, proxies, SIGHUP, a terminal that goes."""
import http.client
import os
import pty
import re
import signal
import socket
import subprocess
import tempfile
import unittest

from harness import SERVER, Peer, Server, eventually


def get(port, path, before=b"", **fields):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        one.sendall(before + f"GET {path} HTTP/1.1\r\nHost: localhost\r\n".encode() +
                    "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode() + b"\r\n")
        answer = http.client.HTTPResponse(one)
        answer.begin()
        return answer.status, answer.read().decode()


def has_metrics():
    with Server() as server:
        return get(server.port, "/metrics")[0] == 200


def values(text):
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


def until(server, word):
    """The lines of the log up to the one with the word."""
    lines = []
    while word not in (line := server.process.stderr.readline()):
        assert line, lines
        lines.append(line)
    return lines + [line]


class Metrics(unittest.TestCase):
    def test_what_has_happened_is_counted(self):
        if not has_metrics():
            self.skipTest("built without prometheus-cpp or the web")
        with Server("--udp", "127.0.0.1:0", "--room", "hall", "--room", "den") as server:
            with Peer(server.port) as ann, Peer(server.port) as bob:
                ann.enter()
                bob.enter()
                bob.say(b"/join nowhere\n")
                eventually(lambda: values(get(server.port, "/metrics")[1])['chatroom_members{transport="tcp"}'] == "2")
                status, text = get(server.port, "/metrics")
                now = values(text)
                for name, value in {'chatroom_received_messages_total{transport="tcp"}': "2",
                                    'chatroom_room_messages_total{room="hall"}': "2",
                                    'chatroom_room_members{room="den"}': "0",
                                    'chatroom_members{transport="udp"}': "0",
                                    "chatroom_rooms": "3",
                                    "chatroom_joined_total": "2",
                                    "chatroom_errors_total": "0"}.items():
                    self.assertEqual(now[name], value, name)
                self.assertGreater(float(now['chatroom_sent_bytes_total{transport="tcp"}']), 40)
                self.assertGreater(float(now["chatroom_flush_seconds_count"]), 0)
                self.assertEqual(now['chatroom_flush_seconds_bucket{le="+Inf"}'], now["chatroom_flush_seconds_count"])
                self.assertIn('chatroom_build_info{version="', text)
                self.assertNotIn("nowhere", text)  # what members make is no label
            eventually(lambda: values(get(server.port, "/metrics")[1])['chatroom_members{transport="tcp"}'] == "0")
            now = values(get(server.port, "/metrics")[1])
            ends = [now[f'chatroom_left_total{{reason="{one}"}}'] for one in ("end_of_file", "reset")]
            self.assertEqual(sum(map(int, ends)), 2)
            self.assertEqual(get(server.port, "/metrics", Via="1.1 elsewhere")[0], 404)


class Proxies(unittest.TestCase):
    def test_members_behind_a_proxy_have_their_own_addresses(self):
        with Server("--proxy-from", "127.0.0.1", "--deny", "192.0.2.0/24") as server:
            with Peer(server.port) as ann, Peer(server.port) as bob:
                ann.say(b"PROXY TCP4 198.51.100.7 127.0.0.1 4711 9001\r\nhello\n")
                self.assertEqual(ann.hear(), ("198.51.100.7:4711", "hello"))
                bob.say(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 9001\r\nhello\n")
                self.assertEqual(bob.hear(), ("*", "you may not come in from your address"))
            self.assertEqual(get(server.port, "/healthz", b"PROXY TCP4 198.51.100.7 127.0.0.1 1 2\r\n")[0], 404)
            self.assertIn("198.51.100.7:4711", server.stop()[1])


class Reloading(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.config = f"{directory.name}/server.conf"
        self.page = f"{directory.name}/page.html"
        self.bans = f"{directory.name}/bans"

    def write(self, rate=20, level="info", page="old"):
        with open(self.page, "w") as file:
            file.write(f"<!doctype html><p>{page}")
        with open(self.config, "w") as file:
            file.write(f"rate = {rate}\nlog-level = {level}\npage = {self.page}\nbans = {self.bans}\n")

    def test_sighup_applies_what_can_change_and_names_what_can_not(self):
        self.write()
        with Server("--config", self.config) as server, Peer(server.port) as ann:
            ann.enter()
            served, body = get(server.port, "/")
            self.write(rate=30, page="new")
            with open(self.bans, "w") as file:
                file.write("127.0.0.1\tnever\troot\tenough\n")
            server.process.send_signal(signal.SIGHUP)
            told = "".join(until(server, "restart"))
            self.assertIn("bans in force: 1", told)
            self.assertIn("changed, but only a restart applies it: rate\n", told)
            if served == 200:
                self.assertEqual((body, get(server.port, "/")[1]), ("<!doctype html><p>old", "<!doctype html><p>new"))
            ann.say(b"still here\n")
            self.assertEqual(ann.hear()[1], "still here")
            with Peer(server.port) as banned:
                banned.say(b"hello\n")
                self.assertEqual(banned.hear(), ("*", "you are banned for good: enough"))
            self.write(rate="five")
            server.process.send_signal(signal.SIGHUP)
            self.assertIn("nothing is changed", until(server, "SIGHUP")[-1])
            with open(self.bans, "w") as file:
                file.write("nonsense\n")
            self.write()
            server.process.send_signal(signal.SIGHUP)
            self.assertIn(f"left as it was: {self.bans}:1", "".join(until(server, "left as it was")))
            os.remove(self.page)
            os.mkfifo(self.page)  # to open it would wait for a writer
            server.process.send_signal(signal.SIGHUP)
            self.assertIn("page", until(server, "nothing is changed")[-1])
            self.assertEqual(server.stop()[0], 0)

    def test_a_terminal_that_goes_takes_the_server_with_it(self):
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(SERVER, [SERVER, "--tcp", "127.0.0.1:0"])
        told = b""
        while not (found := re.search(rb"listening tcp .*:(\d+)\r\n", told)):
            told += os.read(terminal, 4096)
        with Peer(int(found.group(1))) as ann:
            ann.enter()
            os.kill(pid, signal.SIGHUP)  # the terminal is there
            while b"SIGHUP" not in told:
                told += os.read(terminal, 4096)
            ann.say(b"still here\n")
            self.assertEqual(ann.hear()[1], "still here")
            os.close(terminal)
            self.assertEqual(ann.hear(), ("*", "the room is closing"))
            self.assertIsNone(ann.line())
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0)


if __name__ == "__main__":
    unittest.main()
