# SPDX-License-Identifier: BSL-1.0
"""What is written about the programs' options, beside what --help says: that is the one source."""
import os
import pty
import re
import select
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
PROGRAMS = os.environ["CHATROOM_PROGRAMS"].split(":")  # paths; each has a page in docs/man
SERVER = next(p for p in PROGRAMS if p.endswith("/chatroom-server"))
NOT_IN_FILE = {"--config", "--check", "--hash-password", "--help", "--version"}


def options_of(program):
    """{option: (placeholder, default)} as --help has them: the default stands last, in parentheses, or is (=DEFAULT)."""
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    entries = re.findall(r"^  (?:-\w \[ )?(--[\w-]+)(?: \])?(?: ([A-Z:/]+))?(?: \(=(\S+)\))?(?: +|$\n +)(.*(?:\n {12,}.*)*)",
                         text, re.M)
    found = {}
    for option, placeholder, given, description in entries:
        default = re.search(r"\(([^()]*)\)$", " ".join(description.split()))
        found[option] = (placeholder, given or (default.group(1) if default else None))
    return found


def read(path):
    with open(os.path.join(ROOT, path)) as file:
        return file.read()


def options_of_page(name):
    """The same of a man page: `.It Fl -option Ar PLACEHOLDER`, and in the text `Default: ... .`"""
    found = {}
    for entry in re.split(r"^\.It ", read(f"docs/man/{name}.1"), flags=re.M)[1:]:
        head, _, text = entry.partition("\n")
        option = re.search(r"Fl (-[\w-]+)(?: Ar (\S+))?$", head)
        if option:
            default = re.search(r"^Default: (.*)\.$", text, re.M)
            found["-" + option.group(1)] = (option.group(2) or "", default.group(1) if default else None)
    return found


def seen_on(terminal, word):
    """Waits until `word` is on the terminal."""
    seen = b""
    while word not in seen:
        assert select.select([terminal], [], [], 20)[0], seen
        seen += os.read(terminal, 4096)


class Texts(unittest.TestCase):
    def test_each_man_page_has_the_options_and_defaults_of_help_and_no_others(self):
        for program in PROGRAMS:
            helped = options_of(program)
            self.assertIn("--help", helped)
            self.assertEqual(options_of_page(os.path.basename(program)), helped, program)

    def test_the_server_has_the_options_that_this_test_believes_to_read(self):
        helped = options_of(SERVER)
        self.assertEqual(helped["--drain"], ("TIME", "10s"))
        self.assertEqual(helped["--version"], ("", None))
        self.assertGreater(len(helped), 15)

    def test_the_configuration_file_has_every_option_with_its_default(self):
        given = dict(re.findall(r"^#([\w-]+) = (.*)$", read("packaging/server.conf"), re.M))
        helped = options_of(SERVER)
        self.assertEqual({"--" + name for name in given}, set(helped) - NOT_IN_FILE)
        for name, value in given.items():
            self.assertEqual(helped["--" + name][1], value, name)

    def test_each_line_of_the_configuration_file_and_all_together_in_force_change_nothing(self):
        def in_force(text):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(text)
                file.flush()
                return subprocess.run([SERVER, "--check", "--config", file.name], capture_output=True, text=True, check=True).stdout

        text = read("packaging/server.conf")
        defaults = subprocess.run([SERVER, "--check"], capture_output=True, text=True, check=True).stdout
        self.assertEqual(in_force(text), defaults)
        lines = re.findall(r"^#[\w-]+ = .*$", text, re.M)
        self.assertGreater(len(lines), 15)
        for line in lines:
            self.assertEqual(in_force(text.replace(line, line[1:])), defaults, line)
        self.assertEqual(in_force("\n".join(line[1:] for line in lines)), defaults)

    def test_the_server_takes_the_configuration_file_as_it_is_and_with_every_line_in_force(self):
        for text in (read("packaging/server.conf"), re.sub(r"^#([\w-]+ = )", r"\1", read("packaging/server.conf"), flags=re.M)):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(text)
                file.flush()
                server = subprocess.Popen([SERVER, "--config", file.name, "--tcp", "127.0.0.1:0"],
                                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                line = server.stdout.readline()
                server.terminate()
                self.assertEqual(server.communicate(timeout=20)[1].count("chatroom-server:"), 0)
                self.assertTrue(line.startswith("listening tcp 127.0.0.1:"), line)

    def test_bash_completes_every_option_and_the_words_that_one_takes(self):
        def completed(program, *words):
            script = ('source "$1"; shift; COMP_WORDS=("$@"); '
                      '_chatroom "$1" "${@: -1}" "${@: -2:1}"; printf "%s\\n" "${COMPREPLY[@]}"')
            return subprocess.run(["bash", "-c", script, "bash", f"{ROOT}/packaging/completions/chatroom.bash", program,
                                   *words], capture_output=True, text=True, check=True).stdout.split()

        for program in PROGRAMS:
            self.assertEqual(set(completed(program, "--")), set(options_of(program)), program)
            self.assertEqual(completed(program, "--ver"), ["--version"])
        self.assertEqual(completed(SERVER, "--slow", "s"), ["skip"])
        self.assertEqual(completed(SERVER, "--log-level", "e"), ["error"])
        self.assertEqual(completed(SERVER, "--commands", "of"), ["off"])
        self.assertEqual(completed(SERVER, "--rooms", ""), ["any", "listed"])
        self.assertEqual(completed(SERVER, "--tls", "r"), ["required"])

    def test_what_a_program_or_its_file_does_not_know_is_one_sentence_that_says_where_to_look(self):
        def complaint(*command):
            told = subprocess.run(command, capture_output=True, text=True, timeout=20)
            self.assertEqual(told.stdout, "")
            return told.returncode, told.stderr

        for program in PROGRAMS:
            name = os.path.basename(program)
            self.assertEqual(complaint(program, "--nope"),
                             (2, f"{name}: unrecognised option '--nope'; see {name} --help\n"))
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("ratte = 5\n")
            file.flush()
            self.assertEqual(complaint(SERVER, "--config", file.name),
                             (1, f"chatroom-server: {file.name}:1: ratte = 5: unrecognised option\n"))

    @unittest.skipUnless(shutil.which("zsh"), "zsh is not here")
    def test_zsh_completes_an_option_of_each_program(self):
        for program in PROGRAMS:
            variables = os.environ | {"COMPLETIONS": f"{ROOT}/packaging/completions", "TERM": "dumb",
                                      "PATH": os.path.dirname(program) + ":" + os.environ["PATH"]}
            terminal, end = pty.openpty()
            shell = subprocess.Popen(["zsh", "-f", "-i"], stdin=end, stdout=end, stderr=end, env=variables,
                                     start_new_session=True)
            os.close(end)
            try:
                os.write(terminal, b"fpath=($COMPLETIONS $fpath); autoload -U compinit; compinit -u -D; echo read$((1))y\n")
                seen_on(terminal, b"read1y")
                os.write(terminal, os.path.basename(program).encode() + b" --vers\t")
                seen_on(terminal, b"--version")
            finally:
                shell.kill()
                shell.wait()
                os.close(terminal)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not here")
    def test_the_man_pages_are_well_formed(self):
        for program in PROGRAMS:
            page = f"{ROOT}/docs/man/{os.path.basename(program)}.1"
            told = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", page], capture_output=True, text=True)
            self.assertEqual((told.returncode, told.stdout), (0, ""))


if __name__ == "__main__":
    unittest.main()
