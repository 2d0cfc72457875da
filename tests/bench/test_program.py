# SPDX-License-Identifier: BSL-1.0
"""chatroom-bench as its users have it: modes, reports, and the exit code when a server does not keep its word."""
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import unittest

from faulty_server import FaultyPeerServer, FaultyTcpServer, FaultyUdpServer, FaultyWebSocketServer

BENCH, SERVER = os.environ["CHATROOM_BENCH"], os.environ["CHATROOM_SERVER"]
SHORT = {"--members": "5", "--speakers": "2", "--window": "8", "--rate": "300", "--stalled": "1", "--seconds": "0.5",
         "--warm-up": "0.1", "--patience": "1"}


def command(port, *arguments):
    return [BENCH, f"127.0.0.1:{port}", *arguments,
            *(word for name, value in SHORT.items() if name not in arguments for word in (name, value))]


def bench(port, *arguments):
    return subprocess.run(command(port, *arguments), capture_output=True, text=True, timeout=60, check=False)


def figures(port, *arguments):
    ran = bench(port, "--json", *arguments)
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


class FaultyServers(unittest.TestCase):
    """What a server did wrong is found, called by its name, and is exit code 1."""
    # Beside the first, the last text held back is lost, as is one that is damaged, and what comes after the end.
    WRONG = {"none": set(), "lose": {"lost"}, "repeat": {"repeated"}, "reorder": {"reordered", "lost"}, "damage": {"damaged", "lost"},
             "cut off": {"cut_off", "lost"}}

    def found(self, told):
        return {name for name in ("lost", "repeated", "reordered", "damaged", "cut_off") if told.get(name, 0)}

    def test_over_tcp_nothing_goes_unnoticed(self):
        for mode in ("rate", "fanout"):
            for kind, wrong in self.WRONG.items():
                with self.subTest(f"{mode}: {kind}"), FaultyTcpServer(kind) as server:
                    code, told = figures(server.port, "--mode", mode)
                    self.assertLessEqual(wrong & {"repeated", "reordered", "damaged", "cut_off"} or wrong, self.found(told))
                    self.assertLessEqual(self.found(told), wrong)
                    self.assertEqual(code, 1 if wrong else 0)

    def test_over_another_protocol_nothing_goes_unnoticed(self):
        for protocol in FaultyPeerServer.FRAMES:
            for kind in ("none", "lose", "repeat", "cut off"):
                with self.subTest(f"{protocol}: {kind}"), FaultyPeerServer(protocol, kind) as server:
                    code, told = figures(server.port, "--mode", "fanout", "--protocol", protocol)
                    self.assertEqual(self.found(told) - {"lost"}, self.WRONG[kind] - {"lost"})
                    self.assertEqual("lost" in self.found(told), "lost" in self.WRONG[kind])
                    self.assertEqual(code, 1 if self.WRONG[kind] else 0)

    def test_over_websocket_nothing_goes_unnoticed(self):
        for kind in ("none", "lose", "repeat", "damage", "cut off"):
            with self.subTest(kind), FaultyWebSocketServer(kind) as server:
                code, told = figures(server.port, "--ws")
                self.assertEqual(self.found(told) - {"lost"}, self.WRONG[kind] - {"lost"}, told)
                self.assertEqual("lost" in self.found(told), "lost" in self.WRONG[kind])
                self.assertEqual(code, 1 if self.WRONG[kind] else 0)

    def test_each_member_over_websocket_answers_a_ping_and_masks_its_frames(self):
        with FaultyWebSocketServer("none") as server:
            code, told = figures(server.port, "--ws", "--mode", "idle")
        self.assertEqual((code, server.pongs, server.violations, told["cut_off"]), (0, 5, 0, 0))

    def test_over_udp_a_loss_is_told_and_forgiven_and_nothing_else_is(self):
        for kind in ("none", "lose", "repeat", "reorder", "damage"):
            with self.subTest(kind), FaultyUdpServer(kind) as server:
                code, told = figures(server.port, "--udp")
                wrong = self.WRONG[kind]
                self.assertLessEqual(wrong - {"lost"} or wrong, self.found(told))
                self.assertEqual(code, 1 if wrong - {"lost"} else 0, told)

    def test_a_member_that_is_cut_off_fails_the_other_modes_too(self):
        for mode in ("stalled", "ping"):
            with self.subTest(mode), FaultyTcpServer("cut off") as server:
                code, told = figures(server.port, "--mode", mode)
                self.assertEqual((code, told["cut_off"] > 0), (1, True))

    def test_a_storm_at_a_server_that_loses_words_fails(self):
        with FaultyTcpServer("cut off") as server:
            self.assertEqual(bench(server.port, "--mode", "storm", "--concurrent", "4").returncode, 1)

    def test_a_server_that_is_not_there_is_a_sentence_and_exit_code_1(self):
        with FaultyTcpServer("none") as server:
            port = server.port
        ran = bench(port)
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stderr, r"^chatroom-bench: .*\n$")


