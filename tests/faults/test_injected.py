# SPDX-License-Identifier: BSL-1.0
"""System calls that fail: strace answers in the kernel's place."""
import shutil
import subprocess
import tempfile
import time
import unittest

from udp_members import Ears
from fault_rig import SANITIZED, Rig, connect, eventually, figure, reset

STRACE = shutil.which("strace")


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

    def __del__(self):
        self.file.close()

    def times(self):
        self.file.seek(0)
        return self.file.read().count("(INJECTED)")


def served(port):
    """Whether a caller hears its own word."""
    with connect(port) as one:
        try:
            one.sendall(b"hello\n")
            return bool(one.recv(1))
        except ConnectionError:
            return False


@unittest.skipUnless(traceable(), "strace is not installed, or not allowed here")
class Injection(unittest.TestCase):
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

    def test_a_poller_that_refuses_a_descriptor_costs_that_caller_alone(self):
        # Counted by thread, from the crowd's own, which were the first.
        strace = Injected("trace=epoll_ctl", "inject=epoll_ctl:error=ENOMEM:when=60..80")
        with Rig("--threads", "1", under=strace.command) as rig:
            for _ in range(80):
                reset(connect(rig.server.port))
            eventually(strace.times, "something is injected")
            rig.crowd.live(5)

    def test_a_send_that_must_wait_is_made_later(self):
        strace = Injected("trace=sendmsg,sendto", "inject=sendmsg,sendto:error=EAGAIN:when=100+7")
        with Rig(under=strace.command) as rig:
            rig.crowd.live(20)
            eventually(lambda: strace.times() >= 20, "sends are put off")
        figure("sends put off", strace.times())

    def test_a_send_without_memory_is_made_later(self):
        for error in ("ENOBUFS", "ENOMEM"):
            with self.subTest(error):
                strace = Injected("trace=sendmsg,sendto", f"inject=sendmsg,sendto:error={error}:when=100+7")
                with Rig(under=strace.command) as rig:
                    rig.crowd.live(20)
                    eventually(lambda: strace.times() >= 20, "sends fail")
                figure(f"send: {error}: sends put off", strace.times())

    def test_a_send_that_fails_for_good_costs_that_member_and_nobody_else(self):
        for error, why in (("EPIPE", "reset"), ("ECONNRESET", "reset"), ("ETIMEDOUT", "timed_out"), ("EPERM", "failed")):
            with self.subTest(error):
                strace = Injected("trace=sendmsg,sendto", f"inject=sendmsg,sendto:error={error}:when=400")
                with Rig("--threads", "1", under=strace.command, cut=1) as rig:
                    eventually(strace.times, "a send fails", 60)
                    eventually(lambda: sum(one.open for one in rig.crowd.members) == 7, "one is cut off")
                    rig.crowd.live(5)
                    self.assertEqual(rig.server.counters()[f"left.{why}"], 1)
                figure(f"send: {error}: members cut off of 8", 1)

    def test_a_sweep_of_datagrams_without_memory_goes_on_later(self):
        for error in ("ENOBUFS", "ENOMEM", "EAGAIN"):
            with self.subTest(error):
                self.sweep("sendmmsg", error, "40+7", 0)

    def test_an_icmp_error_that_a_send_is_told_of_costs_its_datagram_nothing(self):
        for error in ("ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"):
            with self.subTest(error):
                self.sweep("sendmmsg", error, "40+7", 0)

    def test_datagrams_that_cannot_be_sent_are_skipped_one_by_one(self):
        for error in ("EPERM", "EPIPE", "ECONNRESET"):
            with self.subTest(error):
                unsent = self.sweep("sendmmsg", error, "40+7", None)
                figure(f"sendmmsg: {error}: datagrams lost", unsent)

    def test_a_receive_that_fails_loses_no_datagram(self):
        for error in ("ENOBUFS", "ENOMEM", "ECONNREFUSED", "EPERM", "EINTR"):
            with self.subTest(error):
                self.sweep("recvmmsg", error, "20+7", 0)

    def sweep(self, call, error, when, lost):
        """How many datagrams did not arrive; each that was skipped is counted, and no more are missed."""
        strace = Injected(f"trace={call}", f"inject={call}:error={error}:when={when}")
        with Rig("--threads", "1", "--udp", "127.0.0.1:0", under=strace.command) as rig:
            with Ears(rig.server.udp_port, 4) as ears:
                rig.crowd.live(20)
                eventually(lambda: strace.times() >= 5, f"{call} fails", 60)
                unsent = ears.check(rig.crowd, lost)
            if lost is None:
                self.assertGreater(unsent, 0)
                self.assertLessEqual(unsent, strace.times())
                self.assertGreaterEqual(rig.server.counters()["send_failed"], unsent)
        figure(f"{call}: {error}: failures", strace.times())
        return unsent


if __name__ == "__main__":
    unittest.main()
