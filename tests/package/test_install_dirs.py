# SPDX-License-Identifier: BSL-1.0
"""The library installed where a packager wants it: pkg-config and find_package find the headers and the library there."""
import itertools
import os
import shlex
import shutil
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
FINDER = """
cmake_minimum_required(VERSION 3.25)
project(finder LANGUAGES CXX)
find_package(chatroom REQUIRED)
get_target_property(headers chatroom::chatroom INTERFACE_INCLUDE_DIRECTORIES)
get_target_property(library chatroom::chatroom LOCATION)
message("headers=${headers}")
message("library=${library}")
"""


def run(*command, **more):
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


class InstallDirs(unittest.TestCase):
    def installed(self, root, libdir, includedir, *options, move_to=None, library="chatroom"):
        """Installs without a build, and checks both ways to find it."""
        prefix, build, finder = f"{root}/a prefix", f"{root}/a build", f"{root}/finder"
        run("cmake", "-S", ROOT, "-B", build, "-DCHATROOM_APPS=OFF", "-DCHATROOM_TESTS=OFF", "-DCHATROOM_EXAMPLES=OFF", "-DCHATROOM_CONVERSATION=OFF",
            "-DCHATROOM_WEB=OFF", "-DCHATROOM_TLS=OFF",
            f"-DCMAKE_INSTALL_PREFIX={prefix}", f"-DCMAKE_INSTALL_LIBDIR={libdir}", f"-DCMAKE_INSTALL_INCLUDEDIR={includedir}", *options)
        run("ar", "rcs", f"{build}/lib{library}.a")
        run("cmake", "--install", build, "--component", "dev")
        if move_to:
            shutil.move(prefix, f"{root}/{move_to}")
            prefix = f"{root}/{move_to}"
        libdir, includedir = (os.path.normpath(os.path.join(prefix, one)) for one in (libdir, includedir))

        environment = os.environ | {"PKG_CONFIG_PATH": f"{libdir}/pkgconfig"}
        flags = shlex.split(run("pkg-config", "--cflags", "--libs", "chatroom", env=environment).stdout)
        paths = {flag[:2]: os.path.normpath(flag[2:]) for flag in flags if flag[:2] in ("-I", "-L")}
        self.assertEqual(paths, {"-I": includedir, "-L": libdir})
        self.assertIn(f"-l{library}", flags)
        self.assertTrue(os.path.exists(f"{includedir}/chatroom/room/room.hpp"))
        self.assertTrue(os.path.exists(f"{libdir}/lib{library}.a"))

        os.mkdir(finder)
        with open(f"{finder}/CMakeLists.txt", "w") as file:
            file.write(FINDER)
        told = run("cmake", "-S", finder, "-B", f"{finder}/build", f"-Dchatroom_DIR={libdir}/cmake/chatroom").stderr
        found = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
        self.assertEqual(os.path.normpath(found["headers"]), includedir)
        self.assertEqual(os.path.normpath(found["library"]), f"{libdir}/lib{library}.a")

    def test_each_of_the_two_directories_may_be_absolute_and_any_may_have_a_blank(self):
        for lib_is_absolute, include_is_absolute in itertools.product((False, True), repeat=2):
            with self.subTest(lib=lib_is_absolute, include=include_is_absolute), tempfile.TemporaryDirectory() as root:
                self.installed(root, f"{root}/odd place/lib" if lib_is_absolute else "lib/two words",
                               f"{root}/odd place/include" if include_is_absolute else "two/include words")

    def test_an_absolute_directory_may_lie_within_the_prefix(self):
        with tempfile.TemporaryDirectory() as root:
            self.installed(root, f"{root}/a prefix/lib", "include")

    def test_the_library_may_have_another_name_when_it_is_for_debugging(self):
        with tempfile.TemporaryDirectory() as root:
            self.installed(root, "lib", "include", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_DEBUG_POSTFIX=-debug",
                           library="chatroom-debug")

    def test_an_installed_tree_may_be_moved(self):
        with tempfile.TemporaryDirectory() as root:
            self.installed(root, "lib", "include", move_to="another prefix")


if __name__ == "__main__":
    unittest.main()
