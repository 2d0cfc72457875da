# SPDX-License-Identifier: BSL-1.0
"""What CMake says when something is missing or misspelt: one sentence that tells what to do."""
import os
import re
import subprocess
import tempfile
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


def complaint(*options, script=None, build=None):
    """The text of CMake's error, on one line; None if there was none."""
    with tempfile.TemporaryDirectory() as scratch:
        tree = ["-P", script] if script else ["-S", ROOT, "-B", build or scratch]
        done = subprocess.run(["cmake", *options, *tree], capture_output=True, text=True, timeout=200)
    told = re.search(r"CMake Error at [^\n]*\n(.*?)(?:\n\n|Call Stack|\Z)", done.stderr.replace("\n\n  ", "\n"), re.S)
    assert bool(told) == (done.returncode != 0), done.stderr
    return " ".join(told.group(1).split()) if told else None


class BadInput(unittest.TestCase):
    def test_a_missing_boost(self):
        self.assertRegex(complaint("-DCMAKE_DISABLE_FIND_PACKAGE_Boost=ON"),
                         r"^chatroom needs the headers of Boost 1\.81 or newer: apt-get install libboost1\.81-dev, or name "
                         r"the place with -DBOOST_ROOT=DIR")

    def test_a_missing_utfcpp(self):
        self.assertRegex(complaint("-DCHATROOM_UTF8_DIR=CHATROOM_UTF8_DIR-NOTFOUND", "-DCMAKE_FIND_ROOT_PATH=/nowhere",
                                   "-DCMAKE_FIND_ROOT_PATH_MODE_INCLUDE=ONLY"), r"apt-get install libutfcpp-dev")

    def test_utfcpp_is_found_by_its_own_package_first_and_a_place_that_is_named_wins(self):
        for target in ("utf8cpp", "utf8cpp::utf8cpp"):
            with self.subTest(target=target), tempfile.TemporaryDirectory() as root:
                for folder in ("package", "named"):
                    os.mkdir(f"{root}/{folder}")
                    open(f"{root}/{folder}/utf8.h", "w").close()
                with open(f"{root}/utf8cppConfig.cmake", "w") as file:
                    file.write(f"add_library({target} INTERFACE IMPORTED)\n"
                               f"target_include_directories({target} INTERFACE {root}/package)\n"
                               f"add_library(alias ALIAS {target})\n")  # as Debian's: it fails when it is made twice
                with open(f"{root}/parent.cmake", "w") as file:
                    file.write("find_package(utf8cpp CONFIG REQUIRED)\n")
                for given, found in ((), "package"), ((f"-DCHATROOM_UTF8_DIR={root}/named",), "named"), \
                        ((f"-DCMAKE_PROJECT_chatroom_INCLUDE={root}/parent.cmake",), "package"):
                    with tempfile.TemporaryDirectory() as build:
                        self.assertIsNone(complaint("-DCHATROOM_TESTS=OFF", "-DCHATROOM_APPS=OFF", "-DCHATROOM_EXAMPLES=OFF",
                                                    f"-Dutf8cpp_DIR={root}", *given, build=build))
                        with open(f"{build}/CMakeCache.txt") as cache:
                            self.assertIn(f"CHATROOM_UTF8_DIR:PATH={root}/{found}\n", cache.read())

    def test_a_compiler_that_is_too_old(self):
        def with_compiler(name, version):
            return complaint(f"-DCMAKE_CXX_COMPILER_ID={name}", f"-DCMAKE_CXX_COMPILER_VERSION={version}",
                             "-DCMAKE_CXX_COMPILER=/usr/bin/old", script=f"{ROOT}/cmake/requirements.cmake")

        self.assertEqual(with_compiler("GNU", "11.4.0"),
                         "chatroom needs the coroutines of g++ 12 or clang 16, and /usr/bin/old is GNU 11.4.0: choose a "
                         "newer one with -DCMAKE_CXX_COMPILER=g++-12")
        self.assertIn("Clang 14", with_compiler("Clang", "14.0.6"))
        self.assertIsNone(with_compiler("GNU", "12.2.0"))
        self.assertIsNone(with_compiler("Clang", "16.0.6"))

    def test_an_option_that_does_not_exist(self):
        self.assertRegex(complaint("-DCHATROOM_TEST=OFF"),
                         r"^CHATROOM_TEST is no option of chatroom: there are CHATROOM_APPS, .*CHATROOM_TESTS")

    def test_options_that_do_exist(self):
        self.assertIsNone(complaint("-DCHATROOM_TESTS=OFF", "-DCHATROOM_APPS:BOOL=OFF", "-DCHATROOM_EXAMPLES=OFF"))


if __name__ == "__main__":
    unittest.main()
