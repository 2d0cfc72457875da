# SPDX-License-Identifier: BSL-1.0
"""Who may come in to the server and who rules there: operators, bans, passwords and networks."""
import os
import pty
import re
import select
import subprocess
import tempfile
import unittest

from datagrams import UdpPeer
from harness import SERVER, Server, eventually
from people import HASH, PASSWORD, Both, FromElsewhere, Person, hash_of
from test_client import Running, run


class Operators(unittest.TestCase):
    def test_a_kick_is_told_to_all_counted_and_logged_and_no_password_is(self):
        with Server("--drain", "1s", "--operator", f"boss:{HASH}") as server, Person(server.port, "eve") as eve, \
                Person(server.port) as ann:
            self.assertEqual(ann.answer("/kick eve"), "only operators may do that: /login NAME PASSWORD")
            self.assertEqual(ann.answer("/name boss"), "boss is the name of an operator: /login NAME PASSWORD")
            ann.log_in()
            self.assertEqual(ann.answer("/kick boss"), "not yourself")
            self.assertEqual(ann.answer("/kick nobody"), "nobody here is nobody")
            eve.until("*", f"{ann.label} is now <boss>")
            ann.say(b"/kick eve too loud\n")
            self.assertEqual(eve.hear(), ("*", "<eve> was removed by <boss>: too loud"))
            self.assertEqual(eve.hear(), ("*", "you were removed by <boss>: too loud"))
            self.assertIsNone(eve.line())
            heard = {ann.hear() for _ in range(2)}
            self.assertEqual(heard, {("*", "<eve> is removed"), ("*", "<eve> was removed by <boss>: too loud")})
            code, log = server.stop()
            self.assertEqual(code, 0, log)
            self.assertIn("<boss>: /login\n", log)
            self.assertIn(": /kick <eve> too loud\n", log)
            self.assertIn("left.removed=1", log)
            self.assertNotIn(PASSWORD, log)
            self.assertNotIn("argon2", log)

    def test_a_kick_ends_our_client_over_udp_too(self):
        with Both("--operator", f"boss:{HASH}") as server, Person(server.tcp) as boss, \
                Running("--listen", "-n", "bob", f"udp://127.0.0.1:{server.port}") as bob:
            boss.log_in()
            while "you are <bob>" not in bob.stdout.readline():
                pass
            boss.say(b"/kick bob enough\n")
            self.assertEqual(bob.wait(20), 3)
            self.assertIn("*: you were removed by <boss>: enough\n", bob.stdout.read())
            eventually(lambda: boss.answer("/who").startswith("lobby, 1 here: "))

    def test_the_first_command_of_a_filter_under_a_name_is_answered_over_udp_too(self):
        with Both() as server:
            for line, answer in (("/who", "lobby, 1 here: <bob> "), ("/msg nobody hi", "nobody here is nobody")):
                self.assertIn("*: " + answer, run("-n", "bob", f"udp://127.0.0.1:{server.port}", input=line + "\n").stdout)

    def test_what_is_said_behind_the_servers_password_is_said_under_the_name(self):
        with Server("--password", HASH) as server:
            said = run("-n", "pia", f"127.0.0.1:{server.port}", input=f"/pass {PASSWORD}\nhello\n").stdout
            self.assertIn("<pia>: hello\n", said)
            said = run("-n", "pia", f"127.0.0.1:{server.port}", input="/pass wrong\nhello\n").stdout
            self.assertEqual(said.count("this server has a password"), 2)

    def test_two_operators_can_not_kick_each_other_and_a_mute_ends(self):
        with Server("--operator", f"boss:{HASH}", "--operator", f"chief:{HASH}") as server, \
                Person(server.port) as ann, Person(server.port) as bob, Person(server.port, "eve") as eve:
            ann.log_in()
            bob.log_in("chief")
            ann.until("*", f"{bob.label} is now <chief>")
            self.assertEqual(ann.answer("/kick chief"), "operators can't be removed or muted")
            self.assertEqual(ann.answer("/mute eve 1h"), "<eve> is muted for 1h")
            eve.until("*", f"{bob.label} is now <chief>")
            self.assertEqual(eve.ask("psst")[0], "*")
            self.assertEqual(eve.ask("/msg boss psst")[0], "*")
            self.assertEqual(ann.answer("/mute eve 0"), "<eve> is no longer muted")
            eve.say(b"free\n")
            self.assertEqual(ann.hear(), ("<eve>", "free"))

    def test_a_wrong_password_costs_a_pause_and_is_logged_without_it(self):
        with Server("--drain", "1s", "--operator", f"boss:{HASH}") as server, Person(server.port) as ann:
            self.assertEqual(ann.answer("/login boss guess-one"), "that is the wrong name or password")
            self.assertRegex(ann.answer("/login boss guess-two"), "^wait 1s before the next password$")

            def again():
                answer = ann.answer("/login boss guess-three")
                return answer == "that is the wrong name or password"

            eventually(again)
            self.assertRegex(ann.answer(f"/login boss {PASSWORD}"), "^wait [12]s before the next password$")
            _, log = server.stop()
            self.assertEqual(log.count(" gave a wrong password\n"), 2)
            for word in ("guess", PASSWORD, "argon2"):
                self.assertNotIn(word, log)

    def test_a_ban_holds_over_tcp_and_udp_and_survives_a_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            bans = os.path.join(folder, "bans")
            options = ("--operator", f"boss:{HASH}", "--bans", bans)
            with Both(*options) as server, Person(server.tcp) as ann, Person(server.tcp, "eve", "127.0.0.2") as eve, \
                    FromElsewhere(server.port, "127.0.0.2") as uma:
                ann.enter()
                uma.enter()
                ann.until(uma.label, "hello")
                ann.log_in()
                for everybody in ("0.0.0.0/0", "::/0"):
                    self.assertEqual(ann.answer(f"/ban {everybody}"), f"{everybody} would ban everybody")
                self.assertEqual(ann.answer("/ban 127.0.0.1"), "not yourself")
                ann.say(b"/ban 127.0.0.2 1h spam\n")
                heard = {ann.hear()[1] for _ in range(3)}
                until = next(text for text in heard if text.startswith("127.0.0.2 is banned until "))
                self.assertEqual(heard, {until, "<eve> was removed by <boss>", f"{uma.label} was removed by <boss>"})
                told = "you are banned" + until.removeprefix("127.0.0.2 is banned") + ": spam"
                eve.until("*", told)
                self.assertIsNone(eve.line())
                while uma.hear() != f"*\n{told}":
                    pass
                eventually(lambda: os.path.exists(bans) and "127.0.0.2\t" in open(bans, encoding="utf-8").read())
                ann.say(b"/ban mallory for good\n")
                ann.until("*", "mallory is banned for good")
                eventually(lambda: "mallory\t" in open(bans, encoding="utf-8").read())
                with Person(server.tcp, host="127.0.0.2") as late:
                    self.assertEqual(late.hear(), ("*", told))
                self.assertEqual(server.stop()[0], 0)
            with Both(*options) as server, Person(server.tcp) as ann, FromElsewhere(server.port, "127.0.0.2") as uma, \
                    Person(server.tcp, host="127.0.0.2") as eve:
                self.assertEqual(eve.hear(), ("*", told))
                self.assertIsNone(eve.line())
                uma.say("#ping#")
                self.assertEqual(uma.hear(), f"*\n{told}")
                self.assertEqual(ann.answer("/name mallory"), "nobody may be called mallory for now")
                ann.log_in()
                listed = [ann.answer("/bans"), ann.hear()[1]]
                self.assertRegex(listed[0], r"^127\.0\.0\.2, until .* UTC, by boss: spam$")
                self.assertEqual(listed[1], "mallory, for good, by boss: for good")
                self.assertEqual(ann.answer("/unban 127.0.0.2"), "127.0.0.2 is no longer banned")
                eventually(lambda: "127.0.0.2\t" not in open(bans, encoding="utf-8").read())
                with Person(server.tcp, "mary", "127.0.0.2") as mary:
                    mary.say(b"I am back\n")
                    self.assertEqual(mary.hear(), ("<mary>", "I am back"))
                _, log = server.stop()
                self.assertRegex(log, r"127\.0\.0\.2:\d+ refused: rejected\n")
                self.assertIn("<boss>: /unban 127.0.0.2\n", log)

    def test_a_file_of_bans_that_makes_no_sense_is_told_with_its_line(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("# bans\n0.0.0.0/0\tnever\tboss\twhy\n")
            file.flush()
            for more in ((), ("--check",)):
                ended = subprocess.run([SERVER, "--tcp", "127.0.0.1:0", "--bans", file.name, *more], capture_output=True, text=True,
                                       timeout=20)
                self.assertEqual((ended.returncode, ended.stdout, ended.stderr),
                                 (1, "", f"chatroom-server: {file.name}:2: a ban of everybody\n"))


class Access(unittest.TestCase):
    def test_a_password_keeps_out_who_has_not_said_it(self):
        with Both("--password", HASH, "--welcome", "inside") as server, Person(server.tcp) as ann, Person(server.tcp) as eve, \
                UdpPeer(server.port) as uma:
            self.assertEqual(ann.answer("hello?"), "this server has a password: /pass WORD")
            self.assertEqual(ann.answer("/who"), "this server has a password: /pass WORD")
            self.assertEqual(ann.answer("/pass guess"), "that is the wrong password")
            eventually(lambda: ann.answer(f"/pass {PASSWORD}") == "welcome")
            ann.until("*", "inside")
            ann.say(b"secret\n")
            self.assertEqual(ann.hear(), (ann.label, "secret"))
            self.assertEqual(eve.answer("/help pass"), "/pass WORD: opens a server that has a password")  # heard nothing before
            uma.say("#ping#")
            self.assertEqual(uma.hear(), "*\nthis server has a password: come by TCP")
            code, log = server.stop()  # its timer for eve does not hold it up
            self.assertEqual(code, 0, log)
            for word in ("guess", PASSWORD, "argon2"):
                self.assertNotIn(word, log)

    def test_networks_hold_over_tcp_and_udp(self):
        refusal = "you may not come in from your address"
        for options in (("--deny", "127.0.0.2/31"), ("--allow", "127.0.0.1", "--allow", "10.0.0.0/8"),
                        ("--commands", "off", "--deny", "127.0.0.3")):
            with self.subTest(options), Both(*options) as server, Person(server.tcp) as ann, UdpPeer(server.port) as uma, \
                    Person(server.tcp, host="127.0.0.3") as eve, FromElsewhere(server.port, "127.0.0.3") as una:
                self.assertEqual(eve.hear(), ("*", refusal))
                self.assertIsNone(eve.line())
                una.say("#ping#")
                self.assertEqual(una.hear(), f"*\n{refusal}")
                ann.say(b"hello\n")
                self.assertEqual(ann.hear(), (ann.label, "hello"))
                eventually(lambda: [uma.say("#ping#"), uma.say("hi")] and not uma.heard_nothing())
                self.assertEqual(server.counters()["refused.rejected"], 2)


class Hash(unittest.TestCase):
    def run_with(self, words, *options):
        ended = subprocess.run([SERVER, "--hash-password", *options], input=words, capture_output=True, timeout=20)
        return ended.returncode, ended.stdout.decode(), ended.stderr.decode()

    def test_it_is_read_from_standard_input_and_salted(self):
        self.assertRegex(HASH, r"^\$argon2id\$v=19\$m=\d+,t=\d+,p=1\$\S+$")
        self.assertNotEqual(hash_of(PASSWORD), HASH)
        for words in (b"", b"\n", b" x\n", b"x \n", b"\xff\n", b"a\x1bb\n", b"x" * 257):
            code, out, complaint = self.run_with(words)
            self.assertEqual((code, out, complaint.count("\n")), (1, "", 1), words)
            self.assertTrue(complaint.startswith("chatroom-server: "), complaint)
        code, out, complaint = self.run_with(b"", "hunter2")
        self.assertEqual((code, out), (2, ""))
        self.assertNotIn("hunter2", complaint)

    def test_on_a_terminal_nothing_is_echoed(self):
        terminal, end = pty.openpty()
        with subprocess.Popen([SERVER, "--hash-password"], stdin=end, stdout=subprocess.PIPE, stderr=end, text=True) as process:
            os.close(end)
            seen = b""
            for prompt in (b"Password: ", b"Once more: "):
                while prompt not in seen:
                    self.assertTrue(select.select([terminal], [], [], 20)[0], seen)
                    seen += os.read(terminal, 1000)
                os.write(terminal, b"hunter2\n")
            out, _ = process.communicate(timeout=20)
            self.assertEqual(process.returncode, 0)
            self.assertTrue(out.startswith("$argon2id$"), out)
            while select.select([terminal], [], [], 0)[0]:
                try:
                    seen += os.read(terminal, 1000)
                except OSError:
                    break
            self.assertNotIn(b"hunter", seen)
        os.close(terminal)

    def test_what_is_wrong_about_a_secret_is_told_without_it(self):
        for name, value in (("password", "hunter2"), ("operator", "boss:hunter2"), ("operator", f"b:b:{HASH}"), ("rate", HASH),
                            ("passwort", HASH), ("password", HASH + "x" * 200)):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(f"{name} = {value}\n")
                file.flush()
                for options in (("--config", file.name), (f"--{name}", value)):
                    ended = subprocess.run([SERVER, "--check", *options], capture_output=True, text=True, timeout=20)
                    self.assertNotEqual(ended.returncode, 0)
                    for secret in ("hunter2", HASH[20:]):
                        self.assertNotIn(secret, ended.stdout + ended.stderr)
        ended = subprocess.run([SERVER, "--check", "--password", HASH, "--operator", f"boss:{HASH}"], capture_output=True,
                               text=True, timeout=20)
        self.assertIn("# password = ***\n", ended.stdout)
        self.assertIn("# operator = boss:***\n", ended.stdout)
        self.assertNotIn("argon2", ended.stdout)


if __name__ == "__main__":
    unittest.main()
