# SPDX-License-Identifier: BSL-1.0
"""Names, rooms and commands on the server: with nc-like peers, the classroom's and our client, over TCP and UDP in one
room; and the server without commands."""
import re
import signal
import tempfile
import unittest

from datagrams import UdpPeer
from harness import ClassroomClient, Peer, Server, eventually
from people import PASSWORD, Both, Person
from test_client import Running


class OneRoom(unittest.TestCase):
    def test_nc_the_classroom_s_peers_and_our_client_meet_over_both_transports(self):
        with Both("--threads", "2") as server, Person(server.tcp, "ann") as ann, UdpPeer(server.port) as uma:
            eve = ClassroomClient(server.tcp)
            eve.say("hello from eve")
            self.assertEqual(ann.hear(), (eve.label, "hello from eve"))
            self.assertEqual(eve.hear(), f"{eve.label}\nhello from eve\n")
            uma.enter()
            self.assertEqual(ann.hear(), (uma.label, "hello"))
            self.assertEqual(eve.hear(), f"{uma.label}\nhello\n")
            with Running("-n", "carol", f"127.0.0.1:{server.tcp}") as carol, \
                    Running("-n", "dave", f"udp://127.0.0.1:{server.port}") as dave:
                named = sorted(re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", ann.hear()[1]) for _ in range(2))
                self.assertEqual(named, ["ADDRESS is now <carol>", "ADDRESS is now <dave>"])
                for client, name in ((carol, "carol"), (dave, "dave")):
                    client.say(f"hi from {name}")
                    self.assertEqual(ann.hear(), (f"<{name}>", f"hi from {name}"))
                    uma.until(f"<{name}>\nhi from {name}")
                    while f"<{name}>\nhi from {name}\n" not in eve.hear():
                        pass
                who = ann.answer("/who")
                self.assertRegex(who, r"^lobby, 5 here: ")
                for one in ("<ann>", "<carol>", "<dave>", eve.label, uma.label):
                    self.assertIn(one + " #", who)
                ann.say(b"/msg carol psst\n")
                self.assertEqual(ann.hear(), ("<ann> -> <carol>", "psst"))
                while "psst" not in (line := carol.stdout.readline()):
                    self.assertTrue(line)
                ann.say(b"/msg dave pst\n")
                self.assertEqual(ann.hear(), ("<ann> -> <dave>", "pst"))
                while "pst" not in (line := dave.stdout.readline()):
                    self.assertTrue(line)
                uma.say("/msg ann over udp")
                self.assertEqual(ann.hear(), (f"{uma.label} -> <ann>", "over udp"))
                self.assertEqual(uma.hear(), f"{uma.label} -> <ann>\nover udp")  # and of psst nothing
                ann.say(b"//me said aloud\n/me waves\n")
                self.assertEqual([ann.hear(), ann.hear()], [("<ann>", "/me said aloud"), ("<ann>", "/me waves")])
                self.assertEqual([uma.hear(), uma.hear()], ["<ann>\n/me said aloud", "<ann>\n/me waves"])
            gone = sorted(ann.hear()[1] for _ in range(1))
            self.assertIn(gone[0], ("<carol> left", "<dave> left"))
            code, log = server.stop()
            self.assertEqual(code, 0, log)
            self.assertNotIn("psst", log)

    def test_a_name_is_one_member_s_whatever_it_looks_like(self):
        with Both() as server, Person(server.tcp, "coco") as coco, Person(server.tcp) as eve, UdpPeer(server.port) as uma:
            for name in ("coco", "COCO", "\u0441\u043e\u0441\u043e"):  # the last is Cyrillic
                self.assertEqual(eve.answer(f"/name {name}"), f"{name} is taken, or looks like a name that is")
            uma.enter()
            eve.hear()
            uma.say("/name coco")
            self.assertEqual(uma.hear(), "*\ncoco is taken, or looks like a name that is")
            for name in ("x" * 33, "a/b", "a:b", "<a>", "a" + "\u0301" * 5, "127.0.0.1", "::1", "server", "123", "a\u0431",
                         "#7", "*", "@a"):
                self.assertEqual(eve.ask(f"/name {name}")[0], "*", name)
                eve.say(b"still nobody\n")
                self.assertEqual(eve.hear(), (eve.label, "still nobody"), name)
            self.assertEqual(eve.answer("/name"), "usage: /name NAME [KEY]")
            eve.say("/name \u5c0f\u660e\n".encode())
            eve.expect("you are <\u5c0f\u660e>", f"{eve.label} is now <\u5c0f\u660e>")
            coco.say(b"/quit\n")
            while coco.line() is not None:
                pass
            eve.until("*", "<coco> left")
            eve.say(b"/name coco\n")
            eve.expect("you are <coco>", "<\u5c0f\u660e> is now <coco>")


class Rooms(unittest.TestCase):
    def test_who_joins_another_room_hears_that_one_alone(self):
        with Both() as server, Person(server.tcp, "ann") as ann, Person(server.tcp, "bob") as bob, UdpPeer(server.port) as uma:
            ann.until("*", f"{bob.label} is now <bob>")
            bob.say(b"/join garden\n")
            bob.expect("you are in garden, 1 here", "<bob> joined")
            self.assertEqual(ann.hear(), ("*", "<bob> left"))
            ann.say(b"in the lobby\n")
            self.assertEqual(ann.hear(), ("<ann>", "in the lobby"))
            bob.say(b"in the garden\n")
            self.assertEqual(bob.hear(), ("<bob>", "in the garden"))
            self.assertEqual(ann.answer("/rooms"), "rooms: garden 1, lobby 1")
            uma.enter()
            uma.say("/join garden")
            self.assertEqual(uma.hear(), "*\nyou are in garden, 2 here")
            uma.say("in the garden too")
            self.assertEqual(uma.hear(), f"{uma.label}\nin the garden too")
            self.assertEqual(bob.hear(), (uma.label, "in the garden too"))
            uma.say("/leave")
            self.assertEqual(uma.hear(), "*\nyou are in lobby, 2 here")
            ann.say(b"/msg bob across rooms\n")
            self.assertEqual(ann.hear(), (uma.label, "hello"))
            self.assertEqual(ann.hear(), ("<ann> -> <bob>", "across rooms"))
            self.assertEqual(bob.hear(), ("<ann> -> <bob>", "across rooms"))
            bob.say(b"/leave\n")
            bob.expect("you are in lobby, 3 here", "<bob> joined")
            counted = server.counters()
            self.assertEqual((counted["joined"], counted["members"], counted["left.quit"], counted["rooms"]), (3, 3, 0, 2))

    def test_only_listed_rooms_and_no_more_than_there_may_be(self):
        with Server("--room", "hall", "--room", "garden", "--rooms", "listed") as server, Person(server.port, "ann") as ann:
            self.assertEqual(ann.answer("/rooms"), "rooms: garden 0, hall 1")
            self.assertEqual(ann.answer("/join attic"), "there is no room attic: try /rooms")
            ann.say(b"/join garden\n")
            ann.expect("you are in garden, 1 here", "<ann> joined")
        with Server("--max-rooms", "2") as server, Person(server.port) as ann, Person(server.port) as bob:
            self.assertEqual(ann.answer("/join attic"), "you are in attic, 1 here")
            self.assertEqual(bob.answer("/join cellar"), "there are too many rooms already")

    def test_ten_thousand_rooms_asked_for_by_one_address_are_twenty(self):
        with Server("--rate", "0") as server, Person(server.port) as ann:
            told = []
            for i in range(1000):  # what is said in a room keeps it
                told.append(ann.answer(f"/join room{i}"))
                if told[-1].startswith("you are"):
                    ann.say(b"said\n")
                    self.assertEqual(ann.hear(), (ann.label, "said"))
            self.assertEqual(len([one for one in told if one.startswith("you are")]), 20)
            self.assertEqual(set(told[20:]), {"too many rooms have been made from your address already"})

    def test_a_welcome_is_told_line_by_line(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("be kind\n\n  /help tells more\n")
            file.flush()
            with Both("--welcome", "Hello.", "--welcome", file.name) as server, Peer(server.tcp) as ann, UdpPeer(server.port) as uma:
                for line in ("Hello.", "be kind", "  /help tells more"):
                    self.assertEqual(ann.hear(), ("*", line))
                uma.say("#ping#")
                self.assertEqual(uma.hear(), "*\nHello.; be kind;   /help tells more")  # over UDP in one datagram

    def test_a_room_above_the_limit_hears_of_no_joins(self):
        with Server("--announce-limit", "1") as server, Peer(server.port) as ann, Person(server.port) as bob:
            bob.enter()
            ann.enter()
            self.assertEqual(bob.hear(), (ann.label, "hello"))
            self.assertEqual(bob.answer("/name bob"), "you are <bob>")
            bob.say(b"quiet\n")
            self.assertEqual(ann.hear(), ("<bob>", "quiet"))


class CommandsOff(unittest.TestCase):
    LINES = ["/name ann", "/me waves", "//x", "/who", " /help", "/", "/quit now", "/loginx", "plain"]

    def test_the_wire_is_the_classroom_s_to_the_byte(self):
        with Both("--commands", "off") as server, Person(server.tcp) as bob, Person(server.tcp) as ann, UdpPeer(server.port) as uma:
            uma.enter()
            bob.enter()
            ann.enter()
            bob.until(ann.label, "hello")
            uma.until(f"{ann.label}\nhello")
            ann.say("".join(line + "\n" for line in self.LINES).encode() + b"/quit\n")
            ann.socket.settimeout(20)
            expected = "".join(f"{ann.label}\n{line}\n" for line in self.LINES).encode()
            heard = b""
            while piece := ann.socket.recv(65536):
                heard += piece
            self.assertEqual(heard, expected)
            heard = b""
            while len(heard) < len(expected):
                heard += bob.socket.recv(65536)
            self.assertEqual(heard, expected)
            for line in self.LINES:
                self.assertEqual(uma.hear(), f"{ann.label}\n{line}")
            uma.say("/name uma")
            self.assertEqual(uma.hear(), f"{uma.label}\n/name uma")
            uma.say("/quit")
            eventually(lambda: server.counters()["left.quit"] == 2)

    def test_no_password_is_broadcast_all_the_same(self):
        told = "this server has no passwords to take: your line was not passed on"
        with Both("--commands", "off") as server, Person(server.tcp) as bob, Person(server.tcp) as ann, UdpPeer(server.port) as uma:
            uma.enter()
            bob.enter()
            ann.enter()
            bob.until(ann.label, "hello")
            uma.until(f"{ann.label}\nhello")
            for line in (f"/login boss {PASSWORD}", f"/pass {PASSWORD}", f"  /LOGIN boss {PASSWORD}"):
                self.assertEqual(ann.answer(line), told)
            uma.say(f"/login boss {PASSWORD}")
            self.assertEqual(uma.hear(), f"*\n{told}")
            ann.say(b"after\n")
            self.assertEqual(bob.hear(), (ann.label, "after"))
            _, log = server.stop()
            self.assertNotIn(PASSWORD, log)

    def test_our_client_says_that_there_are_no_names(self):
        with Server("--commands", "off") as server, Peer(server.port) as ann:
            ann.enter()
            with Running("-n", "carol", f"127.0.0.1:{server.port}") as carol:
                self.assertTrue(ann.hear()[1].startswith("/name carol"))
                carol.stdin.close()
                self.assertIn("this server has no names", carol.stderr.read())


class BadInput(unittest.TestCase):
    def test_a_command_in_broken_utf_8_is_answered_and_harms_nobody(self):
        with Both() as server, Person(server.tcp, "ann") as ann, Person(server.tcp) as eve, UdpPeer(server.port) as uma:
            eve.enter()
            uma.enter()
            eve.until(uma.label, "hello")
            for line in (b"/\xff\xfe", b"/name \xc3\x28", b"/msg ann \xff", b"/msg \xed\xa0\x80 x", b"/join \xf0\x9f", b"/kick \xff",
                         b"/\x00name x\x07/y", b"/" + b"x" * 4000, b"/ban " + b"9" * 1000):
                eve.say(line + b"\n")
                heard = eve.hear()
                self.assertTrue(heard[0] == "*" or heard == (f"{eve.label} -> <ann>", "\ufffd"), heard)
                uma.say(line)
                heard = uma.hear()
                self.assertTrue(heard.startswith("*\n") or heard == f"{uma.label} -> <ann>\n\ufffd", heard)
            eve.say(b"well\n")
            ann.until(eve.label, "well")

    def test_a_private_message_that_can_not_arrive_is_told(self):
        with Server("--rate", "0") as server, Person(server.port, "ann") as ann, Person(server.port, "bob") as bob:
            self.assertEqual(bob.answer("/msg nobody hi"), "nobody here is nobody")
            self.assertEqual(bob.answer("/msg #999999 hi"), "nobody here is #999999")
            self.assertEqual(bob.answer("/msg"), "usage: /msg WHO TEXT")
            ann.until("*", f"{bob.label} is now <bob>")
            # ann reads nothing from here on.
            for _ in range(10_000):
                bob.say(b"/msg ann " + b"x" * 4000 + b"\n")
                if bob.hear() == ("*", "<ann> did not get your message: too much waits there unread"):
                    break
            else:
                self.fail("ann takes everything")
            bob.say(b"well\n")
            self.assertEqual(bob.hear(), ("<bob>", "well"))

    def test_a_flood_of_renames_is_held_at_the_rate_and_harms_nobody(self):
        with Server("--rate", "10", "--burst", "5") as server, Person(server.port) as ann, Person(server.port) as eve:
            eve.say(b"".join(b"/name eve%d\n" % i for i in range(500)))
            ann.say(b"hello\n")
            renamed = len(ann.until(ann.label, "hello"))
            ann.say(b"again\n")
            renamed += len(ann.until(ann.label, "again"))
            self.assertLess(renamed, 100)
            self.assertEqual(server.stop()[0], 0)

    def test_three_hundred_callers_are_logged_at_a_bounded_rate_and_none_is_forgotten(self):
        with Server() as server:
            crowd = [Peer(server.port) for _ in range(300)]
            for one in crowd:
                one.say(b"x\n")  # one that says nothing is no member for a while
                one.socket.close()

            def all_gone():
                server.process.send_signal(signal.SIGUSR1)
                while "joined=" not in (line := server.process.stderr.readline()):
                    lines.append(line)
                return "members=0 " in line and "joined=300 " in line

            lines = []
            eventually(all_gone)
            _, rest = server.stop()
            log = "".join(lines) + rest
            told = len(re.findall(r"\] 127\.0\.0\.1:\d+ (?:joined, #\d+|left after \d+ s, #\d+: \w+)$", log, re.M))
            more = sum(int(n) for n in re.findall(r"\] and (\d+) more joins, goodbyes and refusals$", log, re.M))
            self.assertEqual(told + more, 600)
            self.assertGreater(more, 0)


if __name__ == "__main__":
    unittest.main()
