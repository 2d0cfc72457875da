# SPDX-License-Identifier: BSL-1.0
"""The server over UDP as its members see it: the wire, bad input, its limits and its end. One thread where one socket's
order of arrival is relied on: what a later datagram brought back, an earlier one would have."""
import signal
import socket
import subprocess
import unittest

from datagrams import UdpPeer, UdpServer
from harness import SERVER, Peer, eventually

TOO_LONG = "*\nyour message is too long and was not passed on"


class Membership(unittest.TestCase):
    def test_a_speaker_that_is_no_member_is_not_heard(self):
        with UdpServer("--threads", "1") as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as eve:
            ann.enter()
            eve.say("let me in")
            eve.say("#ping")
            ann.say("who is there?")
            self.assertEqual(ann.hear(), f"{ann.label}\nwho is there?")
            self.assertTrue(eve.heard_nothing())
            eve.enter()
            self.assertEqual(ann.hear(), f"{eve.label}\nhello")
            self.assertEqual(server.counters()["refused.not_a_member"], 2)

    def test_who_quits_is_gone_at_once_and_can_come_again(self):
        with UdpServer("--threads", "1") as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as bob:
            ann.enter()
            for last in ("/quit", " /quit\t\r\n", "bye\n/quit\nand another thing"):
                bob.enter()
                self.assertEqual(ann.hear(), f"{bob.label}\nhello")
                bob.say(last)
                bob.say("after")
                if last.startswith("bye"):
                    for peer in (ann, bob):
                        self.assertEqual(peer.hear(), f"{bob.label}\nbye")
                ann.say("gone")
                self.assertEqual(ann.hear(), f"{ann.label}\ngone")
                self.assertTrue(bob.heard_nothing())
            counted = server.counters()
            self.assertEqual((counted["left.quit"], counted["members"]), (3, 1))

    def test_a_member_that_falls_silent_is_expelled_though_nobody_speaks(self):
        with UdpServer("--heartbeat", "100ms", "--expiry", "300ms") as server, UdpPeer(server.port) as ann:
            ann.enter()
            eventually(lambda: server.counters()["left.heartbeat_timeout"] == 1)
            self.assertEqual(server.counters()["members"], 0)

    def test_an_address_has_its_share_over_tcp_and_udp_together(self):
        refusal = "too many members from your address"
        with UdpServer("--tcp", "127.0.0.1:0", "--max-members-per-address", "2") as server, \
                UdpPeer(server.port) as ann, Peer(server.ports["tcp"]) as bob, UdpPeer(server.port) as eve:
            bob.enter()
            ann.enter()
            self.assertEqual(bob.hear(), (ann.label, "hello"))
            with Peer(server.ports["tcp"]) as late:
                self.assertEqual(late.hear(), ("*", refusal))
            eve.say("#ping#")
            self.assertEqual(eve.hear(), f"*\n{refusal}")
            ann.say("/quit")  # its place goes to one over TCP
            eventually(lambda: server.counters()["members"] == 1)
            with Peer(server.ports["tcp"]) as dan:
                dan.enter()
                eve.say("#ping#")
                self.assertEqual(eve.hear(), f"*\n{refusal}")
            eventually(lambda: server.counters()["members"] == 1)  # and that one's to one over UDP
            eve.enter()

    def test_a_full_room_says_so_and_its_member_hears_nothing_of_it(self):
        with UdpServer("--max-members", "1", "--threads", "1") as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as bob:
            ann.enter()
            bob.say("#ping#")
            self.assertEqual(bob.hear(), "*\nthe room is full")
            bob.say("but I was here")
            ann.say("alone")
            self.assertEqual(ann.hear(), f"{ann.label}\nalone")
            ann.say("/quit")
            bob.enter()
            self.assertEqual(server.counters()["refused.room_full"], 1)


