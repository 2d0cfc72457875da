# SPDX-License-Identifier: BSL-1.0
"""The server under a service manager: sockets are passed to it, and it tells how it does. systemd's protocol, spoken here."""
import os
import re
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
SERVER = os.environ["CHATROOM_SERVER"]
FIRST = 3  # sd_listen_fds(3): the first descriptor passed


class Manager:
    """Starts the server with sockets, as systemd does, and listens to what it tells."""

    def __init__(self, *sockets, options=(), environment=None):
        self.folder = tempfile.TemporaryDirectory()
        self.told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.told.bind(os.path.join(self.folder.name, "notify"))
        variables = os.environ | {"NOTIFY_SOCKET": self.told.getsockname()} | (environment or {})

        def become_server():
            copies = [os.dup(one.fileno()) for one in sockets]
            for i, copy in enumerate(copies):
                os.dup2(copy, FIRST + i, inheritable=True)
            os.environ.update(variables, LISTEN_FDS=str(len(sockets)), LISTEN_PID=str(os.getpid()))
            if environment:
                os.environ["WATCHDOG_PID"] = str(os.getpid())
            os.execv(SERVER, [SERVER, *options])

        self.process = subprocess.Popen([SERVER], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        close_fds=False, preexec_fn=become_server)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self.told.close()
        self.folder.cleanup()

    def tells(self, seconds=20):
        return self.told.recv(100).decode() if select.select([self.told], [], [], seconds)[0] else None

    def hear(self, word):
        """Waits for a word, past others."""
        while (told := self.tells()) != word:
            assert told, f"{word} was never told"


def listener(family=socket.AF_INET, address="127.0.0.1"):
    one = socket.socket(family, socket.SOCK_STREAM)
    one.bind((address, 0))
    one.listen()
    return one


def talk(peer, word):
    peer.settimeout(20)
    peer.sendall(word + b"\n")
    heard = b""
    while not heard.endswith(b"\n" + word + b"\n"):
        piece = peer.recv(4096)
        assert piece, heard
        heard += piece


# Opens what a socket unit lists, as systemd.socket(5) has it, where IPv6 is switched off.
OPEN_UNIT = """
import re, socket, sys
for name in ("all", "lo"):
    with open(f"/proc/sys/net/ipv6/conf/{name}/disable_ipv6", "w") as off:
        off.write("1")
IP_FREEBIND, IPV6_FREEBIND = 15, 78
unit = sys.stdin.read()
for kind, where in re.findall(r"^Listen(Stream|Datagram)=(.+)$", unit, re.M):
    host, port = where.rsplit(":", 1)
    v6 = host.startswith("[")
    one = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET, socket.SOCK_STREAM if kind == "Stream" else socket.SOCK_DGRAM)
    if "\\nFreeBind=yes\\n" in unit:
        one.setsockopt(socket.IPPROTO_IPV6 if v6 else socket.IPPROTO_IP, IPV6_FREEBIND if v6 else IP_FREEBIND, 1)
    one.bind((host.strip("[]"), int(port)))
    if kind == "Stream":
        one.listen()
    print("open", kind, where)
"""


def can_be_alone():
    return shutil.which("unshare") and subprocess.run(["unshare", "--net", "true"], capture_output=True).returncode == 0


