# SPDX-License-Identifier: BSL-1.0
"""The client as a filter over UDP: its forms, its exit codes and bad servers."""
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

import hostile
from datagrams import UdpPeer, UdpServer
from harness import CLIENT, eventually
from screen import Screen


def run(*arguments, words=""):
    return subprocess.run([CLIENT, *arguments], input=words, capture_output=True, text=True, timeout=60, check=False)


class Script(threading.Thread):
    """A server that does one thing, with the first who sends it a heartbeat."""

    def __init__(self, act):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = "udp://127.0.0.1:{}".format(self.socket.getsockname()[1])
        self.act = act
        self.start()

    def run(self):
        with self.socket:
            _, caller = self.socket.recvfrom(1024)
            self.socket.connect(caller)
            try:
                self.act(self.socket)
            except OSError:
                pass


class Forms(unittest.TestCase):
    def test_json_is_an_object_a_line(self):
        with UdpServer() as server:
            ended = run("--json", f"udp://127.0.0.1:{server.port}", words="one\ntwo\n")
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            heard = [json.loads(line) for line in ended.stdout.splitlines()]
            self.assertEqual([(one["text"], one["own"]) for one in heard], [("one", True), ("two", True)])

    def test_a_file_longer_than_the_burst_is_said_at_a_pace_that_loses_nothing(self):
        with UdpServer() as server:
            ended = run(f"udp://127.0.0.1:{server.port}", words="".join(f"line {i}\n" for i in range(200)))
            self.assertEqual((ended.returncode, ended.stderr), (0, ""))
            self.assertEqual(re.findall(r": line (\d+)$", ended.stdout, re.M), [str(i) for i in range(200)])

    def test_one_message_to_a_server_that_swallows_is_exit_code_4_after_5_seconds(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
            silent.bind(("127.0.0.1", 0))
            begin = time.monotonic()
            ended = run("-m", "hi", "udp://127.0.0.1:{}".format(silent.getsockname()[1]))
            self.assertGreaterEqual(time.monotonic() - begin, 5)
            self.assertEqual((ended.returncode, ended.stdout), (4, ""))
            self.assertRegex(ended.stderr, "^chatroom-client: 1 message did not come back .*; is a chatroom-server with --udp there\\?\n$")

    def test_one_message_to_an_ipv6_server_is_said_and_comes_back(self):
        with UdpServer(at="[::1]:0") as server, UdpPeer(server.port, "::1") as ann:
            ann.enter()
            self.assertEqual(run("-m", "hi", "--udp", f"[::1]:{server.port}").returncode, 0)
            self.assertRegex(ann.hear(), r"^\[::1\]:\d+\nhi$")

    def test_a_client_that_reconnects_finds_a_server_that_comes_back(self):
        with UdpServer() as server:
            address = f"127.0.0.1:{server.port}"
            with subprocess.Popen([CLIENT, "--reconnect", "--udp", address], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True) as client:
                client.stdin.write("one\n")
                client.stdin.flush()
                self.assertRegex(client.stdout.readline(), ": one$")
                server.process.kill()
                server.process.wait()
                self.assertRegex(client.stderr.readline(), r"lost.*; next attempt in \d+\.\d s$")
                client.stdin.write("two\n")
                client.stdin.close()
                with UdpServer(at=address):
                    self.assertRegex(client.stdout.readline(), ": two$")
                    self.assertEqual(client.wait(60), 0)
                    client.stderr.read()


    def test_the_heartbeat_as_a_message_is_told(self):
        with UdpServer() as server:
            ended = run("-m", "#ping#", f"udp://127.0.0.1:{server.port}")
            self.assertEqual((ended.returncode, ended.stdout), (4, ""))
            self.assertEqual(ended.stderr, "chatroom-client: not said, since over UDP it is no message but the heartbeat: #ping#\n"
                                           "chatroom-client: 1 message can't be said\n")

    def test_what_is_typed_after_a_restart_is_in_the_room_within_seconds_and_none_is_lost_without_a_word(self):
        for way in ("SIGKILL", "SIGTERM"):
            with self.subTest(way), UdpServer() as server, Screen(columns=120) as screen:
                address = f"127.0.0.1:{server.port}"
                screen.run(CLIENT, "--udp", address)
                screen.has("connected to")
                screen.type("one")
                screen.keys("Enter")
                screen.has("in the room at")
                screen.has("you: one")
                os.kill(server.process.pid, getattr(signal, way))
                server.process.wait()
                with UdpServer(at=address):
                    for i in range(3):
                        screen.type(f"line {i}")
                        screen.keys("Enter")
                    for i in range(3):
                        screen.has(f"line {i}")
                    screen.type("last")
                    screen.keys("Enter")
                    screen.has("you: last")
                    screen.shows("> ")
                    shown = "\n".join(screen.everything())
                    for i in range(3):
                        self.assertRegex(shown, f"(you|did not come back from the room): line {i}\\b")


class HostileServers(unittest.TestCase):
    def test_nothing_but_text_reaches_a_pipe(self):
        for options in ([], ["--json"]):
            with self.subTest(options):
                self.check(options)

    def check(self, options):
        step = threading.Semaphore(0)
        over = threading.Event()

        def act(server):
            for message in hostile.talk():
                server.send(message[:-1])  # with no newline at the end, as the wire has it
                if b"mark" in message:
                    step.acquire(timeout=20)
            server.send(hostile.SENDER + b"the end")
            over.wait(20)

        server = Script(act)
        shown = ""
        with subprocess.Popen([CLIENT, "--listen", *options, server.address], stdout=subprocess.PIPE) as client:
            for line in client.stdout:
                line = line.decode()  # it is UTF-8, or this fails
                shown += line
                if "mark" in line:
                    step.release()
                if "the end" in line:
                    break
            client.kill()
        over.set()
        found = hostile.FORBIDDEN.search(shown)
        self.assertIsNone(found, found and shown[max(0, found.start() - 60):found.end() + 20])
        for i in range(len(hostile.CORPUS)):
            self.assertTrue(re.search(f"mark {i}\\b", shown), (i, shown[-300:]))

    def test_a_flood_costs_little_memory_also_when_nobody_reads_what_is_printed(self):
        done = threading.Event()
        over = threading.Event()

        def flood(server):
            for i in range(100_000):
                server.send(b"10.0.%d.%d:1\n" % (i >> 8 & 255, i & 255) + b"x" * 1000 + b"\ny" * 100)
            done.set()
            over.wait(20)

        server = Script(flood)
        with subprocess.Popen([CLIENT, "--listen", server.address], stdout=subprocess.PIPE) as client:
            eventually(done.is_set, 60)
            if not os.environ.get("CHATROOM_SANITIZE"):
                with open(f"/proc/{client.pid}/status", encoding="ascii") as status:
                    self.assertLess(int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1)), 16_000)
            self.assertIsNone(client.poll())
            client.kill()
        over.set()


if __name__ == "__main__":
    unittest.main()
