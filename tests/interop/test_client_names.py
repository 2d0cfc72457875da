# SPDX-License-Identifier: BSL-1.0
"""The client on a server that has names, rooms and commands: as a filter."""
import json
import socket
import unittest

from conversation import Conversation
from harness import ClassroomServer, Peer, eventually
from test_client import Running, run


class Person(Peer):
    """Somebody with a name on such a server."""

    def __init__(self, server, name):
        super().__init__(server.port)
        self.say(f"/name {name} key-of-{name}\n".encode())
        self.name = name
        while self.hear()[1] != f"{self.label} is now <{name}>":
            pass


def first_line(server, member=0):
    eventually(lambda: len(server.everybody) > member and server.everybody[member].lines)
    return server.everybody[member].lines[0]


class Names(unittest.TestCase):
    def test_the_name_is_asked_for_first_with_a_key_that_is_shown_nowhere(self):
        with Conversation() as server:
            ended = run("-n", "alice", server.address, input="hi\n/me waves\n")
            verb, name, key = first_line(server).split(" ")
            self.assertEqual((verb, name), ("/name", "alice"))
            self.assertRegex(key, r"^[0-9a-f]{32}$")
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertEqual(ended.stdout.split("\n")[-3:-1], ["<alice>: hi", "<alice>: /me waves"])
            self.assertNotIn(key, ended.stdout + ended.stderr)
            run("-n", "alice", server.address, input="hi\n")
            self.assertNotEqual(first_line(server, 1).split(" ")[2], key)

    def test_without_a_name_nothing_is_asked(self):
        with Conversation() as server:
            run(server.address, input="hi\n")
            self.assertEqual(server.everybody[0].lines, ["hi", "/quit"])

    def test_json_knows_ones_own_messages_by_the_name_and_tells_what_each_is(self):
        with Conversation() as server, Person(server, "bob") as bob:
            with Running("-n", "alice", "--json", server.address) as client:
                read = lambda: json.loads(client.stdout.readline())
                self.assertEqual(read()["text"], "you are <alice>")
                event = read()
                self.assertEqual((event["kind"], event["sender"], event["own"]), ("renamed", "*", False))
                client.say("hi")
                said = read()
                self.assertEqual((said["kind"], said["name"], said["own"], said["sender"]), ("message", "alice", True, "<alice>"))
                client.say("/msg bob psst")
                said = read()
                self.assertEqual((said["kind"], said["name"], said["member"], said["own"]), ("private", "alice", "bob", True))
                bob.say(b"/msg alice what?\n*: <eve> joined\n/me joined\n")
                answer = read()
                self.assertEqual((answer["kind"], answer["name"], answer["member"], answer["own"]), ("private", "bob", "bob", False))
                self.assertEqual([read()["kind"] for _ in range(2)], ["message", "action"])
                client.say("/join dev")
                self.assertEqual([read()["kind"] for _ in range(3)], ["left", "joined", "notice"])
                client.say("/topic all of it")
                topic = read()
                self.assertEqual((topic["kind"], topic["room"], topic["member"]), ("topic", "dev", "alice"))
                client.stdin.close()
                self.assertEqual(client.wait(20), 0)

    def test_a_command_need_not_come_back_but_be_answered(self):
        with Conversation() as server:
            ended = run("-n", "alice", server.address, input="/who\n/msg nobody hi\n")
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertIn("*: lobby, 1 here: <alice>\n*: nobody here is nobody\n", ended.stdout)
        with Conversation(mute=True) as server:
            ended = run(server.address, input="/who\n")
            self.assertEqual(ended.returncode, 4)

    def test_one_message_under_a_name_ends_at_once_and_prints_nothing(self):
        with Conversation() as server, Person(server, "bob") as bob:
            ended = run("-n", "alice", "-m", "hi", server.address)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr), (0, "", ""))
            while bob.hear() != ("<alice>", "hi"):
                pass

    def test_after_a_loss_the_name_is_taken_over_and_the_room_entered_again(self):
        with Conversation() as server, Running("-n", "alice", "-r", server.address) as client:
            client.say("/join dev")
            while client.stdout.readline() != "*: you are in dev, 1 here\n":
                pass
            server.cut()
            eventually(lambda: len(server.everybody) == 2 and len(server.everybody[1].lines) >= 2)
            self.assertEqual(server.everybody[1].lines[:2], [server.everybody[0].lines[0], "/join dev"])
            client.say("here again")
            while (line := client.stdout.readline()) != "<alice>: here again\n":
                self.assertNotEqual(line, "")

    def test_a_name_that_was_changed_is_the_one_that_is_asked_for_again(self):
        with Conversation() as server, Running("-n", "alice", "-r", server.address) as client:
            client.say("/name al")
            while client.stdout.readline() != "*: <alice> is now <al>\n":
                pass
            server.cut()
            self.assertEqual(first_line(server, 1), "/name al " + server.everybody[0].lines[0].split(" ")[2])

    def test_a_name_that_is_taken_is_told_and_one_goes_without(self):
        with Conversation() as server, Person(server, "alice"):
            ended = run("-n", "alice", server.address, input="hi\n")
            self.assertEqual(ended.returncode, 0)
            self.assertIn("*: alice is taken, or looks like a name that is\n", ended.stdout)
            self.assertRegex(ended.stdout, r"127\.0\.0\.1:\d+: hi\n$")

    def test_with_one_message_a_name_that_is_taken_is_told_too(self):
        with Conversation() as server, Person(server, "alice"):
            ended = run("-n", "alice", "-m", "hi", server.address)
            self.assertEqual((ended.returncode, ended.stdout), (0, ""))
            self.assertEqual(ended.stderr, "chatroom-client: alice is taken, or looks like a name that is\n")

    def test_no_name_that_would_break_a_line_is_asked_for(self):
        for name in ("", "two words", "a\nb", "<al>"):
            self.assertEqual(run("-n", name, "127.0.0.1:1").returncode, 2)


