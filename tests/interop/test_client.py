# SPDX-License-Identifier: BSL-1.0
"""The client as a filter: its forms, its exit codes, bad lines and bad servers."""
import json
import os
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import hostile
from harness import CLIENT, ClassroomServer, Peer, Server, eventually
from screen import Screen


def run(*arguments, timeout=30, **more):
    more.setdefault("stdin", subprocess.DEVNULL)
    if "input" in more:
        del more["stdin"]
    return subprocess.run([CLIENT, *arguments], capture_output=True, text=True, timeout=timeout, check=False, **more)


class Running(subprocess.Popen):
    """A client whose pipes are in our hands."""

    def __init__(self, *arguments, **more):
        super().__init__([CLIENT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **more)

    def __exit__(self, *_):
        if self.poll() is None:
            self.kill()
        self.wait()
        for pipe in (self.stdin, self.stdout, self.stderr):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def say(self, text):
        self.stdin.write(text + "\n")
        self.stdin.flush()


class Script(threading.Thread):
    """A server that does one thing with each caller, which is a call of its own."""

    def __init__(self, act, callers=1):
        super().__init__(daemon=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:{}".format(self.listener.getsockname()[1])
        self.act = act
        self.callers = callers
        self.start()

    def run(self):
        for _ in range(self.callers):
            caller, _ = self.listener.accept()
            with caller:
                try:
                    self.act(caller)
                except OSError:
                    pass
        self.listener.close()


class Forms(unittest.TestCase):
    def at(self, server):
        return f"127.0.0.1:{server.port}"

    def test_a_file_is_said_line_by_line_all_of_it_comes_back_and_the_end_ends_it(self):
        with Server("--rate", "0") as server, tempfile.NamedTemporaryFile("w") as file:
            file.write("".join(f"line {i}\n" for i in range(3000)) + "the last has no end")
            file.flush()
            with open(file.name, encoding="utf-8") as lines:
                ended = run(self.at(server), stdin=lines)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            said = re.findall(r"^127\.0\.0\.1:\d+: (.*)$", ended.stdout, re.M)
            self.assertEqual(said, [f"line {i}" for i in range(3000)] + ["the last has no end"])

    def test_a_file_longer_than_the_burst_is_said_at_the_rooms_rate_and_not_lost(self):
        with Server("--rate", "50", "--burst", "20") as server:
            ended = run(self.at(server), input="".join(f"line {i}\n" for i in range(200)))
            self.assertEqual(ended.returncode, 0)
            self.assertEqual(len(re.findall(r": line \d+$", ended.stdout, re.M)), 200)

    def test_a_pipe_is_said_as_it_comes_and_heard_as_it_comes(self):
        with Server() as server, Peer(server.port) as ann, Running(self.at(server)) as client:
            ann.enter()
            client.say("one")
            self.assertEqual(ann.hear()[1], "one")
            self.assertRegex(client.stdout.readline(), ": one$")
            ann.say(b"two\n")
            self.assertEqual(client.stdout.readline(), ann.label + ": two\n")
            client.stdin.close()
            self.assertEqual(client.wait(20), 0)

    def test_one_message_is_said_once_comes_back_and_nothing_is_printed(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            begin = time.monotonic()
            ended = run("-m", "hi there", self.at(server))
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
            self.assertEqual(ann.hear()[1], "hi there")
            ann.say(b"end\n")
            self.assertEqual(ann.hear()[1], "end")
            self.assertLess(time.monotonic() - begin, 4)

    def test_messages_may_be_several_and_hold_several_lines(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            self.assertEqual(run("-m", "one\ntwo", "--message", "three", self.at(server)).returncode, 0)
            self.assertEqual([ann.hear()[1] for _ in range(3)], ["one", "two", "three"])

    def test_a_line_that_would_end_the_membership_is_told_and_the_rest_is_said(self):
        for arguments, more in (([], {"input": "one\n/quit\nthree\n"}), ([], {"input": "one\n \x01/quit\r\nthree\n"}),
                                (["-m", "one", "-m", "/quit", "-m", "three"], {})):
            with self.subTest(arguments, **more), Server() as server, Peer(server.port) as ann:
                ann.enter()
                ended = run(*arguments, self.at(server), **more)
                self.assertEqual(ended.returncode, 4)
                self.assertRegex(ended.stderr, "^chatroom-client: not said, since a server takes it for the end of the membership: "
                                               " ?/quit\nchatroom-client: 1 message can't be said\n$")
                self.assertEqual([ann.hear()[1], ann.hear()[1]], ["one", "three"])

    def test_a_message_may_look_like_an_option(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            for text in ("-j", "--help", "--", "-x"):
                self.assertEqual(run("-m", text, self.at(server)).returncode, 0)
                self.assertEqual(ann.hear()[1], text)

    def test_a_message_that_does_not_come_back_is_exit_code_4(self):
        with Server("--max-message", "64") as server:
            ended = run("-m", "x" * 65, self.at(server))
            self.assertEqual((ended.returncode, ended.stdout), (4, ""))
            self.assertRegex(ended.stderr, r"(?s)^chatroom-client: .*long.*\nchatroom-client: 1 message did not come back from the room\n$")

    def test_a_message_comes_back_though_the_server_sees_another_address(self):
        def translated(caller):
            text = caller.recv(100)
            caller.sendall(b"203.0.113.9:99\n" + text)
            caller.recv(100)

        server = Script(translated)
        self.assertEqual(run("-m", "hi", server.address).returncode, 0)

    def test_listening_prints_each_line_at_once_and_reads_no_input(self):
        with Server() as server, Peer(server.port) as ann, Running("--listen", self.at(server)) as client:
            ann.enter()
            client.say("not to be said")
            client.stdin.close()
            self.until_heard(ann, client, b"one")
            client.send_signal(signal.SIGTERM)
            self.assertEqual(client.wait(20), -signal.SIGTERM)
            self.assertNotIn("not to be said", client.stdout.read())

    def until_heard(self, ann, client, text):
        """Says it until the client, which joins without a word, is in and has heard it."""
        heard = []
        reader = threading.Thread(target=lambda: heard.append(client.stdout.readline()), daemon=True)
        reader.start()

        def said():
            ann.say(text + b"\n")
            reader.join(0.1)
            return heard

        eventually(said)
        self.assertEqual(heard[0], f"{ann.label}: {text.decode()}\n")

    def test_json_is_an_object_a_line(self):
        with Server() as server, Peer(server.port) as ann, Running("--json", self.at(server)) as client:
            ann.enter()
            client.say('say "ä" \\ \t.')
            first = json.loads(client.stdout.readline())
            ann.say("naïve ☃\n".encode())
            second = json.loads(client.stdout.readline())
            self.assertEqual(list(first), ["time", "sender", "text", "own", "kind"])
            self.assertRegex(first["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
            self.assertEqual((first["text"], first["own"]), ('say "ä" \\ \t.', True))
            self.assertEqual((second["sender"], second["text"], second["own"]), (ann.label, "naïve ☃", False))

    def test_colour_in_a_pipe_is_there_only_when_asked_for(self):
        with Server() as server:
            self.assertNotIn("\x1b", run(self.at(server), input="hi\n").stdout)
            self.assertRegex(run("--color", "always", self.at(server), input="hi\n").stdout, "^\x1b\\[1m127.*\x1b\\[0m: hi\n$")
            self.assertNotIn("\x1b", run("--color=always", "--plain", self.at(server), input="hi\n").stdout)

    def test_standard_input_may_be_closed_or_empty(self):
        with Server() as server:
            self.assertEqual(run(self.at(server)).returncode, 0)
            ended = subprocess.run(["sh", "-c", f'"{CLIENT}" {self.at(server)} <&-'], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_standard_output_that_is_closed_ends_it_quietly(self):
        with Server() as server, Peer(server.port) as ann, Running(self.at(server)) as client:
            ann.enter()
            client.stdout.close()
            client.say("one")
            self.assertEqual(client.wait(20), 0)
            self.assertEqual(client.stderr.read(), "")

    def test_what_is_said_is_said_though_standard_output_was_closed_from_the_start(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            ended = subprocess.run(["sh", "-c", f'"{CLIENT}" {self.at(server)} >&-'], input="one\ntwo\n", capture_output=True, text=True,
                                   timeout=20, check=False)
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertEqual([ann.hear()[1], ann.hear()[1]], ["one", "two"])

    def sh(self, script, **more):
        return subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=30, check=False,
                              env={**os.environ, "C": CLIENT}, **more)

    def test_a_reader_that_has_seen_enough_ends_it_quietly(self):
        with Server() as server:
            lines = "for i in 1 2 3 4 5 6 7 8 9; do echo line $i; sleep 0.1; done"
            ended = self.sh(f"({lines}) | ($C {self.at(server)}; echo code $? >&2) | head -1")
            self.assertRegex(ended.stdout, r"^127\.0\.0\.1:\d+: line 1\n$")
            self.assertEqual(ended.stderr, "code 0\n")

    def test_a_log_that_grows_is_said_as_it_grows(self):
        with Server() as server, Peer(server.port) as ann, tempfile.NamedTemporaryFile("w") as log:
            ann.enter()
            tail = subprocess.Popen(["tail", "-n", "+1", "-f", log.name], stdout=subprocess.PIPE)
            with subprocess.Popen([CLIENT, self.at(server)], stdin=tail.stdout, stdout=subprocess.DEVNULL) as client:
                tail.stdout.close()
                for text in ("one", "two"):
                    log.write(text + "\n")
                    log.flush()
                    self.assertEqual(ann.hear()[1], text)
                tail.kill()
                tail.wait()
                self.assertEqual(client.wait(20), 0)

    def test_a_full_disk_and_an_input_that_is_none_are_told(self):
        with Server() as server:
            for form in ("echo hi | $C {} > /dev/full", "echo hi | $C --json {} > /dev/full"):
                ended = self.sh(form.format(self.at(server)))
                self.assertEqual((ended.returncode, ended.stderr),
                                 (5, "chatroom-client: standard output can't be written: No space left on device\n"))
            ended = self.sh(f"$C {self.at(server)} < /")
            self.assertEqual((ended.returncode, ended.stderr), (5, "chatroom-client: standard input can't be read: Is a directory\n"))

    def test_every_standard_descriptor_may_be_closed(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            self.assertEqual(self.sh(f"$C {self.at(server)} <&- >&- 2>&-").returncode, 0)
            self.assertEqual(self.sh(f"$C -m hi {self.at(server)} <&- >&- 2>&-").returncode, 0)
            self.assertEqual(ann.hear()[1], "hi")

    def test_a_signal_ends_it_though_nobody_reads_its_output(self):
        stuck = threading.Event()

        def flood(caller):
            caller.settimeout(1)
            try:
                while True:
                    caller.sendall((hostile.SENDER + b"x" * 1000 + b"\n") * 100)
            except TimeoutError:
                stuck.set()
            caller.settimeout(30)
            caller.recv(100)

        server = Script(flood)
        with Running("--listen", server.address) as client:
            self.assertTrue(stuck.wait(60))
            client.send_signal(signal.SIGINT)
            self.assertEqual(client.wait(10), -signal.SIGINT)

    def test_the_classroom_server_is_talked_to_as_well(self):
        self.assertEqual(run("-m", "hi", f"127.0.0.1:{ClassroomServer().port}").returncode, 0)
        ended = run(f"127.0.0.1:{ClassroomServer().port}", input="one\n")
        self.assertRegex(ended.stdout, r"^127\.0\.0\.1:\d+: one\n$")


class Addresses(unittest.TestCase):
    def test_every_way_to_write_an_address(self):
        with Server(at="[::]:0") as server:
            for host in ("127.0.0.1", "localhost", "[::1]", "tcp://127.0.0.1", "tcp://[::1]", "TCP://127.0.0.1"):
                self.assertEqual(run("-m", "hi", f"{host}:{server.port}").returncode, 0, host)
            self.assertEqual(run("-m", "hi", str(server.port)).returncode, 0)

    def test_the_first_address_of_a_name_that_answers_is_taken(self):
        for address in {found[4][0] for found in socket.getaddrinfo("localhost", None)}:
            with Server(at=f"[{address}]:0" if ":" in address else f"{address}:0") as server:
                self.assertEqual(run("-m", "hi", f"localhost:{server.port}").returncode, 0, address)

    def test_the_help_and_its_page_fit_a_terminal_and_tell_the_same_exit_codes(self):
        told = run("--help").stdout
        self.assertLessEqual(max(map(len, told.splitlines())), 80)
        page = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "man", "chatroom-client.1")
        with open(page, encoding="utf-8") as lines:
            self.assertEqual(re.findall(r"^\.It (\d)$", lines.read(), re.M), re.findall(r"^(?:Exit codes:)? +(\d)  ", told, re.M))

    def test_each_trouble_is_a_sentence_that_says_what_to_try(self):
        for address, what in (("127.0.0.1:1", "is chatroom-server running"), ("no-such-host.invalid", "check"),
                              ("[2001:db8::1]:9001", "check")):
            ended = run(address)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n")), (1, "", 1), address)
            self.assertRegex(ended.stderr, r"^chatroom-client: can't connect to .*" + what, address)

    def test_an_address_that_can_not_be_right_is_told_why_in_clean_text(self):
        for address, what in (("fe80::1", "needs an interface"), ("udp://[fe80::1]:9001", "needs an interface"),
                              ("ho\nst", "a line break"), ("ho\x1b[2Jst", "a control character"), ("host:1\n2", "a line break")):
            ended = run(address)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n"), ended.stderr.count("\x1b")), (2, "", 1, 0), address)
            self.assertRegex(ended.stderr, what)
        for address in ("fe80::1%nosuch0", "tcp://[fe80::1%25nosuch0]:9001"):
            self.assertRegex(run(address).stderr, "no interface nosuch0")

    def test_a_wrong_command_line_is_a_sentence_and_exit_code_2(self):
        for options in (["--no-such"], ["a", "b"], ["host:x"], ["host:0"], ["http://host"], ["--color", "maybe"], ["-m", ""], ["-m"],
                        ["--listen", "-m", "x"], ["--reconnect", "-m", "x"], ["--udp", "host", "host"]):
            ended = run(*options)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n")), (2, "", 1), options)

    def test_help_tells_the_exit_codes(self):
        told = run("--help")
        self.assertEqual((told.returncode, told.stderr), (0, ""))
        self.assertEqual(re.findall(r"^(?:Exit codes:)? +(\d)  ", told.stdout, re.M), ["0", "1", "2", "3", "4", "5"])
        self.assertRegex(run("--version").stdout, r"^chatroom-client \d+\.\d+\.\d+\n$")


class BadLines(unittest.TestCase):
    def test_a_loss_ends_a_filter_with_exit_code_3(self):
        with Server() as server, Running(f"127.0.0.1:{server.port}") as client:
            client.say("hi")
            self.assertRegex(client.stdout.readline(), ": hi")
            server.process.kill()
            self.assertEqual(client.wait(20), 3)
            self.assertRegex(client.stderr.read(), r"^chatroom-client: .*(lost|closed).*\n$")

    def test_a_filter_that_is_to_reconnect_says_the_rest_on_the_next_connection(self):
        with Server() as server, Running("--reconnect", f"127.0.0.1:{server.port}") as client:
            client.say("one")
            self.assertRegex(client.stdout.readline(), ": one")
            server.stop()
            self.assertRegex(client.stdout.readline(), r"^\*: the room is closing")
            self.assertRegex(client.stderr.readline(), r"next attempt in \d+\.\d s$")
            client.say("two")
            client.stdin.close()
            with Server(at=f"127.0.0.1:{server.port}"):
                self.assertEqual(client.wait(60), 0)
                self.assertRegex(client.stdout.read(), r"^127\.0\.0\.1:\d+: two\n$")

    def test_what_did_not_come_back_is_said_again(self):
        said = []

        def deaf_at_first(caller):
            text = caller.recv(100)
            said.append(text)
            if len(said) > 1:
                caller.sendall("{}:{}\n".format(*caller.getpeername()).encode() + text)
                caller.recv(100)

        server = Script(deaf_at_first, callers=2)
        ended = run("--reconnect", server.address, input="one\n")
        self.assertEqual((ended.returncode, said), (0, [b"one\n", b"one\n"]))
        self.assertIn("1 message had not come back, and will be said again", ended.stderr)

    def test_what_the_server_hangs_up_on_is_given_up_and_what_is_behind_it_is_said(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            ended = run("--reconnect", f"127.0.0.1:{server.port}", input="GET / HTTP/1.1\nbehind\n", timeout=60)
            self.assertEqual(ended.returncode, 4)
            self.assertIn("given up, since 3 connections in a row ended before it came back: GET / HTTP/1.1\n", ended.stderr)
            self.assertTrue(ended.stderr.endswith("1 message did not come back from the room\n"))
            self.assertEqual(ann.hear()[1], "behind")

    def test_a_pipe_that_goes_on_is_told_that_nothing_comes_back(self):
        with Running(Script(lambda caller: caller.recv(100) and caller.recv(100)).address) as client:
            client.say("hi")
            self.assertRegex(client.stderr.readline(), "1 message did not come back within 2.0 s: nothing came from .*; is a chatroom-server")

    def test_a_terminal_shows_what_is_pending_and_tells_what_does_not_come_back(self):
        server = Script(lambda caller: [caller.recv(100), caller.recv(100)])
        with Screen(columns=120) as screen:
            screen.run(CLIENT, server.address)
            screen.has("-- connected to 127.0.0.1 port")
            screen.type("hello")
            screen.keys("Enter")
            screen.shows("(1 pending) > ")
            screen.has("-- 1 message did not come back within 2.0 s: nothing came from 127.0.0.1 port")
            screen.type("half")
            screen.shows("(1 pending) > half")
            screen.keys("C-u", "C-d")
            screen.has("-- did not come back from the room: hello")
            screen.has("chatroom-client: 1 message did not come back from the room: nothing came from")
            self.assertNotIn("in the room at", "\n".join(screen.lines()))

    def test_the_first_connection_is_waited_for_only_when_asked(self):
        with Server() as server:
            address = f"127.0.0.1:{server.port}"
        with Running("--reconnect", address) as client:
            client.say("early")
            self.assertRegex(client.stderr.readline(), "is chatroom-server running.*; next attempt in")
            with Server(at=address):
                self.assertRegex(client.stdout.readline(), ": early")


class HostileServers(unittest.TestCase):
    def check(self, shown):
        text = shown.decode()  # it is UTF-8, or this fails
        found = hostile.FORBIDDEN.search(text)
        self.assertIsNone(found, found and text[max(0, found.start() - 60):found.end() + 20])
        for i in range(len(hostile.CORPUS)):
            self.assertRegex(text, f"mark {i}\\b")

    def shown(self, act, *options):
        server = Script(act)
        ended = subprocess.run([CLIENT, "--listen", *options, server.address], capture_output=True, timeout=120, check=False)
        self.assertEqual(ended.returncode, 3)
        self.check(ended.stderr + ended.stdout)
        return ended.stdout

    def test_nothing_but_text_reaches_a_pipe(self):
        def act(caller):
            for message in hostile.talk():
                caller.sendall(message)

        self.shown(act)
        for line in self.shown(act, "--json").splitlines():
            self.assertEqual(set(json.loads(line)), {"time", "sender", "text", "own", "kind"})

    def test_nor_when_it_comes_byte_by_byte(self):
        def act(caller):
            caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"".join(hostile.talk()):
                caller.send(bytes([byte]))

        self.shown(act)

    def test_nothing_but_text_and_our_own_motions_reaches_a_terminal(self):
        def act(caller):
            for message in hostile.talk():
                caller.sendall(message)
            caller.sendall(hostile.SENDER + b"the end\n")
            caller.recv(100)

        server = Script(act)
        outer, inner = os.openpty()
        with subprocess.Popen([CLIENT, "--color=never", server.address], stdin=inner, stdout=inner, stderr=inner,
                              env={**os.environ, "TERM": "xterm"}) as client:
            os.close(inner)
            raw = b""
            while b": the end\r\n" not in raw:
                raw += os.read(outer, 65536)
            os.write(outer, b"\x04")
            try:
                while piece := os.read(outer, 65536):
                    raw += piece
            except OSError:
                pass
            self.assertEqual(client.wait(20), 0)
        os.close(outer)
        self.assertEqual((raw.count(b"\x1b[?2004h"), raw.count(b"\x1b[?2004l")), (1, 1))
        self.assertEqual((raw.count(b"\x1b[?1004h"), raw.count(b"\x1b[?1004l")), (1, 1))
        text = re.sub(r"\x1b\[\?[21]004[hl]|\x1b\[\d+[AC]|\x1b\[J|\r", "", raw.decode())
        self.check(text.encode())

    def test_an_endless_line_and_a_reader_that_is_stuck_cost_little_memory(self):
        def endless(caller):
            for _ in range(100):
                caller.sendall(b"x" * 1_000_000)
            caller.sendall(b"\n" + hostile.SENDER + b"still here\n")

        def flood(caller):
            caller.settimeout(1)
            for _ in range(100_000):
                caller.sendall((hostile.SENDER + b"y\n") * 1000)

        def strangers(caller):
            for i in range(200_000):
                caller.sendall(b"10.%d.%d.%d:%d\nx\n" % (i >> 16, i >> 8 & 255, i & 255, i % 60_000 + 1))
            caller.sendall(hostile.SENDER + b"still here\n")
            caller.recv(100)

        server = Script(endless)
        with Running("--listen", server.address) as client:
            while (line := client.stdout.readline()) != "192.0.2.7:1234: still here\n":
                self.assertLess(len(line), 70_000)  # there is another one wherever the server paused
            self.assertEqual(client.wait(20), 3)
        server = Script(strangers)
        with Running("--listen", server.address) as client:
            for line in client.stdout:
                if line.endswith(": still here\n"):
                    break
            self.is_small(client)
        server = Script(flood)
        with Running("--listen", server.address) as client:
            server.join(60)  # it could send no more for a second
            self.assertFalse(server.is_alive())
            self.is_small(client)
            client.kill()

    def is_small(self, client):
        """It never took more than 16 MB, most of which is its libraries."""
        if not os.environ.get("CHATROOM_SANITIZE"):
            with open(f"/proc/{client.pid}/status", encoding="ascii") as status:
                self.assertLess(int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)), 16_000)

    def test_a_line_without_end_costs_no_more_than_another(self):
        sent = threading.Event()

        def endless(caller):
            for _ in range(100):
                caller.sendall(b"x" * 1_000_000)
            sent.set()
            caller.recv(100)

        server = Script(endless)
        with Running("--listen", server.address) as client:
            self.assertTrue(sent.wait(60))
            self.is_small(client)


if __name__ == "__main__":
    unittest.main()
