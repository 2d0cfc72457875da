# SPDX-License-Identifier: BSL-1.0
"""The .deb packages: lintian looks at them, dpkg installs them into a root of their own, and what is installed runs."""
import glob
import gzip
import os
import re
import shutil
import subprocess
import tempfile
import unittest

FOLDER = os.environ["CHATROOM_DEBS"]


def package(name):
    found = glob.glob(f"{FOLDER}/{name}_*.deb")
    assert len(found) == 1, f"{found}: one {name} is wanted in {FOLDER}"
    return found[0]


def run(*command, **more):
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **more)


class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = cls.folder.name
        os.makedirs(f"{cls.root}/var/lib/dpkg/updates")
        os.makedirs(f"{cls.root}/var/lib/dpkg/info")
        open(f"{cls.root}/var/lib/dpkg/status", "w").close()
        cls.dpkg("--install", package("chatroom"), package("libchatroom-dev"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def dpkg(cls, *arguments):
        # What the packages depend on is in the machine, and not in this root.
        done = run("dpkg", f"--root={cls.root}", "--force-script-chrootless", "--force-not-root", "--force-depends",
                   "--force-confold", "--force-unsafe-io", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def test_lintian_finds_no_error(self):
        found = run("lintian", "--fail-on", "error", package("chatroom"), package("libchatroom-dev"))
        self.assertEqual(found.returncode, 0, found.stdout)

    def test_each_description_is_a_short_summary_and_paragraphs_that_wrap(self):
        for name in ("chatroom", "libchatroom-dev"):
            summary, *lines = run("dpkg-deb", "--field", package(name), "Description").stdout.splitlines()
            self.assertRegex(summary, r"^[^.]{20,70}$")
            self.assertGreater(len(lines), 3)
            for line in lines:  # two blanks would keep a line as it is
                self.assertRegex(line, r"^ \S.{0,78}$")

    def test_the_programs_run_from_where_they_are_installed(self):
        for program in ("chatroom-server", "chatroom-client", "chatroom-bench"):
            said = run(f"{self.root}/usr/bin/{program}", "--version")
            self.assertRegex(said.stdout, rf"^{program} \d+\.\d+\.\d+\n$")
        server = subprocess.Popen([f"{self.root}/usr/bin/chatroom-server", "--config",
                                   f"{self.root}/etc/chatroom/server.conf", "--tcp", "127.0.0.1:0"],
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        try:
            where = server.stdout.readline().split()[-1]
            said = run(f"{self.root}/usr/bin/chatroom-client", where, input="hello\n")
            self.assertEqual(said.returncode, 0, said.stderr)
            self.assertIn(": hello\n", said.stdout)
            loaded = run(f"{self.root}/usr/bin/chatroom-bench", "--mode", "fanout", "--members", "5", "--seconds", "1", where)
            self.assertEqual(loaded.returncode, 0, loaded.stdout + loaded.stderr)
        finally:
            server.terminate()
            server.communicate(timeout=20)
        self.assertEqual(server.returncode, 0)

    def test_each_program_has_a_man_page_and_completion(self):
        for program in os.listdir(f"{self.root}/usr/bin"):
            with gzip.open(f"{self.root}/usr/share/man/man1/{program}.1.gz", "rt") as page:
                self.assertRegex(page.read(), rf"(?m)^(\.Nm )?{program}( \\-.*)?$")
            self.assertTrue(os.path.exists(f"{self.root}/usr/share/bash-completion/completions/{program}"))
            with open(f"{self.root}/usr/share/zsh/vendor-completions/_chatroom") as completion:
                self.assertIn(program, completion.readline().split())

    def test_the_pages_for_operators_are_there_and_their_links_lead_somewhere(self):
        folder = f"{self.root}/usr/share/doc/chatroom"
        for page in ("operator.md", "conversation.md", "limits.md", "wire.md", "client.md"):
            with open(f"{folder}/{page}") as file:
                for link in re.findall(r"\]\(([^)#:]+)\)", file.read()):
                    self.assertTrue(os.path.exists(f"{folder}/{link}"), f"{page}: {link}")

    def test_the_examples_are_there_and_build_as_their_place_says(self):
        folder = f"{self.root}/usr/share/doc/libchatroom-dev/examples"
        here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../examples")
        self.assertEqual(sorted(os.listdir(folder)), sorted(name for name in os.listdir(here) if name.endswith(".cpp")))
        pc = glob.glob(f"{self.root}/usr/lib/**/chatroom.pc", recursive=True)[0]
        flags = run("pkg-config", "--cflags", "--libs", "chatroom", env=os.environ | {"PKG_CONFIG_PATH": os.path.dirname(pc)})
        with tempfile.TemporaryDirectory() as work:
            done = run("g++", "-std=c++20", f"{folder}/02_room.cpp", *flags.stdout.split(), "-o", f"{work}/room")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_the_operator_wrote_into_the_configuration_survives_an_upgrade_and_a_removal(self):
        conf = f"{self.root}/etc/chatroom/server.conf"
        with open(conf, "a") as file:
            file.write("rate = 5\n")
        self.dpkg("--install", package("chatroom"))
        with open(conf) as file:
            self.assertIn("\nrate = 5\n", file.read())
        self.dpkg("--remove", "chatroom")
        self.assertTrue(os.path.exists(conf))
        self.assertFalse(os.path.exists(f"{self.root}/usr/bin/chatroom-server"))
        self.dpkg("--purge", "chatroom")
        self.assertFalse(os.path.exists(conf))
        self.dpkg("--install", package("chatroom"))

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not here")
    def test_systemd_takes_the_units_and_calls_the_service_well_confined(self):
        units = [f"{self.root}/usr/lib/systemd/system/chatroom.{kind}" for kind in ("service", "socket")]
        with tempfile.TemporaryDirectory() as folder:
            for unit in units:  # the program is in this root, and not in the machine
                with open(unit) as original, open(os.path.join(folder, os.path.basename(unit)), "w") as copy:
                    copy.write(original.read().replace('="/usr/bin/', f'="{self.root}/usr/bin/'))
            copies = sorted(glob.glob(f"{folder}/*"))
            told = run("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *copies)
            self.assertEqual((told.returncode, told.stderr), (0, ""))
            exposure = run("systemd-analyze", "security", "--offline=true", "--threshold=20", copies[0])
            self.assertEqual(exposure.returncode, 0, exposure.stdout + exposure.stderr)

    def test_a_program_links_what_the_dev_package_brings(self):
        here = os.path.dirname(os.path.abspath(__file__))
        for way in ("find_package", "pkg-config"):
            with tempfile.TemporaryDirectory() as work:
                done = run("python3", f"{here}/../consumer/check.py", way, "g++", f"{work}/build", f"{self.root}/usr")
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
