# SPDX-License-Identifier: BSL-1.0
import signal
import socket
import unittest

from harness import Peer, Server, eventually


class Harms(unittest.TestCase):
    def test_signals_in_the_middle_of_a_broadcast_harm_nothing(self):
        with Server("--rate", "0") as server:
            bob = Peer(server.port).enter()
            ann = Peer(server.port).enter()
            bob.hear()
            for i in range(2000):
                ann.say(b"word %d\n" % i)
                if i % 20 == 0:
                    server.process.send_signal(signal.SIGUSR1)
            for peer in (ann, bob):
                for i in range(2000):
                    self.assertEqual(peer.hear(), (ann.label, f"word {i}"))
            server.process.send_signal(signal.SIGTERM)
            for peer in (ann, bob):
                self.assertEqual(peer.hear(), ("*", "the room is closing"))
                self.assertIsNone(peer.line())
                peer.socket.close()
            server.process.communicate(timeout=20)
            self.assertEqual(server.process.returncode, 0)

    def test_who_connects_and_says_nothing_stays_and_listens(self):
        with Server() as server, Peer(server.port) as silent, Peer(server.port) as ann:

            def both_are_in():
                server.process.send_signal(signal.SIGUSR1)
                return "joined=2 " in server.process.stderr.readline()

            eventually(both_are_in)
            ann.enter()
            self.assertEqual(silent.hear(), (ann.label, "hello"))
            ann.say(b"still there?\n")
            self.assertEqual(silent.hear(), (ann.label, "still there?"))

    def test_a_line_that_drips_in_is_closed_and_only_its_peer(self):
        with Server("--line-time", "1s") as server, Peer(server.port) as eve, Peer(server.port) as ann:
            ann.enter()
            eve.enter()
            ann.hear()
            eve.socket.settimeout(0.1)
            heard = b""
            while b"took too long" not in heard:
                try:
                    eve.say(b".")
                    heard += eve.socket.recv(1024)
                except TimeoutError:
                    pass
            ann.say(b"ok\n")
            self.assertEqual(ann.hear(), (ann.label, "ok"))

    def test_telnet_commands_are_swallowed_also_when_they_are_cut(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            ann.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for piece in (b"\xff", b"\xfb", b"\x01hi", b"\xff\xfa\x18", b"\x00xterm\xff", b"\xf0 there\n"):
                ann.say(piece)
            self.assertEqual(ann.hear(), (ann.label, "hi there"))

    def test_utf8_that_is_broken_or_cut_between_two_reads_is_mended_as_if_it_had_come_whole(self):
        cut = [(b"caf\xc3", b"\xa9"), (b"\xf0\x9f", b"\x98\x80"), (b"euro \xe2", b"\x82\xac"),
               (b"lone \xc3", b"( lead"), (b"two of \xe2\x82", b"three"), (b"stray \xa9", b"\xa9"),
               (b"overlong \xc0", b"\xaf"), (b"surrogate \xed\xa0", b"\x80"), (b"beyond \xf4\x90", b"\x80\x80"),
               (b"never \xfe", b"\xc1")]
        with Server("--threads", "1") as server, Peer(server.port) as ann, Peer(server.port) as bob:
            bob.enter()
            ann.enter()
            bob.hear()
            for first, second in cut:
                ann.say(first)
                bob.say(b"between\n")  # what comes back of it tells that the first part has been read
                for peer in (ann, bob):
                    self.assertEqual(peer.hear(), (bob.label, "between"))
                ann.say(second + b"\n" + first + second + b"\n")
                for peer in (ann, bob):
                    mended = peer.hear()
                    self.assertEqual(mended, peer.hear())
                    self.assertEqual(mended[0], ann.label)
                    whole = (first + second).decode("utf-8", "replace")
                    self.assertEqual(mended[1].replace("\ufffd", ""), whole.replace("\ufffd", ""))
                    self.assertEqual("\ufffd" in mended[1], "\ufffd" in whole)

    def test_a_thousand_callers_from_one_address_get_its_share(self):
        with Server("--max-members-per-address", "10") as server, Peer(server.port) as ann:
            ann.enter()
            crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]

            def all_but_nine_refused():
                server.process.send_signal(signal.SIGUSR1)
                return "refused.address_limit=991 " in server.process.stderr.readline()

            eventually(all_but_nine_refused)
            ann.say(b"ok\n")
            self.assertEqual(ann.hear(), (ann.label, "ok"))
            for one in crowd:
                one.close()

            def served():
                try:
                    with Peer(server.port) as late:
                        late.say(b"hello\n")
                        return late.hear() == (late.label, "hello")
                except OSError:
                    return False

            eventually(served)


if __name__ == "__main__":
    unittest.main()
