# SPDX-License-Identifier: BSL-1.0
"""What the server makes of its options: each way to be wrong is one line of one form, and nothing means something else."""
import os
import re
import subprocess
import tempfile
import unittest

from harness import SERVER

NOT_IN_FILE = {"config", "check", "hash-password", "help", "version"}
LISTS = {"tcp", "udp", "udp-trust", "room", "welcome", "allow", "deny", "operator", "host", "origin", "proxy-from",
         "metrics-from"}
ANY_TEXT = {"welcome", "bans", "page", "tls-cert", "tls-key", "tls-self"}
ANY_RULE = {"welcome": "auto, a line of text, or a file as /PATH or ./PATH", "bans": "auto, or a file",
            "page": "auto, or a file", "tls-cert": "auto, or a file", "tls-key": "auto, or a file",
            "tls-self": "auto, on, or a directory"}
SECRETS = {"password", "operator"}
MODES = (), ("--check",)
ONE = MODES[:1]  # where there are hundreds
HELP = subprocess.run([SERVER, "--help"], capture_output=True, text=True, check=True).stdout
OPTIONS = [name for name in re.findall(r"^  (?:-\w \[ )?--([\w-]+)", HELP, re.M) if name not in NOT_IN_FILE]


def run(*options):
    ended = subprocess.run([SERVER, *options], capture_output=True, timeout=20)
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def check(*options):
    """What would be in force: {name: [values]}."""
    code, out, complaint = run("--check", *options)
    assert (code, complaint) == (0, ""), complaint
    found = {}
    for name, value in re.findall(r"^([\w-]+) = (.*)$", out, re.M):
        found.setdefault(name, []).append(value)
    return found


class File:
    def __init__(self, text):
        self.file = tempfile.NamedTemporaryFile()
        self.file.write(text if isinstance(text, bytes) else text.encode())
        self.file.flush()
        self.name = self.file.name


