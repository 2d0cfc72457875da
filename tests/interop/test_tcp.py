# SPDX-License-Identifier: BSL-1.0
import shutil
import subprocess
import unittest

from harness import ClassroomClient, ClassroomServer, Peer, Server, client


class Pairings(unittest.TestCase):
    options = ()

    def test_our_client_hears_its_own_word_from_our_server_and_ends_well(self):
        with Server(*self.options) as server:
            ended = client(server.port, "hi\n")
            self.assertRegex(ended.stdout, r"^127\.0\.0\.1:\d+: hi\n$")
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertEqual(server.stop()[0], 0)

    def test_the_classroom_client_talks_on_our_server(self):
        with Server(*self.options) as server:
            ann = ClassroomClient(server.port)
            for text in ("hello", "again"):
                ann.say(text)
                self.assertEqual(ann.hear(), f"{ann.label}\n{text}\n")
            bob = ClassroomClient(server.port)
            bob.say("me too")
            self.assertEqual(bob.hear(), f"{bob.label}\nme too\n")
            ann.say("/quit")
            ann.hear()
            self.assertEqual(ann.hear(), "")

    @unittest.skipUnless(shutil.which("nc"), "nc is not installed")

    def test_nc_sends_lines_and_hears_them_back_after_its_end_of_file(self):
        with Server(*self.options) as server:
            heard = subprocess.run(["nc", "-N", "127.0.0.1", str(server.port)], input=b"one\ntwo\n", capture_output=True, timeout=20)
            self.assertRegex(heard.stdout, rb"^127\.0\.0\.1:(\d+)\none\n127\.0\.0\.1:\1\ntwo\n$")

    def test_ipv6_members_are_labelled_in_brackets_and_mapped_ones_as_v4(self):
        with Server(*self.options, at="[::]:0") as server, Peer(server.port, "::1") as six, Peer(server.port) as four:
            six.enter()
            four.enter()
            self.assertEqual(six.hear(), (four.label, "hello"))
            self.assertTrue(six.label.startswith("[::1]:"))


class PairingsWithoutCommands(Pairings):
    options = ("--commands", "off")


class AtTheClassroomServer(unittest.TestCase):
    def test_our_client_talks_on_the_classroom_server(self):
        server = ClassroomServer()
        ended = client(server.port, "hi\n")
        self.assertRegex(ended.stdout, r"^127\.0\.0\.1:\d+: hi\n$")
        self.assertEqual((ended.returncode, ended.stderr), (0, ""))

    def test_the_classroom_peers_get_on_with_each_other(self):
        server = ClassroomServer()
        ann = ClassroomClient(server.port)
        ann.say("hi")
        self.assertEqual(ann.hear(), f"{ann.label}\nhi")


class ClientErrors(unittest.TestCase):
    def test_a_refused_connection_is_one_sentence_and_exit_code_1(self):
        ended = client(1, "hi\n")
        self.assertEqual(ended.returncode, 1)
        self.assertRegex(ended.stderr, r"^chatroom-client: can't connect .*\n$")

    def test_a_server_that_goes_away_is_one_sentence_and_exit_code_3(self):
        with Server() as server:
            from harness import CLIENT
            talking = subprocess.Popen([CLIENT, f"127.0.0.1:{server.port}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            talking.stdin.write("hi\n")
            talking.stdin.flush()
            self.assertRegex(talking.stdout.readline(), ": hi")
            server.process.kill()
            self.assertEqual(talking.wait(20), 3)
            self.assertRegex(talking.stderr.read(), r"^chatroom-client: .*\n$")
            for pipe in (talking.stdin, talking.stdout, talking.stderr):
                pipe.close()


if __name__ == "__main__":
    unittest.main()
