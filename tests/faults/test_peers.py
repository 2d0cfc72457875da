# SPDX-License-Identifier: BSL-1.0
"""Peers that do their worst."""
import signal
import threading
import time
import unittest

from fault_rig import LONG, SANITIZED, Readers, Rig, connect, eventually, figure, reset


class Peers(unittest.TestCase):
    def test_readers_that_are_stopped_and_go_on_cost_the_others_nothing(self):
        with Rig() as rig:
            readers = Readers(rig.server.port, 100)
            readers.signal(signal.SIGSTOP)
            rig.crowd.live(200 if LONG else 20)
            readers.signal(signal.SIGCONT)
            rig.crowd.live(5)
            readers.end()

    def test_readers_that_are_killed_while_stopped_leave_nothing_behind(self):
        with Rig() as rig:
            readers = Readers(rig.server.port, 100)
            eventually(lambda: rig.server.descriptors() >= rig.descriptors + 100, "all are in")
            readers.signal(signal.SIGSTOP)
            rig.crowd.live(10)
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
            # What comes after the limit is read and thrown away, at most --discard of it; the rest fills the buffers.
            with self.assertRaises(ConnectionError, msg="it is still read after a gigabyte"):
                while taken < 1 << 30:
                    one.sendall(block)
                    taken += len(block)
                    peak = max(peak, rig.server.memory())
            last_words = b""
            while piece := one.recv(65536):
                last_words += piece
            one.close()
            self.assertIn(b"*\nyour line has no end: goodbye\n", last_words)
            self.assertLess(taken, 64 << 20)
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
            rig.crowd.live(300 if LONG else 30)
            figure("server CPU under the flood", f"{rig.server.cpu() - cpu:.2f} s")
            slowest = rig.crowd.slowest
            stopped.set()
            thread.join()
            reset(flood)
            self.assertLess(slowest, 2)


if __name__ == "__main__":
    unittest.main()
