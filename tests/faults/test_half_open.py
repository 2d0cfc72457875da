# SPDX-License-Identifier: BSL-1.0
"""Peers that are gone without a word: nftables drops all their packets, in a network namespace of the test's own."""
import subprocess
import sys
import time
import unittest

from fault_rig import Rig, connect, eventually, figure

NAMESPACE = ["unshare", "--map-root-user", "--net"]
TIMEOUT = 8  # seconds, the shortest --peer-timeout
RULES = """
ip link set lo up
nft add table inet gone
nft add set inet gone ports '{ type inet_service; }'
nft add chain inet gone input '{ type filter hook input priority 0; }'
nft add rule inet gone input tcp sport @ports drop
nft add rule inet gone input tcp dport @ports drop
"""


def possible():
    try:
        return subprocess.run([*NAMESPACE, "sh", "-ec", RULES], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def cut_off(peers):
    ports = ", ".join(str(one.getsockname()[1]) for one in peers)
    subprocess.run(["nft", "add", "element", "inet", "gone", "ports", "{ " + ports + " }"], check=True)


def close_all(peers):
    """Their ports are let through again: the system may give one of them to the next who connects."""
    for one in peers:
        one.close()
    subprocess.run(["nft", "flush", "set", "inet", "gone", "ports"], check=True)


class Within(unittest.TestCase):
    """Runs in the namespace."""

    def gone(self, rig, peers, what):
        start = time.monotonic()
        cut_off(peers)
        eventually(lambda: rig.server.descriptors() <= rig.descriptors, what, 3 * TIMEOUT)
        took = time.monotonic() - start
        figure(f"{what}, --peer-timeout {TIMEOUT}s", f"the last of {len(peers)} after {took:.1f} s")
        self.assertGreater(took, TIMEOUT - 2, "they were let go too early")

    def test_peers(self):
        with Rig("--peer-timeout", f"{TIMEOUT}s") as rig:
            for what, silent in (("half-open peers that are owed something", False),
                                 ("half-open peers in a silent room", True)):
                with self.subTest(what):
                    if silent:
                        rig.crowd.check()
                    before = rig.server.counters()
                    peers = [connect(rig.server.port) for _ in range(20)]
                    eventually(lambda: rig.server.counters()["members"] == before["members"] + 20, "they are in")
                    self.gone(rig, peers, what)
                    self.assertEqual(rig.server.counters()["left.timed_out"] - before["left.timed_out"], 20)
                    close_all(peers)
            rig.crowd.talk()
            rig.crowd.live(5)


@unittest.skipUnless(possible(), "no network namespace, or no nftables, here")
class HalfOpen(unittest.TestCase):
    def test_peers_whose_packets_are_dropped_are_let_go_in_time_and_the_others_notice_nothing(self):
        subprocess.run([*NAMESPACE, "sh", "-ec", RULES + f"exec {sys.executable} -m unittest -v test_half_open.Within"],
                       check=True, timeout=120)


def load_tests(loader, _, __):
    """What runs in the namespace runs nowhere else."""
    return loader.loadTestsFromTestCase(HalfOpen)


if __name__ == "__main__":
    unittest.main()