class Wires(unittest.TestCase):
    """Every mode that goes over WebSocket and over TLS does so at the server itself, without a fault."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.log = tempfile.TemporaryFile("w+")
        self.addCleanup(self.log.close)
        self.server = subprocess.Popen([SERVER, "--tcp", "127.0.0.1:0", "--rate", "1000000", "--burst", "1000000",
                                        "--tls-self", self.folder.name], stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.addCleanup(self.server.stdout.close)
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        first = self.server.stdout.readline()
        if not first:
            self.log.seek(0)
            self.skipTest(self.log.read())
        self.port = int(first.rsplit(":", 1)[1])

    def test_every_mode_goes_over_websocket_and_over_tls(self):
        for wire in (["--tls"], ["--ws"], ["--ws", "--tls"]):
            for mode in ("fanout", "rate", "stalled", "ping", "idle"):
                with self.subTest(f"{mode} {wire}"):
                    code, told = figures(self.port, "--mode", mode, "--size", "1000", *wire)
                    self.assertEqual(code, 0, told)

    def test_a_server_without_tls_is_a_sentence_and_exit_code_1(self):
        with FaultyTcpServer("none") as server:
            ran = bench(server.port, "--tls", "--members", "1")
        self.assertEqual(ran.returncode, 1)
        self.assertRegex(ran.stderr, r"^chatroom-bench: .*TLS.*\n$")


class Replay(unittest.TestCase):
    """What a server replays to those who come was said before this run, and may be the words of an earlier one."""

    def test_a_room_in_which_something_was_said_is_loaded_like_an_empty_one(self):
        server = subprocess.Popen([SERVER, "--tcp", "127.0.0.1:0", "--udp", "127.0.0.1:0", "--rate", "0", "--replay", "100",
                                   "--max-message", "60000", "--heartbeat", "5s", "--expiry", "10s", "--log-level", "off"],
                                  stdout=subprocess.PIPE, text=True)
        try:
            tcp, udp = (int(server.stdout.readline().rsplit(":", 1)[1]) for _ in range(2))
            with socket.create_connection(("127.0.0.1", tcp), timeout=20) as ann, ann.makefile("rb") as heard:
                ann.sendall(b"hello\n" + b"x" * 50000 + b"\n" + b"@" * 16 + b"x" * 48 + b"\nlast\n")
                while heard.readline() != b"last\n":
                    pass
            for mode in ("fanout", "rate", "stalled", "ping", "storm", "idle", "fanout"):
                with self.subTest(mode):
                    code, told = figures(tcp, "--mode", mode, "--concurrent", "4")
                    self.assertEqual((code, told.get("damaged", 0)), (0, 0), told)
            for again in range(2):
                with self.subTest(f"udp, {again}"):
                    code, told = figures(udp, "--udp")
                    self.assertEqual((code, told.get("damaged", 0)), (0, 0), told)
        finally:
            server.kill()
            server.communicate()


class Reports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = subprocess.Popen([SERVER, "--tcp", "127.0.0.1:0", "--udp", "127.0.0.1:0", "--rate", "0", "--heartbeat",
                                       "5s", "--expiry", "10s"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.tcp, cls.udp = (int(cls.server.stdout.readline().rsplit(":", 1)[1]) for _ in range(2))

    @classmethod
    def tearDownClass(cls):
        cls.server.kill()
        cls.server.wait()
        cls.server.stdout.close()

    def test_each_mode_reports_what_it_is_for(self):
        latencies = {"median_us", "p90_us", "p99_us", "p99.9_us", "max_us"}
        memory = {"resident_bytes_per_member", "resident_after"}
        cost = {"cpu_ns_per_delivery", "server_busy"} | memory
        for mode, names in {"fanout": latencies | cost | {"deliveries_per_second"}, "idle": memory | {"server_cpu_percent"},
                            "rate": latencies | cost | {"deliveries_per_second", "sent_late_by_at_most"}, "ping": latencies,
                            "stalled": latencies | cost | {"stalled_cut_off"},
                            "storm": {"connections_per_second", "cpu_us_per_connection"}}.items():
            with self.subTest(mode):
                code, told = figures(self.tcp, "--mode", mode, "--pid", str(self.server.pid))
                self.assertEqual((code, told["mode"], names - set(told)), (0, mode, set()))
        with self.subTest("udp"):
            code, told = figures(self.udp, "--udp", "--pid", str(self.server.pid))
            self.assertEqual((code, told["mode"], (latencies | cost | {"lost_percent"}) - set(told)), (0, "udp_fanout", set()))
            self.assertLessEqual(0, told["median_us"])
            self.assertLessEqual(told["median_us"], told["max_us"])

    def test_members_over_udp_by_the_thousand_come_stay_and_expire(self):
        code, told = figures(self.udp, "--udp", "--mode", "idle", "--members", "5000", "--pid", str(self.server.pid))
        self.assertEqual((code, told["present"], told["expelled_early"]), (0, 5000, 0))
        self.assertIn("resident_bytes_per_member", told)

    def test_what_a_mode_cannot_do_over_udp_is_refused(self):
        for mode in ("rate", "stalled", "storm", "ping"):
            ran = bench(self.udp, "--udp", "--mode", mode)
            self.assertEqual(ran.returncode, 2)
            self.assertEqual(ran.stderr, "chatroom-bench: over UDP there are the modes fanout and idle; see chatroom-bench --help\n")

    def test_a_table_is_for_people_and_progress_for_a_terminal(self):
        master, slave = os.openpty()
        ran = subprocess.run(command(self.tcp, "--seconds", "2.5"), stdout=subprocess.PIPE,
                             stderr=slave, text=True, timeout=60, check=False)
        os.close(slave)
        shown = os.read(master, 65536).decode()
        os.close(master)
        self.assertEqual(ran.returncode, 0)
        self.assertRegex(ran.stdout, r"(?m)^fanout$")
        self.assertRegex(ran.stdout, r"(?m)^  p99\.9 us +[\d.]+ us$")
        self.assertRegex(shown, r"\d+ s  \d+ deliveries/s")
        self.assertEqual(bench(self.tcp).stderr, "", "progress where nobody looks")

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_a_plot_has_latencies_for_each_run_and_cost_over_members(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "it's a plot.svg")
            ran = bench(self.tcp, "--json", "--members", "5,10,20", "--pid", str(self.server.pid), "--plot", file)
            self.assertEqual((ran.returncode, [json.loads(line)["members"] for line in ran.stdout.splitlines()]), (0, [5, 10, 20]))
            with open(file, encoding="utf-8") as svg:
                drawn = svg.read()
        self.assertIn("</svg>", drawn)
        for words in ("percentile", "latency, microseconds", "5 members", "20 members", "CPU of a delivery, ns"):
            self.assertIn(words, drawn)

    def test_a_plot_that_cannot_be_drawn_is_exit_code_1(self):
        ran = bench(self.tcp, "--mode", "idle", "--plot", "/tmp/nothing.svg")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("there are no latencies to draw", ran.stderr)


class Words(unittest.TestCase):
    def test_wrong_options_are_a_sentence_and_exit_code_2(self):
        for wrong in (["--mode", "none"], ["--members", "0"], ["--members", "1,,2"], ["--members", "ten"], ["--size", "1"],
                      ["nowhere"], ["--rate", "0"], ["--seconds", "0"], ["--udp", "--size", "2000"], ["--nonsense"],
                      ["--protocol", "smtp"], ["--mode", "stalled", "--members", "5", "--stalled", "5"],
                      ["--ws", "--mode", "storm"], ["--tls", "--mode", "storm"], ["--tls", "--udp"], ["--ws", "--udp"],
                      ["--protocol", "irc", "--mode", "ping"]):
            ran = subprocess.run([BENCH, *wrong], capture_output=True, text=True, timeout=20, check=False)
            self.assertEqual(ran.returncode, 2, wrong)
            self.assertRegex(ran.stderr, r"^chatroom-bench: .*\n$")

    def test_help_and_the_manual_have_the_same_modes(self):  # package.texts holds the options
        told = subprocess.run([BENCH, "--help"], capture_output=True, text=True, timeout=20, check=True).stdout
        with open(os.environ["CHATROOM_MAN"], encoding="utf-8") as page:
            manual = page.read()
        modes = set(re.findall(r"^(\w+)  +\S", told.split("Options")[0], re.M))
        self.assertGreater(len(modes), 4)
        self.assertEqual(modes, set(re.findall(r"^\.It Cm (\w+)$", manual, re.M)))


if __name__ == "__main__":
    unittest.main()