class Wrong(unittest.TestCase):
    def wrong_in_file(self, text, line, complaint, *options, modes=MODES):
        """With --check and without, the file's line is named and nothing else is said."""
        file = File(text)
        for more in modes:
            self.assertEqual(run("--config", file.name, *options, *more),
                             (1, "", f"chatroom-server: {file.name}:{line}: {complaint}\n"))

    def wrong_on_command_line(self, complaint, *options, modes=MODES):
        for more in modes:
            self.assertEqual(run(*options, *more), (2, "", f"chatroom-server: {complaint}; see chatroom-server --help\n"))

    def rule(self, name, value):
        """The rule that the command line names."""
        code, out, complaint = run(f"--{name}", value)
        shown = re.escape(value if name not in SECRETS else "***")
        told = re.fullmatch(f"chatroom-server: --{name} {shown}: (.*); see chatroom-server --help\n", complaint)
        self.assertEqual((code, out, bool(told)), (2, "", True), complaint)
        return told.group(1)

    def test_a_wrong_value_of_any_option_is_told_with_its_place_and_the_rule(self):
        self.assertGreater(len(OPTIONS), 15)
        for name in OPTIONS:
            rule = ANY_RULE[name] if name in ANY_TEXT else self.rule(name, "five:six:")
            if name not in ANY_TEXT:
                shown = "five:six:" if name not in SECRETS else "***"
                self.wrong_in_file(f"# first\n\n {name}=five:six: # a comment\nrate = 1\n", 3, f"{name} = {shown}: {rule}", modes=ONE)
            self.wrong_in_file(f"{name} =\n", 1, f"{name} = {'***' if name in SECRETS else ''}: {rule}", modes=ONE)
            self.wrong_on_command_line(f"--{name}: {rule}", f"--{name}=", modes=ONE)
            self.wrong_on_command_line(f"--{name}: {rule}", "--rate" if name != "rate" else "--burst", "1", f"--{name}", modes=ONE)
        self.assertEqual(self.rule("rate", "five"), "a whole number, 0 or more")

    def test_a_value_out_of_its_range_is_wrong(self):
        for name, values in {"threads": ("100000", "1025"), "burst": ("0",), "max-message": ("63", "60001", "1M"),
                             "log-bytes": ("262143", "255K"), "quiet-gap": ("0",), "line-time": ("0", "0ms"),
                             "heartbeat": ("0",), "expiry": ("0",), "peer-timeout": ("7999ms", "25h"),
                             "discard": ("1025M",), "send-buffer": ("2048M",), "receive-buffer": ("4096M",),
                             "rate": ("-1", "+1", "1.5", "0x1", "1 000", "4294967296", "99999999999999999999"),
                             "drain": ("10 s", "10S", "-1s", "10m", "9000h", "s"),
                             "max-members": ("Auto", "1K"),
                             "log-level": ("INFO", "warning", "verbose"), "slow": ("Skip", "drop"),
                             "commands": ("ON", "yes"), "rooms": ("all",), "max-rooms": ("0",), "allow": ("here", "10.0.0.0/33"),
                             "room": ("a/b", "x" * 33, "12", "server", "<a>", "two words"), "welcome": ("/no/such/file",), "page": ("/no/such/file",),
                             "host": ("two words", "a:1", "*", "a/b", "*.*"), "origin": ("example.org", "https://a/b", "ftp://a"),
                             "udp-trust": ("10.0.0.0/33", "10.0.0/8", "private", "::/129", "10.0.0.0/8,::1"),
                             "tcp": ("host:x", "127.0.0.1:65536", "[::1", ":9001", "127.0.0.1:"), "udp": ("[::1]9001",)}.items():
            for value in values:
                self.wrong_in_file(f"{name} = {value}", 1, f"{name} = {value}: {self.rule(name, value)}", modes=ONE)

    def test_a_name_that_has_no_address_is_wrong(self):  # no name server is asked for this one
        for name in ("tcp", "udp"):
            self.wrong_in_file(f"\n{name} = a..b:1", 2, f"{name} = a..b:1: {self.rule(name, 'a..b:1')}")

    def test_what_is_no_option_is_wrong(self):
        self.wrong_in_file("rate = 1\nratte = 5", 2, "ratte = 5: unrecognised option")
        self.wrong_in_file("config = x", 1, "config = x: unrecognised option")
        self.wrong_in_file("Rate = 5", 1, "Rate = 5: unrecognised option")
        self.wrong_in_file("rate = 1\n\nrate 5\n", 3, "rate 5: write NAME = VALUE")
        self.wrong_in_file("[server]\n", 1, "[server]: write NAME = VALUE")
        self.wrong_in_file("rate = \x1b[2J5", 1, "rate = ?[2J5: a whole number, 0 or more")
        self.wrong_on_command_line("unrecognised option '--ratte'", "--ratte", "5")
        self.wrong_on_command_line("unrecognised argument 'stray'", "stray")
        self.wrong_on_command_line("--check: takes no value", "--check=yes")

    def test_an_option_that_takes_one_value_is_given_once(self):
        for name, (value, *_) in check().items():
            if name in LISTS:
                continue
            self.wrong_in_file(f"{name} = {value}\n#\n{name} = {value}", 3, f"{name} = {value}: given twice, first in line 1",
                               modes=ONE)
            self.wrong_on_command_line(f"--{name} {value}: given twice", f"--{name}", value, f"--{name}={value}", modes=ONE)

    def test_expiry_is_longer_than_heartbeat_and_the_later_of_the_two_is_named(self):
        self.wrong_in_file("expiry = 5s", 1, "expiry = 5s: a time longer than heartbeat, 5s")
        self.wrong_in_file("rate = 1\nexpiry = 1s\nheartbeat = 2s", 3, "heartbeat = 2s: a time shorter than expiry, 1s")
        self.wrong_on_command_line("--heartbeat 10s: a time shorter than expiry, 10s", "--heartbeat", "10s")
        file = File("heartbeat = 5s")
        self.wrong_on_command_line("--expiry 1s: a time longer than heartbeat, 5s", "--config", file.name, "--expiry", "1s")
        file = File("expiry = 1s")
        self.assertEqual(check("--config", file.name, "--heartbeat", "500ms")["heartbeat"], ["500ms"])

    def test_what_needs_commands_is_wrong_without_them_and_the_later_of_the_two_is_named(self):
        hashed = subprocess.run([SERVER, "--hash-password"], input=b"x\n", capture_output=True, check=True).stdout.decode().strip()
        off = "commands = off: there is a password or an operator, which need commands"
        self.wrong_in_file(f"password = {hashed}\ncommands = off", 2, off)
        self.wrong_in_file(f"operator = boss:{hashed}\ncommands = off", 2, off)
        self.wrong_in_file(f"commands = off\npassword = {hashed}", 2,
                           "password = ***: commands are off, and there is no other way to give a password")

    def test_two_rooms_that_look_alike_are_wrong(self):
        for more in ((), ("--check",)):
            self.assertEqual(run("--tcp", "127.0.0.1:0", "--room", "coco", "--room", "\u0441\u043e\u0441\u043e", *more),
                             (1, "", "chatroom-server: '\u0441\u043e\u0441\u043e' in rooms: there is one that looks like it\n"))

    def test_a_wrong_file_is_wrong_also_where_the_command_line_wins(self):
        self.wrong_in_file("rate = five", 1, "rate = five: a whole number, 0 or more", "--rate", "5")

    def test_a_file_that_can_not_be_read_is_an_error(self):
        for path, why in (("/no/such/file", "No such file or directory"), ("/", "Is a directory")):
            self.assertEqual(run("--config", path), (1, "", f"chatroom-server: {path}: can't read it: {why}\n"))
        self.wrong_on_command_line("--config b: given twice", "--config", "a", "--config", "b")


