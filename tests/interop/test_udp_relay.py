# SPDX-License-Identifier: BSL-1.0
"""Members behind a bad network, and members of both transports in one room."""
import os
import random
import re
import threading
import time
import unittest

from datagrams import Relay, UdpPeer, UdpServer
from harness import Peer, eventually


def a_seed():
    """$CHATROOM_SEED, or a new one; told at once, so that it is in the output of a test that fails or hangs."""
    seed = int(os.environ.get("CHATROOM_SEED") or random.randrange(1 << 32))
    print(f"CHATROOM_SEED={seed}", flush=True)
    return seed


class BadNetwork(unittest.TestCase):
    rounds = 200

    def talk(self, **harm):
        """Three members talk, each through a relay of its own, and one beside them watches, through none. Returns the
        relays, what the members heard, and what the watcher did; all as (sender, name, number)."""
        seed = a_seed()
        with UdpServer("--rate", "0", "--threads", "2") as server, UdpPeer(server.port) as watcher:
            watcher.enter()
            relays = [self.enterContext(Relay(server.port, seed + i, **harm)) for i in range(3)]
            peers = [self.enterContext(UdpPeer(relay.port)) for relay in relays]
            for peer in peers:
                peer.say("#ping#")
            eventually(lambda: server.counters()["joined"] == 4)
            heard = [[] for _ in peers]
            seen = []

            def took_what_was_let_through():
                self.drain(watcher, seen)
                return len(seen) == sum(len(relay.passed_up) for relay in relays)

            for i in range(self.rounds):
                for name, peer in zip("abc", peers):
                    peer.say(f"{name} {i}")
                if i % 10 == 9:  # far less than a receive buffer holds: what is lost is lost by the relays
                    eventually(lambda: all(relay.taken == i + 2 for relay in relays))
                    eventually(took_what_was_let_through)
                    for peer, words in zip(peers, heard):
                        self.drain(peer, words)
            eventually(lambda: all(len(relay.from_server) == len(seen) for relay in relays))
            for peer, words in zip(peers, heard):
                self.drain(peer, words)
        return relays, heard, seen

    def drain(self, peer, into):
        while not peer.heard_nothing():
            into.append(self.read(peer.hear()))

    def read(self, datagram):
        sender, name, number = re.fullmatch(r"(127\.0\.0\.1:\d+)\n([abc]) (\d+)", datagram).groups()  # or it was damaged
        return sender, name, int(number)

    def check_the_room(self, relays, seen):
        """What the server made of what the relays let through: each word once, as it came, and one order for all."""
        for name, relay in zip("abc", relays):
            self.assertGreater(relay.lost, 0)
            mine = [f"{n} {i}" for sender, n, i in seen if sender == relay.label]
            self.assertEqual(mine, relay.passed_up)
            self.assertEqual({text[0] for text in mine}, {name})  # nobody speaks under another's address
            self.assertEqual([self.read(one) for one in relay.from_server], seen)

    def test_with_loss_alone_each_sender_is_heard_in_order_and_without_a_repeat(self):
        relays, heard, seen = self.talk(lose=0.2)
        self.check_the_room(relays, seen)
        for words in heard:
            place = iter(seen)
            self.assertTrue(all(word in place for word in words))  # what is left of the one order
            self.assertGreater(len(words), len(seen) / 2)
            for name in "abc":
                numbers = [i for _, n, i in words if n == name]
                self.assertEqual(numbers, sorted(set(numbers)))

    def test_with_repeats_and_late_ones_too_members_hear_what_the_relay_made_of_it_and_no_more(self):
        relays, heard, seen = self.talk(lose=0.2, double=0.1, hold=0.1)
        self.check_the_room(relays, seen)
        self.assertLess(len(set(seen)), len(seen))  # repeats came through
        numbers = [i for _, name, i in seen if name == "a"]
        self.assertNotEqual(numbers, sorted(numbers))  # and late ones
        for words in heard:
            self.assertLessEqual(set(words), set(seen))
            self.assertGreater(len(set(words)), len(set(seen)) / 2)

    def test_whose_heartbeats_get_through_stays_and_whose_do_not_is_expelled(self):
        seed = a_seed()
        expiry = 0.5
        with UdpServer("--heartbeat", "50ms", "--expiry", "500ms") as server, \
                Relay(server.port, seed, lose_pings=0.3) as patchy, Relay(server.port, seed) as cut, \
                UdpPeer(patchy.port) as ann, UdpPeer(cut.port) as bob:
            bob.say("#ping#")
            bob.say("hello")
            self.assertEqual(bob.hear(), f"{cut.label}\nhello")
            eventually(lambda: [ann.say("#ping#"), bob.say("#ping#"), server.counters()["members"]][-1] == 2)
            joined, first = server.counters()["joined"], len(patchy.pings) - 1
            cut.lose_pings = 1
            begin = time.monotonic()
            while time.monotonic() - begin < 4 * expiry or server.counters()["members"] == 2:
                self.assertLess(time.monotonic() - begin, 20)
                ann.say("#ping#")
                bob.say("#ping#")
                time.sleep(0.05)  # the heartbeat
            pings = patchy.pings[first:]
            if max(b - a for a, b in zip(pings, [*pings[1:], time.monotonic()])) >= expiry:
                self.skipTest("the network was too bad, or this machine too slow")
            counted = server.counters()
            self.assertEqual((counted["joined"], counted["members"]), (joined, 1))
            ann.say("I am here")
            self.assertEqual(ann.hear(), f"{patchy.label}\nI am here")
            self.assertTrue(bob.heard_nothing())


class OneRoom(unittest.TestCase):
    def test_members_of_both_transports_see_one_order(self):
        rounds, burst = 20, 5
        with UdpServer("--tcp", "127.0.0.1:0", "--rate", "0", "--threads", "2", "--connections-per-shard", "0") as server:
            streams = [self.enterContext(Peer(server.ports["tcp"])).enter() for _ in range(3)]
            packets = [self.enterContext(UdpPeer(server.ports["udp"])).enter() for _ in range(3)]
            heard = {}

            def talk(peer, say, hear):
                mine = []
                for i in range(rounds):
                    for k in range(burst):
                        say(f"word {i * burst + k}")
                    # Nobody is more than two rounds ahead of anybody: no receive buffer overflows.
                    while len(mine) < 6 * burst * (i + 1):
                        message = hear()
                        if message[1] != "hello":
                            mine.append(message)
                heard[peer] = mine  # two may have one port, over TCP and UDP

            threads = [threading.Thread(target=talk, args=(p, lambda text, p=p: p.say(text.encode() + b"\n"), p.hear)) for p in streams]
            threads += [threading.Thread(target=talk, args=(p, p.say, lambda p=p: tuple(p.hear().split("\n")))) for p in packets]
            for one in threads:
                one.start()
            for one in threads:
                one.join(60)
            self.assertEqual(len(heard), 6)
            order = heard[streams[0]]
            for other in heard.values():
                self.assertEqual(other, order)
            for peer in streams + packets:
                self.assertEqual([text for sender, text in order if sender == peer.label],
                                 [f"word {i}" for i in range(rounds * burst)])


if __name__ == "__main__":
    unittest.main()
