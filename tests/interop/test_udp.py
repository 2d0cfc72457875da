# SPDX-License-Identifier: BSL-1.0
import random
import select
import signal
import socket
import subprocess
import threading
import unittest

from datagrams import ClassroomUdpServer, Relay, UdpPeer, UdpServer
from harness import CLIENT, SERVER, Peer, eventually


def client(*arguments, words=""):
    return subprocess.run([CLIENT, *arguments], input=words, capture_output=True, text=True, timeout=30)


class Pairings(unittest.TestCase):
    def test_the_classroom_client_with_our_server(self):
        with UdpServer() as server, UdpPeer(server.port) as ann, UdpPeer(server.port) as bob:
            ann.enter()
            bob.enter()
            self.assertEqual(ann.hear(), f"{bob.label}\nhello")
            ann.say("hi there")
            self.assertEqual(ann.hear(), f"{ann.label}\nhi there")
            self.assertEqual(bob.hear(), f"{ann.label}\nhi there")

    def test_our_client_with_our_server(self):
        with UdpServer() as server, UdpPeer(server.port) as ann:
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

    def test_our_client_with_the_classroom_server(self):
        server = ClassroomUdpServer()
        self.addCleanup(server.socket.close)
        done = client("--udp", f"127.0.0.1:{server.port}", words="hi\n")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"^127\.0\.0\.1:\d+: hi\n$")
        self.assertEqual((server.heard[0], server.heard[-1]), ("#ping#", "/quit"))

    def test_over_ipv6_and_over_a_wildcard_address_of_both_families(self):
        for at, hosts in (("[::1]:0", ["::1"]), ("[::]:0", ["::1", "127.0.0.1", "127.0.0.2"]), ("0.0.0.0:0", ["127.0.0.2"])):
            with UdpServer(at=at) as server:
                for host in hosts:
                    with UdpPeer(server.port, host) as ann:
                        ann.enter()  # a connected socket takes an answer from nowhere else


class Answers(unittest.TestCase):
    def test_who_is_not_trusted_or_no_member_gets_no_answer_and_is_counted(self):
        with UdpServer("--udp-trust", "10.0.0.0/8") as server, UdpPeer(server.port) as eve:
            eve.say("#ping#")
            eve.say("hello?")
            eve.say("/quit")

            def counted():
                server.process.send_signal(signal.SIGUSR1)
                line = server.process.stderr.readline()
                return "refused.not_trusted=1 " in line and "refused.not_a_member=2 " in line

            eventually(counted)
            self.assertTrue(eve.heard_nothing())

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
        self.assertEqual((ended.returncode, ended.stderr.count("\n")), (1, 1))
        with UdpServer() as server:
            listening = subprocess.Popen([CLIENT, "--listen", f"udp://127.0.0.1:{server.port}"], stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True)
            with UdpPeer(server.port) as ann:
                ann.enter()
                while select.select([listening.stdout], [], [], 0.2)[0] == []:
                    ann.say("is it there?")
            server.process.kill()
            self.assertEqual(listening.wait(15), 3)
            self.assertRegex(listening.stderr.read(), r"^chatroom-client: .*\n$")
            listening.stdout.close()
            listening.stderr.close()

    def test_through_a_bad_network_nothing_is_damaged_and_what_was_not_lost_comes(self):
        seed = random.randrange(1 << 32)
        print("seed", seed)
        with UdpServer("--rate", "0") as server:
            relay = Relay(server.port, seed, lose=0.2, double=0.1, hold=0.1)
            with UdpPeer(relay.port) as ann, UdpPeer(server.port) as bob:
                bob.enter()
                ann.say("#ping#")
                total = 300
                heard = []
                for i in range(total):
                    ann.say(f"word {i}")
                    bob.say(f"sync {i}")
                    while (message := bob.hear()) != f"{bob.label}\nsync {i}":
                        heard.append(message.split("\n"))
                label = "{}:{}".format(*relay.far.getsockname())
                self.assertEqual({sender for sender, _ in heard}, {label})
                words = [text for _, text in heard]
                self.assertLessEqual(set(words), {f"word {i}" for i in range(total)})
                self.assertGreater(len(set(words)), total / 2)
                seen = set()
                while not ann.heard_nothing():
                    sender, text = ann.hear().split("\n")
                    self.assertIn(sender, (label, bob.label))
                    self.assertRegex(text, r"^(word|sync) \d+$")
                    seen.add(text)
                self.assertGreater(len(seen), total / 2)
            relay.near.close()
            relay.far.close()


class OneRoom(unittest.TestCase):
    def test_members_of_both_transports_see_one_order(self):
        with UdpServer("--tcp", "127.0.0.1:0", "--rate", "0", "--threads", "2") as server:
            count = 100
            streams = [Peer(server.ports["tcp"]).enter() for _ in range(3)]
            packets = [UdpPeer(server.ports["udp"]).enter() for _ in range(3)]
            heard = {}

            def talk(peer, say, hear):
                mine = []
                own = 0
                say(0)
                while sum(text.startswith("word") for _, text in mine) < 6 * count:
                    sender, text = hear()
                    mine.append((sender, text))
                    if sender == peer.label and text.startswith("word"):
                        own += 1
                        if own < count:
                            say(own)  # one under way each: no receive buffer overflows
                heard[peer.label] = [m for m in mine if m[1].startswith("word")]

            threads = [threading.Thread(target=talk, args=(p, lambda i, p=p: p.say(b"word %d\n" % i), p.hear)) for p in streams]
            threads += [threading.Thread(target=talk, args=(p, lambda i, p=p: p.say(f"word {i}"),
                                                            lambda p=p: tuple(p.hear().split("\n")))) for p in packets]
            for one in threads:
                one.start()
            for one in threads:
                one.join(60)
            for peer in streams + packets:
                peer.socket.close()
            orders = list(heard.values())
            self.assertEqual(len(orders), 6)
            for order in orders:
                self.assertEqual(order, orders[0])


if __name__ == "__main__":
    unittest.main()
