# SPDX-License-Identifier: BSL-1.0
import os
import resource
import signal
import socket
import struct
import subprocess
import tempfile
import unittest

from harness import SERVER, Peer, Server, eventually


def run(*options):
    return subprocess.run([SERVER, *options], capture_output=True, text=True, timeout=20)


class Program(unittest.TestCase):
    def test_help_and_version(self):
        self.assertIn("--max-members-per-address", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^chatroom-server \d+\.\d+\.\d+\n$")

    def test_a_bad_option_or_value_is_one_sentence_and_exit_code_2(self):
        for options in (["--no-such"], ["--rate", "-1"], ["--drain", "soon"], ["--max-message", "63"], ["--slow", "maybe"],
                        ["--tcp", "host:x"], ["stray"]):
            ended = run(*options)
            self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n")), (2, "", 1), options)

    def test_a_port_in_use_is_one_sentence_and_exit_code_1(self):
        with Server() as server:
            ended = run("--tcp", f"127.0.0.1:{server.port}")
            self.assertEqual(ended.returncode, 1)
            self.assertRegex(ended.stderr, r"^chatroom-server: can't listen at .*in use\n$")

    def test_the_configuration_file_is_read_and_a_bad_line_is_exit_code_1(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("# a comment\nmax-members = 1\n")
            file.flush()
            with Server("--config", file.name) as server, Peer(server.port) as ann:
                ann.enter()
                with Peer(server.port) as bob:
                    self.assertEqual(bob.hear(), ("*", "the room is full"))
            file.write("no-such = 1\n")
            file.flush()
            self.assertEqual(run("--config", file.name).returncode, 1)
        self.assertEqual(run("--config", "/no/such/file").returncode, 1)

    def test_sigterm_drains_and_sigusr1_logs_the_counters(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            server.process.send_signal(signal.SIGUSR1)
            ann.say(b"last\n")
            self.assertEqual(ann.hear()[1], "last")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(ann.hear(), ("*", "the room is closing"))
            self.assertIsNone(ann.line())
            ann.socket.close()
            _, log = server.process.communicate(timeout=20)
            self.assertEqual(server.process.returncode, 0)
            self.assertEqual(log.count("joined=1"), 2)
            self.assertIn("left.shutdown=1", log)

    def test_a_second_sigterm_insists(self):
        with Server("--drain", "10min") as server, Peer(server.port) as ann:
            ann.enter()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(ann.hear(), ("*", "the room is closing"))
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.process.wait(5), 0)


class BadDays(unittest.TestCase):
    def check(self, server, ann, bob):
        """After each harm: a healthy pair still talks, and lost nothing."""
        for i in range(20):
            ann.say(b"word %d\n" % i)
        for peer in (ann, bob):
            for i in range(20):
                self.assertEqual(peer.hear(), (ann.label, f"word {i}"))

    def room(self, server):
        bob = Peer(server.port).enter()
        ann = Peer(server.port).enter()
        bob.hear()
        self.addCleanup(ann.socket.close)
        self.addCleanup(bob.socket.close)
        return ann, bob

    def test_a_thousand_connections_at_once(self):
        with Server() as server:
            ann, bob = self.room(server)
            crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]
            self.check(server, ann, bob)
            for one in crowd:
                one.close()
            self.check(server, ann, bob)

    def test_resets_in_a_storm(self):
        with Server() as server:
            ann, bob = self.room(server)
            for _ in range(300):
                one = socket.create_connection(("127.0.0.1", server.port))
                one.send(b"unfinished")
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.close()
            self.check(server, ann, bob)

    def test_one_byte_at_a_time_with_noise(self):
        with Server() as server, Peer(server.port) as eve:
            ann, bob = self.room(server)
            eve.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for byte in b"\0h\x1b\xff\xfd\x01\xe2\x82\xac\x07i\n":
                eve.say(bytes([byte]))
            for peer in (ann, bob):
                self.assertEqual(peer.hear(), (eve.label, "h\u20aci"))
            self.check(server, ann, bob)

    def test_no_descriptors_left_and_back_again(self):
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
        with Server("--threads", "1", preexec=limit) as server:
            ann, bob = self.room(server)
            crowd = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
            self.check(server, ann, bob)
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
            _, log = server.stop()
            self.assertRegex(log, r"refused\.(no_descriptors|room_full)=[1-9]")

    @unittest.skipIf(os.environ.get("CHATROOM_SANITIZE"), "a sanitizer keeps freed memory: its resident size says nothing")
    def test_memory_stays_bounded_when_members_stop_reading(self):
        with Server("--rate", "0", "--log-bytes", "1M", "--drain", "1s") as server:
            ann, bob = self.room(server)
            stalled = [Peer(server.port) for _ in range(10)]
            for one in stalled:
                one.say(b"hello\n")

            def resident():
                with open(f"/proc/{server.process.pid}/statm") as statm:
                    return int(statm.read().split()[1]) * resource.getpagesize()

            before = resident()
            block = b"y" * 3999 + b"\n"
            for _ in range(4000):
                ann.say(block)
                while True:
                    sender, text = ann.hear()
                    if text and text[0] == "y":
                        break
                while bob.hear()[1][0] != "y":
                    pass
            self.assertLess(resident() - before, 8 * 1024 * 1024)
            for one in stalled:
                one.socket.close()


if __name__ == "__main__":
    unittest.main()
