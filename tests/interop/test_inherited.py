# SPDX-License-Identifier: BSL-1.0
"""What a parent process hands over: signals ignored or blocked, descriptors that do not block, no TERM."""
import fcntl
import os
import pty
import signal
import subprocess
import threading
import unittest

from harness import CLIENT, Peer, Server, eventually
from screen import Screen


def start(port, *options, **more):
    return subprocess.Popen([CLIENT, *options, f"127.0.0.1:{port}"], stdin=subprocess.PIPE, **more)


class Signals(unittest.TestCase):
    def test_ignored_signals_stay_ignored(self):
        ignored = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM)

        def ignore():
            for one in ignored:
                signal.signal(one, signal.SIG_IGN)

        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            client = start(server.port, preexec_fn=ignore, stdout=subprocess.PIPE)
            client.stdin.write(b"before\n")
            client.stdin.flush()
            self.assertEqual(ann.hear()[1], "before")
            for one in ignored:
                client.send_signal(one)
            client.communicate(b"after\n", timeout=20)
            self.assertEqual(ann.hear()[1], "after")
            self.assertEqual(client.returncode, 0)

    def test_a_background_job_of_a_script_is_not_ended_by_the_control_c_for_the_script(self):
        with Server("--replay", "10") as server, Peer(server.port) as ann:
            ann.enter()
            script = subprocess.Popen(["sh", "-c", f"{CLIENT} --listen 127.0.0.1:{server.port} & echo $!; wait"],
                                      stdout=subprocess.PIPE, text=True)
            client = int(script.stdout.readline())
            ann.say(b"one\n")
            while not (line := script.stdout.readline()).endswith(": one\n"):
                self.assertTrue(line)
            os.kill(client, signal.SIGINT)
            os.kill(client, signal.SIGQUIT)
            for text in ("two", "three", "four"):  # one that leaves may hear the first
                ann.say(text.encode() + b"\n")
                self.assertTrue(script.stdout.readline().endswith(f": {text}\n"))
            os.kill(client, signal.SIGTERM)
            script.communicate(timeout=20)

    def test_blocked_signals_end_it_all_the_same(self):
        for one in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(one), Server() as server, Peer(server.port) as ann:
                ann.enter()
                client = start(server.port, stdout=subprocess.PIPE,
                               preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()))
                client.stdin.write(b"here\n")
                client.stdin.flush()
                self.assertEqual(ann.hear()[1], "here")
                client.send_signal(one)
                self.assertEqual(client.wait(20), -one)
                client.communicate()

    def test_ignored_children_and_broken_pipes_are_no_trouble(self):
        def hand_over():
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            signal.signal(signal.SIGPIPE, signal.SIG_IGN)

        with Server() as server:
            client = start(server.port, preexec_fn=hand_over, stdout=subprocess.PIPE)
            out, _ = client.communicate(b"a\n", timeout=20)
            self.assertTrue(out.endswith(b": a\n"))
            self.assertEqual(client.returncode, 0)


class Stopping(unittest.TestCase):
    def test_control_z_does_nothing_where_no_shell_can_continue_it(self):
        with Server() as server, Peer(server.port) as ann:
            ann.enter()
            pid, terminal = pty.fork()  # a session of its own: its process group is an orphaned one
            if pid == 0:
                os.environ["TERM"] = "xterm"
                os.execv(CLIENT, [CLIENT, f"127.0.0.1:{server.port}"])
            shown = b""
            while b"connected to" not in shown:
                shown += os.read(terminal, 4096)
            ann.socket.settimeout(10)
            os.write(terminal, b"half a")
            os.write(terminal, b"\x1a")
            os.write(terminal, b" line\r")
            try:
                self.assertEqual(ann.hear()[1], "half a line")
            finally:
                os.kill(pid, signal.SIGKILL)
                os.close(terminal)
                os.waitpid(pid, 0)


class Descriptors(unittest.TestCase):
    def test_pipes_that_do_not_block_lose_nothing_and_are_left_as_they_were(self):
        # More than a pipe takes at once, and less than the client keeps for one that takes nothing (256 KiB): it says
        # no more than 256 lines ahead of those that it has shown.
        words = [f"line {i} " + "x" * 400 for i in range(500)]
        with Server("--rate", "0") as server, Peer(server.port) as ann:
            ann.enter()
            source, to_client = os.pipe()
            from_client, sink = os.pipe()
            fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, 4096)  # how much a pipe takes depends on how it is written to
            os.set_blocking(source, False)
            os.set_blocking(sink, False)
            client = subprocess.Popen([CLIENT, f"127.0.0.1:{server.port}"], stdin=source, stdout=sink, stderr=sink)
            ann.say(b"welcome\n")
            self.assertEqual(ann.hear()[1], "welcome")
            with os.fdopen(to_client, "w") as to:
                feeder = threading.Thread(target=lambda: (to.write("\n".join(words) + "\n"), to.close()))
                feeder.start()
                for one in words:
                    self.assertEqual(ann.hear()[1], one)
                feeder.join()
                # Nobody has read so far, so that the pipe is full.
                heard = b""
                with os.fdopen(from_client, "rb") as out:
                    while heard.count(b"\n") < len(words):
                        heard += os.read(out.fileno(), 65536)
                    self.assertFalse(os.get_blocking(source))
                    self.assertFalse(os.get_blocking(sink))
                    os.close(sink)
                    heard += out.read()
            os.close(source)
            self.assertEqual(client.wait(20), 0)
            said = [line.split(": ", 1)[1] for line in heard.decode().splitlines()]
            self.assertEqual([line for line in said if line != "welcome"], words)

    def test_descriptors_that_block_are_left_so(self):
        with Server() as server, Screen() as screen:
            screen.run("sh", "-c", f"{CLIENT} 127.0.0.1:{server.port}; python3 -c 'import os; print([os.get_blocking(n) for n in range(3)])'")
            screen.shows("> ")
            screen.keys("C-d")
            screen.has("[True, True, True]")

    def test_without_a_term_it_is_plain(self):
        with Server() as server, Screen() as screen:
            screen.run("env", "-u", "TERM", CLIENT, f"127.0.0.1:{server.port}")
            screen.has("connected to")
            screen.run("hello")
            screen.has("you: hello")
            eventually(lambda: "> " not in "\n".join(screen.lines()))
            screen.keys("C-d")
            screen.shows("$ ")


if __name__ == "__main__":
    unittest.main()
