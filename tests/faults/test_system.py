# SPDX-License-Identifier: BSL-1.0
"""A machine that refuses what the server asks for."""
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from rig import LOG_BYTES, SANITIZED, Rig, connect, eventually, figure, reset

STRACE = shutil.which("strace")
FAKETIME = next((path for path in ("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
                                   "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1") if os.path.exists(path)), None)


def traceable():
    """A sanitizer's leak check and a container may both forbid it."""
    return STRACE and not SANITIZED and subprocess.run([STRACE, "-qq", "-o", "/dev/null", "true"],
                                                       stderr=subprocess.DEVNULL).returncode == 0


class Injected:
    """strace, to start the server under; at the end it must have done what it was for."""

    def __init__(self, *what):
        self.file = tempfile.NamedTemporaryFile("r")
        self.command = [STRACE, "-f", "-qq", "--seccomp-bpf", "-o", self.file.name]
        for word in what:
            self.command += ["-e", word]

    def times(self):
        with self.file:
            return self.file.read().count("(INJECTED)")


def served(port):
    """Whether a caller hears its own word."""
    with connect(port) as one:
        try:
            one.sendall(b"hello\n")
            return bool(one.recv(1))
        except ConnectionError:
            return False


class System(unittest.TestCase):
    def test_no_descriptor_left_turns_callers_away_until_there_is_one(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

        with Rig("--max-members", "0", preexec=limit) as rig:
            cpu = rig.server.cpu()
            callers = [connect(rig.server.port) for _ in range(200)]
            time.sleep(2)
            used = rig.server.cpu() - cpu
            figure("descriptors used up: CPU of 2 s", f"{used:.2f} s")
            self.assertLess(used, 1)
            self.assertGreaterEqual(rig.server.descriptors(), 60, "the limit was never met")
            for one in callers:
                reset(one)

    @unittest.skipUnless(traceable(), "strace is not installed, or not allowed here")
    def test_accept_may_fail_in_every_way(self):
        for error in ("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED", "EPERM"):
            with self.subTest(error):
                strace = Injected("trace=accept,accept4", f"inject=accept,accept4:error={error}:when=12..16")
                with Rig("--threads", "1", under=strace.command) as rig:
                    start = time.monotonic()
                    callers = [connect(rig.server.port) for _ in range(30)]
                    for one in callers:
                        one.sendall(b"hello\n")
                    heard = 0
                    for one in callers:
                        try:
                            heard += bool(one.recv(1))
                        except ConnectionError:
                            pass
                    figure(f"accept: {error}: callers served of 30", f"{heard} in {time.monotonic() - start:.1f} s")
                    # Each refusal may turn one caller away with the spare descriptor; the others wait and are served.
                    self.assertGreaterEqual(heard, 25)
                    eventually(lambda: all(served(rig.server.port) for _ in range(5)), "callers are served again")
                    for one in callers:
                        reset(one)
                self.assertGreater(strace.times(), 0, "nothing was injected")

    @unittest.skipUnless(traceable(), "strace is not installed, or not allowed here")
    def test_a_poller_that_refuses_a_descriptor_costs_that_caller_alone(self):
        # Counted by thread, from the crowd's own, which were the first.
        strace = Injected("trace=epoll_ctl", "inject=epoll_ctl:error=ENOMEM:when=60..80")
        with Rig("--threads", "1", under=strace.command) as rig:
            for _ in range(80):
                reset(connect(rig.server.port))
            time.sleep(0.5)
        self.assertGreater(strace.times(), 0, "nothing was injected")

    @unittest.skipUnless(traceable(), "strace is not installed, or not allowed here")
    def test_a_send_that_must_wait_is_made_later(self):
        strace = Injected("trace=sendmsg,sendto", "inject=sendmsg,sendto:error=EAGAIN:when=100+7")
        with Rig(under=strace.command):
            time.sleep(3)
        put_off = strace.times()
        figure("sends put off", put_off)
        self.assertGreater(put_off, 0, "nothing was injected")

    @unittest.skipIf(SANITIZED, "a sanitizer needs all the addresses there are")
    def test_memory_refused_costs_callers_and_nobody_else(self):
        with Rig(grows=LOG_BYTES + (4 << 20)) as rig:
            little = rig.server.memory("VmSize") + (1 << 20)
            resource.prlimit(rig.server.pid, resource.RLIMIT_AS, (little, resource.RLIM_INFINITY))
            callers = [connect(rig.server.port) for _ in range(900)]
            for one in callers:
                try:
                    one.sendall(b"hello\nand half a line " + b"x" * 3000)
                except OSError:
                    pass
            time.sleep(2)
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
            with Rig("--line-time", "1s", env=env):
                clock.seek(0)
                clock.write("-86400\n")
                clock.flush()
                time.sleep(2)


if __name__ == "__main__":
    unittest.main()