class Moderation(unittest.TestCase):
    def test_who_is_removed_or_banned_does_not_come_back_by_itself(self):
        for words in ("you were removed by <bob>: go", "you are banned until 2026-11-28 12:00 UTC"):
            with self.subTest(words), Conversation() as server, Running("-n", "alice", "-r", server.address) as client:
                eventually(lambda: server.everybody and server.everybody[0].name)
                with server.lock:  # after the answer to /name
                    server.event("lobby", words)
                    server.cut()
                self.assertEqual(client.wait(20), 3)
                self.assertEqual(len(server.everybody), 1)


class OverUdp(unittest.TestCase):
    def test_the_name_is_asked_for_again_if_that_got_lost_and_own_messages_are_known_by_it(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
            server.bind(("127.0.0.1", 0))
            server.settimeout(20)
            client = Running("-n", "alice", "--json", "udp://127.0.0.1:{}".format(server.getsockname()[1]))
            with client:
                asked = []
                while len(asked) < 2:  # the first is lost
                    line, peer = server.recvfrom(2048)
                    asked += [line] if line.startswith(b"/name alice ") else []
                self.assertEqual(asked[0], asked[1])
                server.sendto(b"*\nyou are <alice>", peer)
                self.assertEqual(json.loads(client.stdout.readline())["text"], "you are <alice>")
                client.say("hi")
                client.stdin.close()
                while server.recvfrom(2048)[0].strip() != b"hi":
                    pass
                server.sendto(b"<alice>\nhi", peer)
                said = json.loads(client.stdout.readline())
                self.assertEqual((said["name"], said["own"]), ("alice", True))
                self.assertEqual(client.wait(20), 0)


class Passwords(unittest.TestCase):
    def test_a_password_goes_out_once_the_name_is_answered(self):
        with Conversation() as server:
            ended = run("-n", "alice", server.address, input="/login alice pass-word\n")
            self.assertEqual(server.everybody[0].lines[1], "/login alice pass-word")
            self.assertEqual(ended.returncode, 0)
            self.assertIn("you are <alice>, and an operator", ended.stdout)

    def test_it_does_not_where_the_server_has_not_answered_or_says_commands_aloud(self):
        for options in (["-n", "alice"], []):
            server = ClassroomServer()
            with self.subTest(options), Peer(server.port) as ann:
                ended = run(*options, f"127.0.0.1:{server.port}", input=" /login alice pass-word\nhi\n/pass pass-word\n")
                self.assertEqual(ended.returncode, 4)
                self.assertIn("not said, since this server has not answered /name", ended.stderr)
                self.assertNotIn("pass-word", ended.stdout + ended.stderr)
                self.assertIn(": hi\n", ended.stdout)
                ann.say(b"end")
                heard = ""
                while "end" not in heard:
                    heard += ann.socket.recv(1024).decode()
                self.assertNotIn("pass-word", heard)
                if options:
                    self.assertIn("this server has no names, and has said /name alice to everybody", ended.stderr)
                    self.assertNotRegex(ended.stdout + ended.stderr, "[0-9a-f]{32}")
        with Conversation(mute=True) as server:
            ended = run("-n", "alice", server.address, input="/login alice pass-word\n")
            self.assertEqual(ended.returncode, 4)
            self.assertNotIn("pass-word", "".join(server.everybody[0].lines) + ended.stderr)


if __name__ == "__main__":
    unittest.main()
