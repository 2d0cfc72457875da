# SPDX-License-Identifier: BSL-1.0
"""What the library must not have: globals of its own (but for a counter), signal handlers, output, a way to end the program but abort()."""
import os
import re
import subprocess
import unittest

LIBRARY = os.environ["CHATROOM_LIBRARY"]
FORBIDDEN = re.compile(r"^(signal|sigaction|printf|fprintf|vfprintf|puts|putchar|fputs|fwrite|perror|syslog|exit|_exit|"
                       r"quick_exit|std::(cout|cerr|clog|cin)|std::ios_base::Init::.*)(@.*)?$")


def symbols(*options):
    return subprocess.run(["nm", "-C", *options, LIBRARY], capture_output=True, text=True, check=True).stdout.splitlines()


class Library(unittest.TestCase):
    def test_it_calls_nothing_that_prints_handles_signals_or_ends_the_program(self):
        wanted = {line.split("U ", 1)[1] for line in symbols("--undefined-only") if " U " in line}
        self.assertIn("accept4", wanted)  # or nothing was read
        self.assertEqual({name for name in wanted if FORBIDDEN.match(name)}, set())

    def test_it_has_no_variable_that_is_not_constant(self):
        table = subprocess.run(["objdump", "-tC", LIBRARY], capture_output=True, text=True, check=True).stdout
        # ADDRESS FLAGS SECTION SIZE NAME; what is only relocated (.data.rel.ro) is constant.
        found = re.findall(r"^[0-9a-f]{16} .{7} (?:\.t?bss|\.t?data)(?!\.rel\.ro)\S*\t[0-9a-f]+ +(?:\.hidden )?(.*)$", table, re.M)
        self.assertTrue(found)
        # Asio keeps function tables beside our types; error_category is a constant that C++ builds at run time; the plain
        # stream has no state; and a member's number is used once in a process, since a member may be in several rooms.
        known = re.compile(r"error_category\(\)::|plain_stream\(\)::only$|room_state::next_id\(\)::last$")
        ours = [name for name in found if re.match(r"^(guard variable for )?chatroom::", name)]
        self.assertEqual([name for name in ours if not known.search(name)], [])


if __name__ == "__main__":
    unittest.main()
