# SPDX-License-Identifier: BSL-1.0
"""The vcpkg port and the Conan recipe, as far as they can be checked without a network: neither tool runs here."""
import ast
import glob
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from test_texts import ROOT, read

VERSION = re.search(r'VERSION "(.*)"', read("include/chatroom/version.hpp")).group(1)

# What vcpkg would do, told instead of done.
STAND_IN = """
function(vcpkg_cmake_configure)
    cmake_parse_arguments(PARSE_ARGV 0 a "" "SOURCE_PATH" "OPTIONS")
    message("source=${a_SOURCE_PATH}")
    message("options=${a_OPTIONS}")
endfunction()
function(vcpkg_install_copyright)
    cmake_parse_arguments(PARSE_ARGV 0 a "" "" "FILE_LIST")
    message("licence=${a_FILE_LIST}")
endfunction()
foreach(name vcpkg_cmake_install vcpkg_cmake_config_fixup vcpkg_fixup_pkgconfig)
    cmake_language(EVAL CODE "function(${name})\\nendfunction()")
endforeach()
set(CURRENT_PACKAGES_DIR /nowhere)
include(PORTFILE)
"""


def configures(source, *options):
    with tempfile.TemporaryDirectory() as build:
        return subprocess.run(["cmake", "-S", source, "-B", build, *options], capture_output=True, text=True, timeout=200)


class Recipes(unittest.TestCase):
    def test_the_port_has_the_version_of_the_headers(self):
        self.assertEqual(json.loads(read("recipes/vcpkg/chatroom/vcpkg.json"))["version-semver"], VERSION)

    def test_the_port_names_the_tree_its_licence_and_options_that_there_are(self):
        with tempfile.NamedTemporaryFile("w", suffix=".cmake") as script:
            script.write(STAND_IN.replace("PORTFILE", f"{ROOT}/recipes/vcpkg/chatroom/portfile.cmake"))
            script.flush()
            done = subprocess.run(["cmake", "-P", script.name], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        told = dict(line.split("=", 1) for line in done.stderr.splitlines())
        self.assertTrue(os.path.samefile(told["source"], ROOT))
        self.assertTrue(os.path.exists(told["licence"]))
        done = configures(told["source"], *told["options"].split(";"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_conan_recipe_takes_along_what_the_library_is_built_from(self):
        tree = ast.parse(read("recipes/conan/conanfile.py"))
        patterns = next(ast.literal_eval(node.value) for node in tree.body
                        if isinstance(node, ast.Assign) and node.targets[0].id == "TREE")
        with tempfile.TemporaryDirectory() as copy:
            for pattern in patterns:
                found = glob.glob(os.path.join(ROOT, pattern))
                self.assertTrue(found, pattern)
                for path in found:
                    to = os.path.join(copy, os.path.relpath(path, ROOT))
                    os.makedirs(os.path.dirname(to), exist_ok=True)
                    (shutil.copytree if os.path.isdir(path) else shutil.copy)(path, to)
            done = configures(copy, "-DCHATROOM_APPS=OFF", "-DCHATROOM_TESTS=OFF", "-DCHATROOM_EXAMPLES=OFF")
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
