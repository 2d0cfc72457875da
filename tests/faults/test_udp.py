# SPDX-License-Identifier: BSL-1.0
"""Members over UDP that do their worst, beside members over both transports that must not notice."""
import socket
import subprocess
import sys
import time
import unittest

from udp_members import Ear, Ears
from fault_rig import LONG, Rig, eventually, figure


FORGER = """
import socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
    for i in range(int(sys.argv[2])):
        source = struct.pack("=iII", 0, socket.htonl(0x7F010000 + i), 0)  # in_pktinfo
        forger.sendmsg([b"#ping#"], [(socket.IPPROTO_IP, 8, source)], 0, ("127.0.0.1", int(sys.argv[1])))  # IP_PKTINFO
"""


def forge(port, count):
    """Pings, each from an address of its own in 127.0.0.0/8; by a process of its own, so that it delays no listener."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", FORGER, str(port), str(count)], check=True)
    figure("forged pings", f"{count} at {count / (time.monotonic() - start):.0f}/s")


class Udp(unittest.TestCase):
    forged = 1_000_000 if LONG else 50_000

    def all_counted(self, server, refusal):
        """Waits until the server has seen what the kernel still held for it."""
        def most():
            counted = server.counters()
            return counted[refusal] + counted["receive_overflow"] > self.forged // 2
        eventually(most, "most pings are counted")

    def test_pings_from_forged_addresses_that_are_not_trusted_make_no_members(self):
        with Rig("--udp", "127.0.0.1:0", "--udp-trust", "10.0.0.0/8") as rig:
            forge(rig.server.udp_port, self.forged)
            self.all_counted(rig.server, "refused.not_trusted")
            counted = rig.server.counters()
            figure("forged pings refused", counted["refused.not_trusted"])
            self.assertGreater(counted["refused.not_trusted"], 0)
            self.assertEqual(counted["members"], len(rig.crowd.members))

    def test_pings_from_forged_addresses_that_are_trusted_fill_the_room_and_no_more(self):
        # 200 members: each forged member is sent what is said, until it has been silent for three seconds.
        options = ("--udp", "127.0.0.1:0", "--max-members", "200", "--heartbeat", "1s", "--expiry", "3s")
        with Rig(*options) as rig, Ears(rig.server.udp_port, 4) as ears:
            forge(rig.server.udp_port, self.forged)
            self.all_counted(rig.server, "refused.room_full")
            counted = rig.server.counters()
            self.assertGreater(counted["refused.room_full"], 0)
            self.assertLessEqual(counted["members"], 200 + len(rig.crowd.members))
            self.assertGreater(rig.server.counters()["left.heartbeat_timeout"] + counted["members"], 150)
            real = len(rig.crowd.members) + len(ears.all)
            eventually(lambda: rig.server.counters()["members"] == real, "the forged members expire")
            # Where the load has not read in time the kernel may have dropped some: order and repeats are what is checked.
            figure("datagrams that real members missed", ears.check(rig.crowd, None, unheard=True))
            self.assertEqual(rig.server.counters()["left.quit"], 0)

    def test_readers_over_udp_that_are_stalled_cost_the_others_nothing(self):
        with Rig("--udp", "127.0.0.1:0") as rig, Ears(rig.server.udp_port, 4) as ears:
            stalled = [Ear(rig.server.udp_port) for _ in range(100)]
            for one in stalled:
                one.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 0)  # the least there is; nobody reads it
            real = len(rig.crowd.members) + len(ears.all)
            for _ in range(20 if LONG else 3):
                for one in stalled:
                    one.socket.send(b"#ping#")
                rig.crowd.live(10)
                self.assertEqual(rig.server.counters()["members"], real + 100)
            ears.check(rig.crowd)
            for one in stalled:
                one.socket.send(b"/quit")
                one.socket.close()
            eventually(lambda: rig.server.counters()["members"] == real, "they are gone")


if __name__ == "__main__":
    unittest.main()
