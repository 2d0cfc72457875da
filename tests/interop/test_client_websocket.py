# SPDX-License-Identifier: BSL-1.0
"""The client over ws:// and wss://: beside nc and TCP clients in one room, over connections that are lost."""
import datetime
import json
import re
import signal
import subprocess
import tempfile
import time
import unittest

from harness import Peer, Server, eventually
from people import HASH, PASSWORD, Person
from relay import Relay
from test_client import Running, Script, run
from test_tls import TlsServer, has_tls


def has_web():
    return "without chatroom::web" not in run("ws://127.0.0.1:1").stderr


def at(server, path=""):
    return f"ws://127.0.0.1:{server.port}{path}"


def said(output):
    """What the members said, `SENDER: TEXT` each."""
    return [line for line in output.splitlines() if not line.startswith("*: ")]


def until(client, wanted):
    """Reads lines until that one; those before it."""
    before = []
    while (line := client.stdout.readline().rstrip("\n")) != wanted:
        assert line != "" or client.poll() is None, before
        before.append(line)
    return before


@unittest.skipUnless(has_web(), "built without chatroom::web (libboost-json1.81-dev)")
class WebSocket(unittest.TestCase):
    def test_one_room_with_nc_and_the_client_over_tcp(self):
        with Server() as server, Peer(server.port) as ann, Running("-n", "bob", at(server)) as bob, \
             Running("-n", "eve", f"127.0.0.1:{server.port}") as eve:
            ann.enter()
            until(bob, f"{ann.label}: hello")
            until(eve, "*: you are <eve>")
            ann.say(b"from nc\n")
            until(bob, f"{ann.label}: from nc")
            until(eve, f"{ann.label}: from nc")
            bob.say("from ws")
            bob.say("//slash")
            bob.say("/me waves")
            eve.say("/msg bob psst")
            for one in bob, eve:
                until(one, "<bob>: from ws")
                self.assertEqual([line for line in until(one, "<bob>: /me waves") if "psst" not in line], ["<bob>: /slash"])
            bob.say("/msg eve yes?")
            until(eve, "<bob> -> <eve>: yes?")
            while ann.hear() != ("<bob>", "/me waves"):
                pass
            bob.stdin.close()
            self.assertEqual(bob.wait(20), 0)
            until(eve, "*: <bob> left")

    def test_the_last_lines_come_first_with_their_own_times_and_a_line_where_they_end(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            for i in range(30):
                ann.say(f"line {i}\n".encode())
            while ann.hear()[1] != "line 29":
                pass
            begin = datetime.datetime.now(datetime.timezone.utc)
            with Running("--json", "-n", "bob", at(server)) as bob:
                lines = []
                while not lines or not lines[-1]["text"].startswith("you are in lobby, "):
                    lines.append(json.loads(bob.stdout.readline()))
                past = [line for line in lines if line.get("history")]
                self.assertEqual([line["text"] for line in past], [f"line {i}" for i in range(10, 30)])
                for line in past:
                    self.assertLessEqual(datetime.datetime.fromisoformat(line["time"].replace("Z", "+00:00")), begin)
                    self.assertEqual((line["room"], line["sender"], line["own"]), ("lobby", ann.label, False))
                ann.say(b"now\n")
                now = json.loads(bob.stdout.readline())
                self.assertEqual((now["text"], now.get("history")), ("now", None))
                bob.stdin.close()
                self.assertEqual((bob.wait(20), bob.stderr.read()), (0, "chatroom-client: that was said before you came\n"))
            ended = run("--history", "2", at(server), input="hi\n")
            self.assertEqual([line.split(": ")[1] for line in said(ended.stdout)], ["line 29", "now", "hi"])
            ended = run("--history", "0", at(server), input="hi\n")
            self.assertEqual([line.split(": ")[1] for line in said(ended.stdout)], ["hi"])

    def test_one_message_prints_nothing(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            ended = run("-m", "hi there", "-n", "bob", at(server))
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
            while ann.hear() != ("<bob>", "hi there"):
                pass

    def test_the_name_is_the_login_name_unless_given_and_one_that_is_taken_is_told(self):
        with Server() as server, Person(server.port, "ann"):
            login = subprocess.run(["id", "-un"], capture_output=True, text=True, check=True).stdout.strip()
            self.assertIn(f"<{login}>: hi\n", run(at(server), input="hi\n").stdout)
            ended = run("-n", "ann", at(server), input="hi\n")
            self.assertIn("*: ann is taken, or looks like a name that is\n", ended.stdout)
            self.assertRegex(ended.stdout, r"(?m)^127\.0\.0\.1:\d+: hi$")
            self.assertEqual(ended.returncode, 0)
        with Server() as server:
            self.assertIn("<al>: me\n", run("-n", "bob", at(server), input="/name al\nme\n").stdout)

    def test_rooms_are_left_and_joined_as_over_tcp(self):
        with Server() as server, Peer(server.port) as ann, Running("-n", "bob", at(server)) as bob:
            ann.enter()
            until(bob, f"{ann.label}: hello")
            bob.say("/join dev")
            until(bob, "*: you are in dev, 1 here")
            bob.say("in dev")
            until(bob, "<bob>: in dev")
            ann.say(b"not heard\n")
            bob.say("/join dev")
            until(bob, "*: you are in dev already")
            bob.say("/topic all of it")
            until(bob, "*: <bob> set the topic: all of it")
            bob.say("/leave")
            before = until(bob, "*: you are in lobby, 2 here")
            self.assertIn(f"{ann.label}: not heard", before)  # the room's last lines
            bob.say("/join a,b")
            self.assertIn("a name is letters", bob.stdout.readline())
            bob.say("still here")
            until(bob, "<bob>: still here")
            while ann.hear() != ("<bob>", "still here"):
                pass

    def test_what_is_above_the_rate_waits_and_what_is_too_long_is_told(self):
        with Server("--rate", "10", "--burst", "3") as server:
            lines = [f"line {i}" for i in range(15)] + ["x" * 50000, "after"]
            ended = run("-n", "bob", at(server), input="\n".join(lines) + "\n")
            self.assertEqual(ended.returncode, 4)
            self.assertEqual(said(ended.stdout), ["<bob>: " + line for line in lines if len(line) < 5000])
            self.assertIn("*: your message is too long and was not passed on\n", ended.stdout)

    def test_who_is_muted_is_told_and_that_is_exit_code_4(self):
        with Server("--operator", f"boss:{HASH}") as server, Person(server.port) as boss, Running("-n", "bob", at(server)) as bob:
            boss.log_in()
            until(bob, "*: you are in lobby, 2 here")
            boss.say(b"/mute bob 1h\n")
            eventually(lambda: "muted" in boss.line())
            bob.say("hi")
            until(bob, "*: you are muted: your message was not passed on")
            bob.stdin.close()
            self.assertEqual(bob.wait(20), 4)

    def test_who_is_removed_does_not_come_back(self):
        with Server("--operator", f"boss:{HASH}") as server, Person(server.port) as boss, \
             Running("-r", "-n", "bob", at(server)) as bob:
            boss.log_in()
            until(bob, "*: you are in lobby, 2 here")
            boss.say(b"/kick bob enough\n")
            self.assertEqual(bob.wait(20), 3)
            self.assertIn("*: you were removed by <boss>: enough\n", bob.stdout.read())

    def test_a_password_is_given_by_pass(self):
        with Server("--password", HASH) as server:
            ended = run("-n", "bob", at(server), input=f"/pass wrong\n/pass {PASSWORD}\nhi\n")
            self.assertIn("*: this server has a password: /pass WORD\n", ended.stdout)
            self.assertIn("*: that is the wrong password\n", ended.stdout)
        with Server("--password", HASH) as server:
            ended = run("-n", "bob", at(server), input=f"/pass {PASSWORD}\nhi\n")
            self.assertEqual((ended.returncode, said(ended.stdout)), (0, ["<bob>: hi"]))

    @unittest.skipUnless(has_tls(), "built without chatroom::tls (libssl-dev)")
    def test_over_tls(self):
        with tempfile.TemporaryDirectory() as directory, TlsServer(directory) as server:
            ended = run("-n", "bob", "--tls-ca", server.ca, f"wss://127.0.0.1:{server.port}", input="hi\n")
            self.assertEqual((ended.returncode, said(ended.stdout)), (0, ["<bob>: hi"]))
            ended = run("--tls-pin", server.pin, "-m", "hi", f"wss://127.0.0.1:{server.port}")
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            ended = run("-m", "hi", f"wss://127.0.0.1:{server.port}")
            self.assertEqual(ended.returncode, 1)
            self.assertIn("--tls-ca", ended.stderr)

    def test_who_does_not_speak_it_is_told(self):
        with Server("--http", "off") as server:
            ended = run(at(server))
            self.assertEqual(ended.returncode, 1)
            self.assertIn("no HTTP is spoken there, so no WebSocket; write tcp:// to go there", ended.stderr)
        with Server() as server:
            ended = run(at(server, "/elsewhere"))
            self.assertEqual(ended.returncode, 1)
            self.assertIn("no WebSocket at that path (404)", ended.stderr)
        for answer in (b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b""):
            ended = run("ws://" + Script(lambda caller, what=answer: (caller.recv(1000), caller.sendall(what))).address)
            self.assertEqual(ended.returncode, 1, answer)
        for wrong in "ws://host/a b", "ws://:0", "ws://host/é":
            self.assertEqual(run(wrong).returncode, 2, wrong)


@unittest.skipUnless(has_web(), "built without chatroom::web (libboost-json1.81-dev)")
class BadLine(unittest.TestCase):
    def test_no_line_is_doubled_or_missing_whatever_is_cut(self):
        with Server("--rate", "0") as server, Peer(server.port) as ann, Relay(server.port) as relay, \
             Running("-r", "-n", "bob", at(relay)) as bob:
            ann.enter()
            until(bob, f"{ann.label}: hello")
            heard = []
            of_bob = []
            for i in range(60):
                if i == 30:
                    heard += until(bob, "<bob>: bob 29") + ["<bob>: bob 29"]
                    relay.swallows = True  # what bob says next is published, and he never hears of it
                ann.say(f"ann {i}\n".encode())
                bob.say(f"bob {i}")
                if i in (15, 30, 45):
                    callers = relay.callers
                    while i == 30 and "bob 30" not in of_bob:
                        sender, text = ann.hear()
                        of_bob += [text] if sender == "<bob>" else []
                    relay.cut()
                    relay.swallows = False
                    eventually(lambda: relay.callers > callers)
            bob.stdin.close()
            heard = "\n".join(heard) + "\n" + bob.stdout.read()
            self.assertEqual(bob.wait(30), 0)
            for who, name in ((ann.label, "ann"), ("<bob>", "bob")):
                self.assertEqual(re.findall(f"(?m)^{re.escape(who)}: ({name} \\d+)$", heard), [f"{name} {i}" for i in range(60)])
            ann.say(b"end\n")
            while (one := ann.hear()) != (ann.label, "end"):
                of_bob += [one[1]] if one[0] == "<bob>" else []
            self.assertEqual([text for text in of_bob if text.startswith("bob ")], [f"bob {i}" for i in range(60)])

    def test_a_server_that_stands_still_gets_each_line_once(self):
        with Server("--rate", "0") as server, Peer(server.port) as ann, Relay(server.port) as relay, \
             Running("-r", "-n", "bob", at(relay)) as bob:
            ann.enter()
            until(bob, "*: you are in lobby, 2 here")
            server.process.send_signal(signal.SIGSTOP)
            before = relay.from_callers
            for i in range(10):
                bob.say(f"bob {i}")
            eventually(lambda: relay.from_callers > before)
            relay.cut()
            eventually(lambda: relay.callers == 2)
            server.process.send_signal(signal.SIGCONT)
            bob.stdin.close()
            heard = bob.stdout.read()
            self.assertEqual(bob.wait(30), 0)
            self.assertEqual(re.findall(r"(?m)^<bob>: (.*)$", heard), [f"bob {i}" for i in range(10)])
            ann.say(b"end\n")
            of_bob = []
            while (one := ann.hear()) != (ann.label, "end"):
                of_bob += [one[1]] if one[0] == "<bob>" else []
            self.assertEqual(of_bob, [f"bob {i}" for i in range(10)])

    def test_what_can_not_be_had_any_more_is_counted(self):
        with Server("--rate", "0", "--log-bytes", "256K") as server, Peer(server.port) as ann, Relay(server.port) as relay, \
             Running("-r", "-n", "bob", at(relay)) as bob:
            ann.enter()
            until(bob, f"{ann.label}: hello")
            listener = relay.listener
            relay.to = 1  # nobody is there
            relay.cut()
            eventually(lambda: "attempt" in bob.stderr.readline())
            for i in range(2000):
                ann.say(b"x" * 1000 + b" %d\n" % i)
            while not ann.hear()[1].endswith(" 1999"):
                pass
            relay.to = server.port
            lines = []
            while not lines or not lines[-1].endswith(" 1999"):
                line = bob.stdout.readline().rstrip()
                self.assertNotEqual(line, "", bob.stderr)
                lines += [line] if not line.startswith("*: ") else []
            numbers = [int(line.split(" ")[-1]) for line in lines]
            bob.stdin.close()
            missed = int(re.search(r": (\d+) messages missed", bob.stderr.read())[1])
            self.assertEqual(numbers, list(range(missed - 2, 2000)))  # bob came and went, too
            self.assertGreater(missed, 0)
            self.assertIs(listener, relay.listener)

    def test_a_server_that_has_begun_anew_may_have_lost_some_and_what_it_has_is_shown(self):
        with Relay(0) as relay:
            with Server() as server, Peer(server.port) as ann:
                relay.to = server.port
                bob = Running("-r", "-n", "bob", at(relay))
                ann.enter()
                until(bob, f"{ann.label}: hello")
            with bob, Server() as server, Peer(server.port) as ann:
                ann.enter()
                relay.to = server.port
                relay.cut()
                until(bob, f"{ann.label}: hello")
                bob.say("again")
                until(bob, "<bob>: again")
                bob.stdin.close()
                self.assertIn("the room has begun anew: messages may have been missed", bob.stderr.read())


if __name__ == "__main__":
    unittest.main()
