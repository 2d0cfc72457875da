# SPDX-License-Identifier: BSL-1.0
"""A machine that refuses what the server asks for."""
import os
import resource
import signal
import unittest

from fault_rig import LOG_BYTES, SANITIZED, Rig, connect, figure, reset

FAKETIME = next((path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
                                   "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1") if os.path.exists(path)), None)


class System(unittest.TestCase):
    def test_no_descriptor_left_turns_callers_away_until_there_is_one(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        with Rig("--max-members", "0", preexec=limit) as rig:
            cpu = rig.server.cpu()
            callers = [connect(rig.server.port) for _ in range(200)]
            rig.crowd.live(20)
            used = rig.server.cpu() - cpu
            figure("descriptors used up: CPU of 2 s", f"{used:.2f} s")
            self.assertLess(used, 1)
            self.assertGreaterEqual(rig.server.descriptors(), 60, "the limit was never met")
            for one in callers:
                reset(one)

    @unittest.skipIf(SANITIZED, "a sanitizer needs all the addresses there are")
    def test_memory_refused_costs_callers_and_nobody_else_or_ends_the_process_with_a_sentence(self):
        with Rig(grows=LOG_BYTES + (4 << 20)) as rig:
            little = rig.server.memory("VmSize") + (1 << 20)
            resource.prlimit(rig.server.pid, resource.RLIMIT_AS, (little, resource.RLIM_INFINITY))
            callers = []
            try:
                while len(callers) < 900:
                    callers.append(connect(rig.server.port))
            except ConnectionError:
                pass  # the process has ended
            for one in callers:
                try:
                    one.sendall(b"hello\nand half a line " + b"x" * 3000)
                except OSError:
                    pass
            rig.crowd.live(20)
            if not any(one.open for one in rig.crowd.members):
                rig.exit_code = rig.server.process.wait(10)
                self.assertEqual(rig.exit_code, -signal.SIGABRT)
                self.assertTrue(rig.server.logged().endswith("no memory for a strand or the reactor: the process ends\n"))
                return figure("memory refused", "the process ended")
            self.assertIsNone(rig.server.process.poll(), "it died of it")
            resource.prlimit(rig.server.pid, resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            for one in callers:
                reset(one)

    def test_a_log_on_a_full_disk_holds_nobody_up(self):
        with open("/dev/full", "w") as full:
            with Rig("--log-level", "trace", stderr=full) as rig:
                for _ in range(200):
                    reset(connect(rig.server.port))
                rig.server.signal(signal.SIGUSR1)

    @unittest.skipUnless(FAKETIME and not SANITIZED, "libfaketime is not installed")
    def test_a_clock_set_back_changes_nothing(self):
        with open("/tmp/chatroom-faults-clock-%d" % os.getpid(), "w+") as clock:
            self.addCleanup(os.remove, clock.name)
            clock.write("+0\n")
            clock.flush()
            env = dict(os.environ, LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=clock.name, FAKETIME_NO_CACHE="1",
                       FAKETIME_DONT_FAKE_MONOTONIC="1")
            with Rig("--line-time", "1s", env=env) as rig:
                clock.seek(0)
                clock.write("-86400\n")
                clock.flush()
                rig.crowd.live(20)


if __name__ == "__main__":
    unittest.main()
