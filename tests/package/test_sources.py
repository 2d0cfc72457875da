# SPDX-License-Identifier: BSL-1.0
"""Habits of the sources that no compiler watches."""
import glob
import os
import re
import unittest

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))


class Sources(unittest.TestCase):
    def test_a_random_test_tells_its_seed(self):
        own = {path for kind in ("cpp", "hpp") for path in glob.glob(f"{ROOT}/tests/**/*.{kind}", recursive=True)
               if re.search(r"\brandom_device\b", open(path).read())}
        self.assertEqual({os.path.relpath(path, ROOT) for path in own}, {"tests/random_seed.hpp"})


if __name__ == "__main__":
    unittest.main()
