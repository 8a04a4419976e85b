"""What `make diff` says of two rooms, files and chapters."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).parent / "stage-diff"
FUNCTIONS = "".join(f"void number{n}() {{\n  say({n});\n}}\n\n" for n in range(8))
BEFORE = "#include <map>\n" + FUNCTIONS + "int last() { return 1; }\n"
AFTER = "#include <set>\n" + FUNCTIONS + "int last() { return 2; }\n"


class StageDiff(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.before, self.after = (pathlib.Path(folder.name) / name for name in ("a", "b"))
        for room, text in ((self.before, BEFORE), (self.after, AFTER)):
            room.mkdir()
            (room / "changed.cpp").write_text(text)
            (room / "same.h").write_text("#pragma once\n")
        (self.before / "gone.h").write_text("#pragma once\n")
        (self.after / "new.h").write_text("#pragma once\n")

    def run_tool(self, *arguments):
        command = [sys.executable, TOOL, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_says_first_which_files_of_a_room_are_the_same_changed_new_and_gone(self):
        head = self.run_tool(self.before, self.after).stdout.split("\n\n")[0]
        self.assertRegex(head, r"(?m)^changed +changed\.cpp +\+\d+ -\d+, \d+ of them noise$")
        self.assertRegex(head, r"(?m)^new +new\.h$")
        self.assertRegex(head, r"(?m)^gone +gone\.h$")
        self.assertRegex(head, r"(?m)^same +same\.h$")

    def test_says_that_a_room_is_the_same(self):
        output = self.run_tool(self.before, self.before).stdout
        self.assertIn("are the same, all 3 files.", output)

    def test_puts_what_is_noise_alone_behind_the_lesson(self):
        output = self.run_tool(self.before / "changed.cpp", self.after / "changed.cpp").stdout
        noise = output.index("Noise (includes, comments, blank and moved lines):")
        self.assertLess(output.index("return 2"), noise)
        self.assertLess(noise, output.index("#include <set>"))

    def test_shows_the_client_of_two_chapters_below_their_rooms(self):
        output = self.run_tool("chapter03", "chapter04").stdout
        self.assertRegex(output, r"(?m)^new: +get-poetry-4.cpp, get-poetry-5.cpp, transform-server.cpp$")
        self.assertRegex(output, r"(?m)^reactor/ +\d+ same, \d+ changed, \d+ new$")
        self.assertIn("+++ chapter04-deferred/get-poetry.cpp", output)

    def test_takes_a_room_that_only_one_chapter_has(self):
        output = self.run_tool("chapter04-deferred/servers", "chapter05-server/servers").stdout
        self.assertRegex(output, r"(?m)^new +slow_protocol\.h$")

    def test_says_that_two_files_are_the_same(self):
        output = self.run_tool("chapter01-blocking/slowpoetry.cpp", "chapter02-select/slowpoetry.cpp")
        self.assertIn("are the same.", output.stdout)

    def test_refuses_what_it_can_not_compare(self):
        for arguments in ((), ("chapter01",), ("chapter01", "nowhere"), ("/no", "/where"),
                          ("tools", "README.md"), ("chapter03", "README.md")):
            done = self.run_tool(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertIn("usage: make diff", done.stderr)


if __name__ == "__main__":
    unittest.main()
