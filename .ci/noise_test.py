"""How much of the diffs that the text names is noise: `tools/stage-diff --noise` counts it, this holds it."""

import importlib.machinery
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True  # of the tool

ROOT = pathlib.Path(__file__).resolve().parent.parent
TOOL = ROOT / "tools/stage-diff"
# Percentages of the changed lines. Lower them when the count has fallen.
MOST_NOISE, MOST_WITH_ALL_COMMENTS = 22, 31
MOST_IN_A_STEP, LINES_OF_A_STEP = 34, 40  # in shorter ones a few lines are much


def stage_diff():
    loader = importlib.machinery.SourceFileLoader("stage_diff", str(TOOL))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("stage_diff", loader))
    loader.exec_module(module)
    return module


def kinds_between(before, after):
    """The changed lines of a diff, each with its kind."""
    tool = stage_diff()
    with tempfile.TemporaryDirectory() as folder:
        a, b = pathlib.Path(folder) / "a.cpp", pathlib.Path(folder) / "b.cpp"
        a.write_text(before)
        b.write_text(after)
        return [(line.kind, line.sign + line.text) for line in tool.changed(tool.hunks_of(a, b))]


class Count(unittest.TestCase):
    def test_blank_lines_includes_and_usage_are_noise(self):
        self.assertEqual(kinds_between("f();\n", '#include "a.h"\n\nf();\nusing std::move;\nfetchExample("f")\n'),
                         [("include", '+#include "a.h"'), ("blank", "+"), ("include", "+using std::move;"),
                          ("usage", '+fetchExample("f")')])

    def test_a_new_name_for_a_type_is_no_noise(self):
        self.assertEqual(kinds_between("f();\n", "f();\nusing Poem = std::string;\n"),
                         [("code", "+using Poem = std::string;")])

    def test_a_line_that_moved_is_noise_once_for_each_that_has_gone(self):
        self.assertEqual(kinds_between("go();\nf();\ng();\n", "f();\ng();\n  go();\n  go();\n"),
                         [("moved", "-go();"), ("moved", "+go();"), ("code", "+go();")])

    def test_a_line_with_other_names_is_noise_in_the_same_hunk_only(self):
        self.assertEqual(kinds_between("int a = one;\nf();\n", "int b = two;\nf();\n"),
                         [("renamed", "-int a = one;"), ("renamed", "+int b = two;")])
        self.assertEqual(kinds_between("int a = one;\nf();\n", "f();\nint b = two;\n"),
                         [("code", "-int a = one;"), ("code", "+int b = two;")])

    def test_a_comment_is_noise_if_the_code_below_it_stays(self):
        self.assertEqual(kinds_between("// Old.\nf();\n", "// New.\n// Words.\nf();\n"),
                         [("comment", "-// Old."), ("comment", "+// New."), ("comment", "+// Words.")])
        self.assertEqual(kinds_between("f();\n", "// On nothing.\n\nf();\n"),
                         [("comment", "+// On nothing."), ("blank", "+")])

    def test_a_comment_that_comes_or_goes_with_its_code_is_none(self):
        self.assertEqual(kinds_between("f();\n", "f();\n// Both\n// new.\ng(1);\n"),
                         [("comment on code", "+// Both"), ("comment on code", "+// new."), ("code", "+g(1);")])
        self.assertEqual(kinds_between("// Gone.\ng(1);\nf();\n", "f();\n"),
                         [("comment on code", "-// Gone."), ("code", "-g(1);")])


class Noise(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        done = subprocess.run([TOOL, "--noise"], capture_output=True, text=True, check=True)
        rows = re.findall(r"(?m)^ +(\d+) .* ([\d.]+) % +([\d.]+) %  (.+)$", done.stdout)
        cls.steps = {step: (int(lines), float(noise), float(strict)) for lines, noise, strict, step in rows}

    def test_it_counts_the_steps_that_the_text_names(self):
        for step in ("chapter01-blocking/get-poetry.cpp chapter02-select/get-poetry.cpp",
                     "chapter04-deferred/get-poetry-2.cpp chapter04-deferred/get-poetry-3.cpp",
                     "chapter04-deferred/net/connection.cpp chapter05-server/net/connection.cpp"):
            self.assertIn(step, self.steps)
        self.assertGreaterEqual(len(self.steps), 20)

    def test_of_all_steps_it_does_not_grow(self):
        _, noise, strict = self.steps["all"]
        self.assertLessEqual(noise, MOST_NOISE, "% of the changed lines are noise")
        self.assertLessEqual(strict, MOST_WITH_ALL_COMMENTS, "% are noise or comments")

    def test_no_long_step_has_much_of_it(self):
        for step, (lines, noise, _) in self.steps.items():
            if lines >= LINES_OF_A_STEP:
                self.assertLessEqual(noise, MOST_IN_A_STEP, step)


if __name__ == "__main__":
    unittest.main()