class Check(unittest.TestCase):
    def test_a_list_on_the_command_line_takes_the_place_of_the_file_s(self):
        file = File("tcp = 127.0.0.1:1\ntcp = 127.0.0.1:2\nudp = 127.0.0.1:3\nudp-trust = 10.0.0.0/8\nudp-trust = ::1\n")
        both = check("--config", file.name, "--tcp", "127.0.0.1:4", "--udp-trust", "127.0.0.0/8")
        self.assertEqual((both["tcp"], both["udp"], both["udp-trust"]), (["127.0.0.1:4"], ["127.0.0.1:3"], ["127.0.0.0/8"]))
        only_file = check("--config", file.name)
        self.assertEqual((only_file["tcp"], only_file["udp-trust"]), (["127.0.0.1:1", "127.0.0.1:2"], ["10.0.0.0/8", "::1"]))
        several = check("--config", file.name, "--tcp", "127.0.0.1:4", "--tcp", "127.0.0.1:5", "--udp", "auto")
        self.assertEqual((several["tcp"], several["udp"]), (["127.0.0.1:4", "127.0.0.1:5"], ["auto"]))

    def test_what_it_prints_is_a_configuration_file_that_means_the_same(self):
        options = ("--tcp", "127.0.0.1:1", "--tcp", "[::1]:1", "--udp-trust", "10.0.0.0/8", "--slow", "skip", "--rate", "0",
                   "--max-members", "9", "--max-members-per-address", "0", "--drain", "90s", "--peer-timeout", "1h",
                   "--max-message", "60000", "--log-level", "off", "--discard", "1024M",
                   "--room", "hall", "--room", "\u82b1\u56ed", "--rooms", "listed", "--allow", "127.0.0.0/8", "--welcome", "Hello!",
                   "--bans", "/tmp/no/such/file", "--commands", "off")
        _, printed, _ = run("--check", *options)
        file = File(printed)
        self.assertEqual(run("--check", "--config", file.name), (0, printed, ""))

    def test_several_listed_rooms_spread_over_the_shards_sooner(self):
        for options, shown in (((), 1024), (("--room", "hall"), 1024), (("--room", "hall", "--room", "attic"), 64),
                               (("--room", "hall", "--room", "attic", "--connections-per-shard", "0"), 0)):
            self.assertIn(f"# connections per shard: {shown}\n", run("--check", *options)[1])

    def test_the_bans_are_kept_where_systemd_keeps_the_state_of_the_service(self):
        for state, options, shown in (("", (), "no file"), ("/var/lib/chatroom:/var/lib/more", (), "/var/lib/chatroom/bans"),
                                      ("/var/lib/chatroom", ("--bans", "/elsewhere"), "/elsewhere")):
            ended = subprocess.run([SERVER, "--check", *options], capture_output=True, text=True, timeout=20,
                                   env=os.environ | {"STATE_DIRECTORY": state})
            self.assertIn(f"# bans are kept in: {shown}\n", ended.stdout)

    def test_the_printed_addresses_are_those_of_the_names(self):
        _, printed, _ = run("--check", "--tcp", "7", "--udp", "[::]:8")
        self.assertIn("# would listen tcp 127.0.0.1:7\n# would listen udp [::]:8\n", printed)
        self.assertNotRegex(printed, "(?m)^listening")

    def test_a_file_from_another_system_is_read(self):
        file = File(b"\xef\xbb\xbfrate = 7\r\n\r\n# words\r\nburst\t=\t8 # more\r\n")
        read = check("--config", file.name)
        self.assertEqual((read["rate"], read["burst"]), (["7"], ["8"]))


if __name__ == "__main__":
    unittest.main()