class Unit(unittest.TestCase):
    @unittest.skipUnless(can_be_alone(), "a network namespace of one's own is not allowed here")
    def test_the_socket_unit_can_be_opened_where_ipv6_is_off(self):
        with open(f"{ROOT}/packaging/systemd/chatroom.socket") as unit:
            done = subprocess.run(["unshare", "--net", sys.executable, "-c", OPEN_UNIT], stdin=unit, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("open Stream 127.0.0.1:9001\nopen", done.stdout)
        self.assertIn("open Datagram 127.0.0.1:9001\n", done.stdout)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not here")
    def test_the_service_starts_a_server_below_a_prefix_with_a_blank(self):
        with tempfile.TemporaryDirectory() as root:
            prefix, build = f"{root}/a prefix", f"{root}/build"
            subprocess.run(["cmake", "-S", ROOT, "-B", build, f"-DCMAKE_INSTALL_PREFIX={prefix}", "-DCHATROOM_TESTS=OFF",
                            "-DCHATROOM_EXAMPLES=OFF", "-DCHATROOM_BENCH=OFF"], check=True, capture_output=True, timeout=200)
            unit = f"{build}/packaging/chatroom.service"
            os.makedirs(f"{prefix}/bin")
            shutil.copy(SERVER, f"{prefix}/bin/chatroom-server")
            shutil.copy(f"{ROOT}/packaging/systemd/chatroom.socket", os.path.dirname(unit))
            told = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual((told.returncode, told.stderr), (0, ""))
            with open(unit) as file:
                started = re.search("^ExecStart=(.*)$", file.read(), re.M).group(1)
            self.assertEqual(shlex.split(started),
                             [f"{prefix}/bin/chatroom-server", "--config", f"{prefix}/etc/chatroom/server.conf"])


class Service(unittest.TestCase):
    def test_sockets_that_are_passed_are_served_and_the_default_address_is_not(self):
        with listener() as four, listener(socket.AF_INET6, "::1") as six, Manager(four, six) as manager:
            lines = [manager.process.stdout.readline() for _ in range(2)]
            self.assertEqual(lines, ["listening tcp {}:{}\n".format(*four.getsockname()),
                                     "listening tcp [{}]:{}\n".format(*six.getsockname())])
            for at in (four, six):
                with socket.create_connection(at.getsockname()[:2], timeout=20) as peer:
                    talk(peer, b"hello")
            manager.process.send_signal(signal.SIGTERM)
            out, _ = manager.process.communicate(timeout=20)
            self.assertEqual((manager.process.returncode, out), (0, ""))

    def test_who_came_before_the_server_was_there_is_served(self):
        with listener() as at, socket.create_connection(at.getsockname()) as early:
            early.sendall(b"early\n")
            with Manager(at):
                talk(early, b"hello")

    def test_an_address_that_is_asked_for_is_served_beside_the_sockets(self):
        with listener() as at, Manager(at, options=["--tcp", "127.0.0.1:0"]) as manager:
            ports = [int(manager.process.stdout.readline().rsplit(":", 1)[1]) for _ in range(2)]
            self.assertEqual(ports[0], at.getsockname()[1])
            with socket.create_connection(("127.0.0.1", ports[1]), timeout=20) as peer:
                talk(peer, b"hello")

    def test_a_udp_socket_that_is_passed_is_served_beside_a_tcp_one(self):
        with listener() as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ann:
            udp.bind(("127.0.0.1", 0))
            with Manager(tcp, udp) as manager:
                self.assertEqual([manager.process.stdout.readline() for _ in range(2)],
                                 ["listening tcp {}:{}\n".format(*tcp.getsockname()),
                                  "listening udp {}:{}\n".format(*udp.getsockname())])
                ann.settimeout(20)
                ann.connect(udp.getsockname())
                ann.send(b"#ping#")
                ann.send(b"hello")
                self.assertEqual(ann.recv(1024), "{}:{}\nhello".format(*ann.getsockname()).encode())

    def test_it_tells_that_it_is_ready_and_that_it_stops(self):
        with listener() as at, Manager(at) as manager:
            self.assertEqual(manager.tells(), "READY=1")
            with socket.create_connection(at.getsockname(), timeout=20) as peer:
                talk(peer, b"hello")
                manager.process.send_signal(signal.SIGTERM)
                self.assertEqual(manager.tells(), "STOPPING=1")
            self.assertEqual(manager.process.wait(20), 0)

    def test_the_watchdog_hears_of_it_as_long_as_its_pool_runs(self):
        with listener() as at, Manager(at, environment={"WATCHDOG_USEC": "200000"}) as manager:
            for _ in range(3):
                manager.hear("WATCHDOG=1")
            manager.process.send_signal(signal.SIGSTOP)
            while manager.tells(0.5):  # until it has been silent for longer than the watchdog waits
                pass
            manager.process.send_signal(signal.SIGCONT)
            manager.hear("WATCHDOG=1")
            manager.process.send_signal(signal.SIGTERM)
            self.assertEqual(manager.process.wait(20), 0)

    @unittest.skipUnless(shutil.which("strace"), "strace is not here")
    def test_the_watchdog_hears_nothing_while_the_pool_is_stuck(self):
        trace = ["strace", "-f", "-o", "/dev/null", "-e", "trace=recvmmsg", "-e", "inject=recvmmsg:delay_enter=3000000"]
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ann:
            told.bind(os.path.join(folder, "notify"))
            told.settimeout(20)
            environment = os.environ | {"NOTIFY_SOCKET": told.getsockname(), "WATCHDOG_USEC": "500000"}
            environment.pop("WATCHDOG_PID", None)  # then it is meant for whoever reads it
            with subprocess.Popen([*trace, SERVER, "--udp", "127.0.0.1:0", "--threads", "1"], stdout=subprocess.PIPE,
                                  text=True, env=environment) as tracer:
                try:
                    first = tracer.stdout.readline()
                    while told.recv(100) != b"WATCHDOG=1":
                        pass
                    ann.connect(("127.0.0.1", int(first.rsplit(":", 1)[1])))
                    ann.send(b"#ping#")  # stuck for 3 s
                    for _ in range(40):  # what was told before it stuck
                        if not select.select([told], [], [], 1)[0]:  # twice what systemd would wait
                            break
                        told.recv(100)
                    else:
                        self.fail("it told that it is alive while it was stuck")
                    while told.recv(100) != b"WATCHDOG=1":
                        pass
                finally:
                    with open(f"/proc/{tracer.pid}/task/{tracer.pid}/children") as children:
                        os.kill(int(children.read().split()[0]), signal.SIGKILL)

    def test_without_a_watchdog_it_does_not_chatter(self):
        with listener() as at, Manager(at) as manager:
            self.assertEqual(manager.tells(), "READY=1")
            self.assertIsNone(manager.tells(0.5))

    def test_a_socket_that_nobody_can_use_is_one_sentence_and_exit_code_1(self):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as deaf, socket.socket(socket.AF_UNIX) as local:
            deaf.bind(("127.0.0.1", 0))
            for wrong in (deaf, local):
                with Manager(wrong) as manager:
                    _, complaint = manager.process.communicate(timeout=20)
                    self.assertEqual(manager.process.returncode, 1)
                    self.assertRegex(complaint, r"^chatroom-server: the service manager passed .*chatroom\.socket\n$")

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "systemd-socket-activate is not here")
    def test_systemd_s_own_launcher_starts_it_at_the_first_connection(self):
        with listener() as free:  # it takes no port 0
            at = free.getsockname()
        launcher = subprocess.Popen(["systemd-socket-activate", "-l", "{}:{}".format(*at), SERVER],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            launcher.stderr.readline()  # "Listening on ..."
            with socket.create_connection(at, timeout=20) as peer:
                talk(peer, b"hello")
            launcher.send_signal(signal.SIGTERM)  # it has become the server
            out, _ = launcher.communicate(timeout=20)
            self.assertEqual(launcher.returncode, 0)
            self.assertRegex(out, r"^listening tcp 127\.0\.0\.1:\d+\n(in a browser: http://127\.0\.0\.1:\d+/\n)?$")
        finally:
            if launcher.poll() is None:
                launcher.kill()
            launcher.communicate()

    @unittest.skipUnless(shutil.which("systemd-socket-activate"), "systemd-socket-activate is not here")
    def test_systemd_s_own_launcher_starts_it_at_the_first_datagram(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free, \
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ann:
            free.bind(("127.0.0.1", 0))
            at = free.getsockname()
            free.close()
            launcher = subprocess.Popen(["systemd-socket-activate", "--datagram", "-l", "{}:{}".format(*at), SERVER],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                launcher.stderr.readline()  # "Listening on ..."
                ann.settimeout(20)
                ann.connect(at)
                ann.send(b"#ping#")  # the first datagram is read too
                ann.send(b"hello")
                self.assertEqual(ann.recv(1024), "{}:{}\nhello".format(*ann.getsockname()).encode())
                launcher.send_signal(signal.SIGTERM)  # it has become the server
                out, _ = launcher.communicate(timeout=20)
                self.assertEqual((launcher.returncode, out), (0, "listening udp {}:{}\n".format(*at)))
            finally:
                if launcher.poll() is None:
                    launcher.kill()
                launcher.communicate()


if __name__ == "__main__":
    unittest.main()
