# SPDX-License-Identifier: BSL-1.0
import select
import signal
import socket
import subprocess
import time
import unittest

from datagrams import ClassroomUdpServer, UdpPeer, UdpServer
from harness import CLIENT, SERVER, Peer, eventually


def client(*arguments, words=""):
    return subprocess.run([CLIENT, *arguments], input=words, capture_output=True, text=True, timeout=30)


class Listening(subprocess.Popen):
    """A client that says nothing."""

    def __init__(self, port, host="127.0.0.1"):
        super().__init__([CLIENT, "--listen", f"udp://{host}:{port}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def __exit__(self, *_):
        if self.poll() is None:
            self.kill()
        self.communicate()

    def hear_from(self, peer):
        """Returns when it has heard the peer, which speaks until then: nobody is told of a join."""
        end = time.monotonic() + 20
        while select.select([self.stdout], [], [], 0.1)[0] == []:
            assert time.monotonic() < end, "it hears nothing"
            peer.say("is anybody there?")
        assert self.stdout.readline().endswith(": is anybody there?\n")


class Pairings(unittest.TestCase):
    options = ()

    def test_the_classroom_client_with_our_server(self):
        with UdpServer(*self.options) as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as bob:
            ann.enter()
            bob.enter()
            self.assertEqual(ann.hear(), f"{bob.label}\nhello")
            ann.say("hi there")
            self.assertEqual(ann.hear(), f"{ann.label}\nhi there")
            self.assertEqual(bob.hear(), f"{ann.label}\nhi there")

    def test_our_client_with_our_server(self):
        with UdpServer(*self.options) as server, UdpPeer(server.port) as ann:
            ann.enter()
            done = client("-m", "from the client", f"udp://127.0.0.1:{server.port}")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            self.assertTrue(ann.hear().endswith("\nfrom the client"))
            done = client("--udp", f"127.0.0.1:{server.port}", words="one\ntwo\n")
            self.assertEqual(done.returncode, 0)
            self.assertEqual([line.split(": ")[1] for line in done.stdout.splitlines()], ["one", "two"])
            code, log = server.stop()
            self.assertEqual(code, 0)
            self.assertIn("left.quit=2", log)

    def test_over_ipv6_and_over_a_wildcard_address_of_both_families(self):
        for at, hosts in (("[::1]:0", ["::1"]), ("[::]:0", ["::1", "127.0.0.1", "127.0.0.2"]), ("0.0.0.0:0", ["127.0.0.2"])):
            with UdpServer(*self.options, at=at) as server:
                for host in hosts:
                    with UdpPeer(server.port, host) as ann:
                        ann.enter()  # a connected socket takes an answer from nowhere else

    def test_members_of_both_families_meet_and_each_is_called_what_it_is(self):
        with UdpServer(*self.options, at="[::]:0") as server, UdpPeer(server.port, "::1") as six, UdpPeer(server.port) as four:
            six.enter()
            four.enter()
            self.assertEqual(six.hear(), f"{four.label}\nhello")
            six.say("hi")
            self.assertEqual(four.hear(), f"{six.label}\nhi")
            self.assertRegex(six.label, r"^\[::1\]:\d+$")
            done = client("--udp", f"[::1]:{server.port}", words="from the client\n")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertRegex(done.stdout, r"^\[::1\]:\d+: from the client\n$")
            self.assertRegex(four.hear(), r"^\[::1\]:\d+\nfrom the client$")


class PairingsWithoutCommands(Pairings):
    options = ("--commands", "off")


class AtTheClassroomServer(unittest.TestCase):
    def test_our_client_with_the_classroom_server(self):
        server = ClassroomUdpServer()
        self.addCleanup(server.socket.close)
        done = client("--udp", f"127.0.0.1:{server.port}", words="hi\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^127\.0\.0\.1:\d+: hi\n$")
        eventually(lambda: server.heard[-1] == "/quit")  # the client does not wait until it is read
        self.assertEqual(server.heard, ["#ping#", "hi", "/quit"])
        self.assertEqual(client("-m", "hi", f"udp://127.0.0.1:{server.port}").returncode, 0)

    def test_our_client_listens_at_the_classroom_server(self):
        server = ClassroomUdpServer()
        self.addCleanup(server.socket.close)
        with UdpPeer(server.port) as ann, Listening(server.port) as listening:
            ann.say("#ping#")
            listening.hear_from(ann)

    def test_the_classroom_peers_get_on_with_each_other(self):
        server = ClassroomUdpServer()
        self.addCleanup(server.socket.close)
        with UdpPeer(server.port) as ann, UdpPeer(server.port) as bob:
            ann.enter()
            bob.enter()
            self.assertEqual(ann.hear(), f"{ann.label}\nhello")  # the receiver's address, as that server has it


class Answers(unittest.TestCase):
    def test_who_is_not_trusted_or_no_member_gets_no_answer_and_is_counted(self):
        with UdpServer("--tcp", "127.0.0.1:0", "--udp-trust", "10.0.0.0/8") as server, UdpPeer(server.port) as eve, \
                Peer(server.ports["tcp"]) as tom:
            tom.enter()
            for text in ("#ping#", "hello?", "/quit"):
                eve.say(text)

            def counted():
                now = server.counters()
                return (now["refused.not_trusted"], now["refused.not_a_member"]) == (1, 2)

            eventually(counted)
            tom.say(b"anybody?\n")
            self.assertEqual(tom.hear(), (tom.label, "anybody?"))
            self.assertTrue(eve.heard_nothing())
            self.assertEqual(server.counters()["members"], 1)

    def test_a_second_server_at_the_port_is_told_in_one_sentence(self):
        with UdpServer("--threads", "2") as server:
            ended = subprocess.run([SERVER, "--threads", "2", "--udp", f"127.0.0.1:{server.port}"], capture_output=True,
                                   text=True, timeout=20)
            self.assertEqual((ended.returncode, ended.stdout), (1, ""))
            self.assertRegex(ended.stderr, r"^chatroom-server: can't listen at .* in use\n$")

    def test_sigterm_delivers_what_was_said_and_says_goodbye(self):
        with UdpServer() as server, UdpPeer(server.port) as ann:
            ann.enter()
            ann.say("last")
            self.assertEqual(ann.hear(), f"{ann.label}\nlast")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(ann.hear(), "*\nthe room is closing")
            self.assertEqual(server.process.wait(20), 0)


class Losses(unittest.TestCase):
    def test_a_client_says_that_nobody_is_there_or_no_more(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unused:
            unused.bind(("127.0.0.1", 0))
            port = unused.getsockname()[1]
        ended = client("-m", "hi", f"udp://127.0.0.1:{port}")
        self.assertEqual((ended.returncode, ended.stdout, ended.stderr.count("\n")), (1, "", 1))
        self.assertRegex(ended.stderr, "^chatroom-client: can't connect to .*nobody listens there")
        with UdpServer() as server, UdpPeer(server.port) as ann, Listening(server.port) as listening:
            ann.enter()
            listening.hear_from(ann)
            server.process.kill()
            killed = time.monotonic()
            self.assertEqual(listening.wait(20), 3)
            self.assertLess(time.monotonic() - killed, 10)
            self.assertRegex(listening.stderr.read(), r"^chatroom-client: .*lost.*\n$")


if __name__ == "__main__":
    unittest.main()
