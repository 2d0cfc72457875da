# SPDX-License-Identifier: BSL-1.0
"""Peers that do their worst."""
import signal
import socket
import struct
import threading
import time
import unittest

from rig import LONG, SANITIZED, Crowd, Readers, Rig, Server, connect, eventually, figure, reset


class Peers(unittest.TestCase):
    def test_readers_that_are_stopped_and_go_on_cost_the_others_nothing(self):
        with Rig() as rig:
            readers = Readers(rig.server.port, 100)
            readers.signal(signal.SIGSTOP)
            time.sleep(20 if LONG else 2)
            readers.signal(signal.SIGCONT)
            time.sleep(0.5)
            readers.end()

    def test_readers_that_are_killed_while_stopped_leave_nothing_behind(self):
        with Rig() as rig:
            readers = Readers(rig.server.port, 100)
            eventually(lambda: rig.server.descriptors() >= rig.descriptors + 100, "all are in")
            readers.signal(signal.SIGSTOP)
            time.sleep(1)
            readers.end()

    def test_a_storm_of_resets_is_weathered(self):
        with Rig() as rig:
            count = 20000 if LONG else 2000
            start = time.monotonic()
            for i in range(count):
                one = connect(rig.server.port)
                if i % 2:
                    one.sendall(b"hello\nhalf a li")
                reset(one)
            figure("resets", f"{count / (time.monotonic() - start):.0f}/s")

    def test_lines_that_drip_in_are_closed_in_their_time(self):
        with Rig("--line-time", "1s") as rig:
            drips = [connect(rig.server.port) for _ in range(100)]
            start = time.monotonic()
            open_ones = list(drips)
            for one in drips:
                one.sendall(b"line\n")  # of a line peer no quiet gap ends the text
            while open_ones:
                self.assertLess(time.monotonic() - start, 10, "they are still there")
                for one in list(open_ones):
                    try:
                        one.send(b"x")
                        one.settimeout(0.001)
                        while data := one.recv(65536):
                            pass
                        open_ones.remove(one)
                    except TimeoutError:
                        pass
                    except OSError:
                        open_ones.remove(one)
                time.sleep(0.05)
            figure("the last of 100 slow lorises closed after", f"{time.monotonic() - start:.1f} s")
            for one in drips:
                one.close()

    def test_a_gigabyte_without_a_newline_ends_in_time_and_is_kept_nowhere(self):
        with Rig() as rig:
            taken, block = 0, b"x" * 65536
            start = time.monotonic()
            one = connect(rig.server.port)
            peak = 0
            # What comes after the limit is read and thrown away, until the goodbye is acknowledged and a second is over.
            with self.assertRaises(ConnectionError, msg="it is still read after 15 s"):
                while time.monotonic() - start < 15:
                    one.sendall(block)
                    taken += len(block)
                    if taken % (64 << 20) == 0:
                        peak = max(peak, rig.server.memory())
            one.close()
            figure("no newline: closed after", f"{time.monotonic() - start:.1f} s and {taken >> 20} MiB")
            figure("no newline: memory at the worst", f"{(peak - rig.memory) / 1024:.0f} KiB more")
            self.assertTrue(SANITIZED or peak - rig.memory < 3 << 20)

    def test_a_flood_from_one_member_does_not_delay_the_others(self):
        with Rig() as rig:
            flood = connect(rig.server.port)
            stopped = threading.Event()

            def pour():
                flood.settimeout(0.2)
                while not stopped.is_set():
                    try:
                        flood.send(b"flood\n" * 1000)
                    except TimeoutError:
                        pass

            thread = threading.Thread(target=pour)
            thread.start()
            rig.crowd.slowest = 0.0
            cpu = rig.server.cpu()
            time.sleep(30 if LONG else 3)
            figure("server CPU under the flood", f"{rig.server.cpu() - cpu:.2f} s")
            slowest = rig.crowd.slowest
            stopped.set()
            thread.join()
            reset(flood)
            self.assertLess(slowest, 2)

    def test_pings_from_forged_addresses_that_are_not_trusted_make_no_members(self):
        with Rig("--udp", "127.0.0.1:0", "--udp-trust", "10.0.0.0/8") as rig:
            port = int(rig.server.process.stdout.readline().rsplit(":", 1)[1])
            count = 1000000 if LONG else 50000
            start = time.monotonic()
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as forger:
                for i in range(count):
                    source = struct.pack("=iII", 0, socket.htonl(0x7F010000 + i), 0)  # in_pktinfo
                    forger.sendmsg([b"#ping#"], [(socket.IPPROTO_IP, 8, source)], 0, ("127.0.0.1", port))  # IP_PKTINFO
            figure("forged pings", f"{count / (time.monotonic() - start):.0f}/s")

    def test_what_was_accepted_before_a_sigterm_reaches_everybody(self):
        server = Server()
        crowd = Crowd(server.port)
        time.sleep(1)
        start = time.monotonic()
        server.signal(signal.SIGTERM)
        self.assertEqual(server.process.wait(15), 0)
        figure("drained in", f"{time.monotonic() - start:.2f} s")
        eventually(lambda: not any(one.open for one in crowd.members), "all see the end")
        words = [crowd.words(one) for one in crowd.members]
        crowd.close()
        server.end()
        self.assertGreater(len(words[0]), 8)
        for i, one in enumerate(crowd.members):
            self.assertEqual(words[i], words[0])
            own = [text for label, text in words[0] if label == one.label]
            self.assertEqual(own, [f"{i} says {n}" for n in range(len(own))])

    def test_after_a_kill_all_can_come_back_to_the_same_port(self):
        server = Server()
        crowd = Crowd(server.port)
        time.sleep(0.5)
        server.kill()
        server.process.stdout.close()
        start = time.monotonic()
        eventually(lambda: not any(one.open for one in crowd.members), "all see the end")
        crowd.close()
        with Rig(port=server.port) as again:
            figure("all talk again after", f"{time.monotonic() - start:.2f} s")
            self.assertEqual(again.server.port, server.port)


if __name__ == "__main__":
    unittest.main()
