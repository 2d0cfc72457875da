# SPDX-License-Identifier: BSL-1.0
"""The server as a process: what it prints and when, the signals, the addresses of a name, and what its parent hands over."""
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import unittest

from datagrams import UdpPeer, UdpServer
from harness import SERVER, Peer, Server, eventually


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def talks(port):
    try:
        with Peer(port) as peer:
            peer.enter()
            return True
    except OSError:
        return False


class Beginning(unittest.TestCase):
    def test_it_serves_though_nobody_reads_what_it_prints(self):
        port = free_port()
        read, write = os.pipe()
        os.close(read)
        options = [SERVER, "--tcp", f"127.0.0.1:{port}", "--udp", "127.0.0.1:0"]
        with subprocess.Popen(options, stdout=write, stderr=write) as server:
            os.close(write)
            try:
                eventually(lambda: server.poll() is not None or talks(port))
                self.assertIsNone(server.poll())
            finally:
                server.kill()

    def test_a_standard_stream_that_is_closed_is_no_member_s_connection(self):
        port = free_port()
        command = 'exec "$0" --log-level debug --tcp "127.0.0.1:$1" >&- 2>&- <&-'
        with subprocess.Popen(["sh", "-c", command, SERVER, str(port)]) as server:
            try:
                eventually(lambda: server.poll() is not None or talks(port))
                for one in range(3):
                    self.assertEqual(os.readlink(f"/proc/{server.pid}/fd/{one}"), "/dev/null")
            finally:
                server.kill()

    def test_nothing_is_announced_unless_every_address_is_open(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            for options in (("--tcp", "127.0.0.1:0", "--tcp", f"127.0.0.1:{port}"),
                            ("--udp", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--tcp", str(port))):
                ended = subprocess.run([SERVER, *options], capture_output=True, text=True, timeout=20)
                self.assertEqual((ended.returncode, ended.stdout), (1, ""))
                self.assertEqual(ended.stderr, f"chatroom-server: can't listen at 127.0.0.1:{port} (tcp): Address already in use\n")

    def test_an_address_of_the_file_that_is_taken_is_told_with_its_line(self):
        with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.NamedTemporaryFile("w") as file:
            port = taken.getsockname()[1]
            file.write(f"\ntcp = {port}\n")
            file.flush()
            ended = subprocess.run([SERVER, "--config", file.name], capture_output=True, text=True, timeout=20)
            self.assertEqual((ended.returncode, ended.stdout), (1, ""))
            self.assertEqual(ended.stderr, f"chatroom-server: {file.name}:2: tcp = {port}: can't listen at "
                                           f"127.0.0.1:{port} (tcp): Address already in use\n")

    def test_beyond_loopback_it_prints_what_others_type(self):
        def printed(*options):
            with subprocess.Popen([SERVER, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
                try:
                    first = server.stdout.readline()
                    with Peer(int(first.rsplit(":", 1)[1])) as peer:
                        peer.enter()
                    server.terminate()
                    return first + server.stdout.read()
                finally:
                    server.kill()

        self.assertNotIn("others", printed("--tcp", "127.0.0.1:0"))
        text = printed("--tcp", "0.0.0.0:0", "--udp", "0.0.0.0:0")
        others = re.findall(r"^for others: chatroom-client (udp://)?(\S+):(\d+)$", text, re.M)
        own = re.findall(r" inet (\S+)/", subprocess.run(["ip", "-o", "-4", "addr", "show", "up", "scope", "global"],
                                                         capture_output=True, text=True, check=True).stdout)
        if not own:
            self.skipTest("this machine has no address but loopback's")
        ports = re.findall(r"^listening (?:tcp|udp) 0\.0\.0\.0:(\d+)$", text, re.M)
        self.assertIn(("", own[0], ports[0]), others)
        self.assertIn(("udp://", own[0], ports[1]), others)
        self.assertIn(f"\nin a browser: http://127.0.0.1:{ports[0]}/\n", text)
        self.assertIn(f"\nfor others: in a browser, http://{own[0]}:{ports[0]}/\n", text)
        self.assertTrue(text.endswith("\nwhoever reaches these addresses can read and write here; nothing is encrypted\n"), text)


def can_change_hosts():
    return shutil.which("unshare") and subprocess.run(["unshare", "--mount", "--net", "true"], capture_output=True).returncode == 0


@unittest.skipUnless(can_change_hosts(), "a mount namespace of one's own is not allowed here")
class Names(unittest.TestCase):
    def listening(self, hosts, *options, before="true"):
        """The addresses that are announced, and then that none is served that is not."""
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(hosts)
            file.flush()
            script = f'mount --bind {file.name} /etc/hosts; ip link set lo up; {before}; exec {SERVER} "$@"'
            with subprocess.Popen(["unshare", "--mount", "--net", "sh", "-ec", script, "sh", *options],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
                try:
                    first = server.stdout.readline()
                    if first:
                        eventually(lambda: os.readlink(f"/proc/{server.pid}/exe") == os.path.realpath(SERVER))
                        server.terminate()
                    rest, complaint = server.stdout.read(), server.stderr.read()
                    server.wait(20)
                finally:
                    server.kill()
        told = re.findall(r"^listening (\w+) (\S+)$", first + rest, re.M)
        return server.returncode, sorted(told), complaint if server.returncode else ""

    def test_every_address_of_a_name_is_opened(self):
        hosts = "127.0.0.1 two.test\n::1 two.test\n127.0.0.1 two.test\n"
        for transport in ("tcp", "udp"):
            self.assertEqual(self.listening(hosts, f"--{transport}", "two.test:9"),
                             (0, [(transport, "127.0.0.1:9"), (transport, "[::1]:9")], ""))

    def test_an_address_of_a_name_that_is_not_here_is_left_out(self):
        hosts = "127.0.0.1 some.test\n2001:db8::1 some.test none.test\n10.1.2.3 none.test\n"
        for transport in ("tcp", "udp"):
            self.assertEqual(self.listening(hosts, f"--{transport}", "some.test:9"), (0, [(transport, "127.0.0.1:9")], ""))
            code, told, complaint = self.listening(hosts, f"--{transport}", "none.test:9")
            self.assertEqual((code, told), (1, []))
            self.assertRegex(complaint, rf"^chatroom-server: can't listen at .* \({transport}\): Cannot assign requested address\n$")

    def test_where_ipv6_is_off_a_name_is_served_over_ipv4(self):
        hosts = "127.0.0.1 two.test\n::1 two.test\n"
        off = "echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6; echo 1 >/proc/sys/net/ipv6/conf/lo/disable_ipv6"
        self.assertEqual(self.listening(hosts, "--tcp", "two.test:9", "--udp", "two.test:9", before=off),
                         (0, [("tcp", "127.0.0.1:9"), ("udp", "127.0.0.1:9")], ""))


class Signals(unittest.TestCase):
    def test_each_signal_that_ends_it_drains(self):
        default = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
        for one in (signal.SIGINT, signal.SIGTERM):
            with Server(preexec=default) as server, Peer(server.port) as ann:
                ann.enter()
                server.process.send_signal(one)
                self.assertEqual(ann.hear(), ("*", "the room is closing"), one)
                self.assertIsNone(ann.line())
                ann.socket.close()
                _, log = server.process.communicate(timeout=20)
                self.assertEqual(server.process.returncode, 0)
                self.assertIn("left.shutdown=1", log)

    def test_a_signal_that_the_parent_ignored_stays_ignored(self):
        ignored = lambda: [signal.signal(one, signal.SIG_IGN) for one in (signal.SIGHUP, signal.SIGINT)]
        with Server(preexec=ignored) as server, Peer(server.port) as ann:
            server.process.send_signal(signal.SIGHUP)
            server.process.send_signal(signal.SIGINT)
            server.process.send_signal(signal.SIGUSR1)
            while "joined=" not in (line := server.process.stderr.readline()):
                self.assertIn(ann.label, line)
            ann.enter()
            code, _ = server.stop()
            self.assertEqual(code, 0)

    @unittest.skipUnless(shutil.which("strace") and not os.environ.get("CHATROOM_SANITIZE"),
                         "strace is not here, or a sanitizer's leak check forbids it")
    def test_signals_are_served_while_the_pool_is_stuck(self):
        stuck = 3  # seconds, in each call that receives
        trace = ["strace", "-f", "-o", "/dev/null", "-e", "trace=recvmmsg", "-e", f"inject=recvmmsg:delay_enter={stuck * 1000000}"]
        with subprocess.Popen([*trace, SERVER, "--udp", "127.0.0.1:0", "--threads", "1"], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True) as tracer:
            try:
                first = tracer.stdout.readline()
                if not first:
                    self.skipTest("tracing is not allowed here")
                with open(f"/proc/{tracer.pid}/task/{tracer.pid}/children") as children:
                    server = int(children.read().split()[0])
                self.addCleanup(self.end, server)
                with UdpPeer(int(first.rsplit(":", 1)[1])) as ann:
                    ann.say("#ping#")
                    self.eventually_stuck(server)
                    os.kill(server, signal.SIGUSR1)
                    self.assertIn("joined=0 ", tracer.stderr.readline())  # the pool has not got round to it yet
                    os.kill(server, signal.SIGTERM)
                    os.kill(server, signal.SIGTERM)
                    tracer.communicate(timeout=60)
                    self.assertEqual(tracer.returncode, 0)
            finally:
                tracer.kill()

    def end(self, server):
        """One that is no longer traced goes on without its tracer."""
        try:
            os.kill(server, signal.SIGKILL)
        except ProcessLookupError:
            pass

    def eventually_stuck(self, server):
        """A thread of it is held by strace: tracing stop."""
        def held():
            for task in os.listdir(f"/proc/{server}/task"):
                with open(f"/proc/{server}/task/{task}/stat") as stat:
                    if stat.read().rsplit(")", 1)[1].split()[0] == "t":
                        return True
            return False
        eventually(held)

    def test_signals_are_served_under_a_flood(self):
        with UdpServer("--rate", "0", "--threads", "1") as server, UdpPeer(server.port) as ann:
            ann.enter()
            ended = threading.Event()

            def flood():
                with UdpPeer(server.port) as eve:
                    eve.say("#ping#")
                    while not ended.is_set():
                        try:
                            eve.say("x")
                        except OSError:  # the server has gone
                            return

            crowd = [threading.Thread(target=flood) for _ in range(2)]
            for one in crowd:
                one.start()
            try:
                eventually(lambda: server.counters()["members"] == 3)
                code, log = server.stop()
                self.assertEqual(code, 0, log)
            finally:
                ended.set()
                for one in crowd:
                    one.join()


if __name__ == "__main__":
    unittest.main()