class Texts(unittest.TestCase):
    def test_a_long_message_from_tcp_is_cut_between_code_points_and_each_piece_says_who_speaks(self):
        with UdpServer("--tcp", "127.0.0.1:0") as server, UdpPeer(server.port) as ann, Peer(server.ports["tcp"]) as tom:
            tom.enter()
            ann.enter()
            for text in ("x" * 4096, "é" * 2048, "€" * 1365, "😀" * 1024, "a" + "😀" * 1023):
                tom.say(text.encode() + b"\n")
                whole, pieces = "", 0
                while len(whole) < len(text):
                    datagram = ann.socket.recv(65536)
                    self.assertLessEqual(len(datagram), 1024)
                    sender, piece = datagram.decode().split("\n")  # not UTF-8: this fails
                    self.assertEqual(sender, tom.label)
                    whole += piece
                    pieces += 1
                self.assertEqual(whole, text)
                self.assertEqual(pieces, 5)

    def test_the_longest_message_that_fits_a_datagram_is_one(self):
        with UdpServer("--threads", "1") as server, UdpPeer(server.port) as ann:
            ann.enter()
            fits = 1024 - len(ann.label) - 1
            ann.say("y" * fits)
            self.assertEqual(ann.hear(), f"{ann.label}\n" + "y" * fits)
            ann.say("z" * (fits + 1))
            self.assertEqual([ann.hear(), ann.hear()], [f"{ann.label}\n" + "z" * fits, f"{ann.label}\nz"])

    def test_line_breaks_make_several_messages_and_none_forges_a_sender(self):
        with UdpServer("--threads", "1") as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as eve:
            ann.enter()
            eve.enter()
            ann.hear()
            eve.say(f"one\n{ann.label}\r\nI owe eve money\n\n*\n\rthe room is closing\n")
            for text in ("one", ann.label, "I owe eve money", "*", "the room is closing"):
                for peer in (ann, eve):
                    self.assertEqual(peer.hear(), f"{eve.label}\n{text}")
            eve.say(f"two\u2028{ann.label}\x85three\x0b\x0c\x1b[2J\u202e")
            self.assertEqual(ann.hear(), f"{eve.label}\ntwo{ann.label}three[2J")

    def test_what_is_empty_too_long_or_not_utf_8_harms_nobody(self):
        with UdpServer("--threads", "1", "--rate", "0") as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as eve:
            ann.enter()
            eve.enter()
            ann.hear()
            for nothing in (b"", b"\n", b"\r\n\r\n", b"\0\1\x7f", "\u202e\u2066".encode()):
                eve.say(nothing)
            for long in (b"x" * 4097, b"x" * 65507, b"\xff" * 65507):
                eve.say(long)
            eve.say(b"a\xff\xe2\x82b\xf0\x9f")
            self.assertEqual(ann.hear(), f"{eve.label}\na\ufffd\ufffdb\ufffd")
            self.assertEqual(eve.hear(), TOO_LONG)  # once a minute
            self.assertEqual(eve.hear(), f"{eve.label}\na\ufffd\ufffdb\ufffd")
            self.assertTrue(eve.heard_nothing())
            self.assertEqual(server.counters()["dropped"], 3)

    def test_above_the_rate_messages_are_dropped_counted_and_told_of_once(self):
        with UdpServer("--rate", "1", "--burst", "5") as server, UdpPeer(server.port) as ann:
            ann.enter()
            for i in range(60):
                ann.say(f"word {i}")
            heard = []

            def all_accounted_for():
                while not ann.heard_nothing():
                    heard.append(ann.hear())
                return len([one for one in heard if one[0] != "*"]) + server.counters()["dropped"] == 60

            eventually(all_accounted_for)
            words = [int(one.split(" ")[1]) for one in heard if one[0] != "*"]
            self.assertEqual(words[:4], [0, 1, 2, 3])  # the burst, without hello
            self.assertEqual(words, sorted(set(words)))
            self.assertLess(len(words), 30)
            notices = [one for one in heard if one[0] == "*"]
            self.assertEqual(len(notices), 1)
            self.assertIn("faster than this room allows", notices[0])


class Beginning(unittest.TestCase):
    def test_with_no_address_it_serves_both_transports_at_the_default_port(self):
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                try:
                    probe.bind(("127.0.0.1", 9001))
                except OSError:
                    self.skipTest("port 9001 is taken")
        with subprocess.Popen([SERVER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            try:
                self.assertEqual(server.stdout.readline(), "listening tcp 127.0.0.1:9001\n")
                self.assertEqual(server.stdout.readline(), "listening udp 127.0.0.1:9001\n")
                with UdpPeer(9001) as ann, Peer(9001) as tom:
                    ann.enter()
                    tom.enter()
                    self.assertEqual(ann.hear(), f"{tom.label}\nhello")
            finally:
                server.kill()

    def test_with_udp_alone_it_serves_nothing_else(self):
        with UdpServer() as server, UdpPeer(server.port) as ann:
            ann.enter()
            with self.assertRaises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", server.port))
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.stdout.read(), "")


class Ends(unittest.TestCase):
    def test_at_sigterm_everything_said_before_arrives_and_then_the_goodbye(self):
        with UdpServer("--tcp", "127.0.0.1:0", "--rate", "0", "--threads", "2") as server, UdpPeer(server.port) as bob:
            with Peer(server.ports["tcp"]) as tom:
                bob.enter()
                tom.enter()
                tom.say(b"".join(b"word %d\n" % i for i in range(100)))
                while tom.hear()[1] != "word 99":
                    pass
                server.process.send_signal(signal.SIGTERM)  # what tom has heard is in the log; bob may not have it yet
                words = ["hello", *(f"word {i}" for i in range(100))]
                self.assertEqual([bob.hear() for _ in words], [f"{tom.label}\n{text}" for text in words])
                self.assertEqual(bob.hear(), "*\nthe room is closing")
                self.assertEqual(tom.hear(), ("*", "the room is closing"))
            _, log = server.process.communicate(timeout=20)
            self.assertEqual(server.process.returncode, 0)
            self.assertIn("left.shutdown=2", log)
            self.assertTrue(bob.heard_nothing())


if __name__ == "__main__":
    unittest.main()
