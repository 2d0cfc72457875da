# SPDX-License-Identifier: BSL-1.0
"""The docs beside what they speak of: the code beside examples/, the limits beside --help, the links beside the files."""
import glob
import json
import os
import re
import textwrap
import unittest

from test_texts import ROOT, NOT_IN_FILE, SERVER, options_of, read

PAGES = ["README.md"] + [os.path.relpath(page, ROOT) for page in glob.glob(f"{ROOT}/docs/*.md")]


def without_indent(text):
    return "\n".join(line.strip() for line in text.strip().splitlines())


class Docs(unittest.TestCase):
    def test_code_that_is_shown_stands_in_the_example_that_is_named(self):
        seen = 0
        for page in PAGES:
            for name, code in re.findall(r"^<!-- (examples/\S+) -->\n```cpp\n(.*?)^```", read(page), re.M | re.S):
                self.assertIn(without_indent(textwrap.dedent(code)), without_indent(read(name)), f"{page}: {name}")
                seen += 1
        self.assertGreater(seen, 8)

    def test_the_guide_shows_no_code_that_comes_from_no_example(self):
        for page in ("docs/quickstart.md", "docs/embedding.md"):
            text = read(page)
            self.assertEqual(text.count("```cpp"), len(re.findall(r"^<!-- examples/\S+ -->\n```cpp", text, re.M)), page)

    def test_the_table_of_limits_has_the_options_and_defaults_of_help_and_no_others(self):
        table = dict(re.findall(r"^\| `(--[\w-]+)` \|(?: ([^|]+))? \|", read("docs/limits.md"), re.M))
        helped = {name: default or "" for name, (_, default) in options_of(SERVER).items() if name not in NOT_IN_FILE}
        self.assertEqual(table, helped)

    def test_the_dashboard_shows_every_metric_of_the_operators_table_and_no_other(self):
        dashboard = json.loads(read("docs/grafana.json"))
        asked = " ".join(target["expr"] for panel in dashboard["panels"] for target in panel["targets"])
        table = " ".join(line for line in read("docs/operator.md").splitlines() if line.startswith("| `"))
        shown, told = (set(re.findall(r"\b(?:chatroom|process)_[a-z_]+", text)) for text in (asked, table))
        self.assertEqual({name.removesuffix("_bucket") for name in shown}, told)
        self.assertGreater(len(told), 10)

    def test_links_lead_to_files_that_are_there(self):
        for page in PAGES:
            for link in re.findall(r"\]\(([^)#:]+)\)", read(page)):
                if link != "architecture.svg":  # drawn by ./dev docs
                    self.assertTrue(os.path.exists(os.path.join(ROOT, os.path.dirname(page), link)), f"{page}: {link}")


if __name__ == "__main__":
    unittest.main()
