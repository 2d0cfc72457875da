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

            eventually(both_are_in)  # who connected first is not always in first: they are on two shards
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

    def test_a_thousand_callers_from_one_address_get_its_share(self):
        with Server("--max-members-per-address", "10") as server, Peer(server.port) as ann:
            ann.enter()
            crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]

            def all_but_nine_refused():
                server.process.send_signal(signal.SIGUSR1)
                return "refused.address_full=991 " in server.process.stderr.readline()

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
