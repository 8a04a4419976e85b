"""The rules of the house that can be counted: what stands where, what is carried, what is built how."""

import json
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHAPTERS = sorted(ROOT.glob("chapter*"))
ROOMS = {"reactor", "net", "deferred", "poems", "servers", "tests", "examples", "figures", "workbench"}
AT_THE_TOP = {"README.md", "CMakeLists.txt", "Makefile", "options.h"}
MOST_LINES_OF_TOOLS = 6000
MOST_LINES_FOR_SPEED = 25
# Built only where the library that they are for is installed.
OPTIONAL = re.compile(r"tools/bench/.*(asio|libuv|boost)")


def tracked(*patterns):
    """The files that belong to the lab, also those that are new and not yet added."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {path for path in listed.splitlines() if (ROOT / path).is_file()}


def lines_of(path):
    return len((ROOT / path).read_bytes().splitlines())


def carried_by(chapter):
    """What the chapter says that it carries, and from which one."""
    text = (chapter / "CMakeLists.txt").read_text()
    return re.findall(r"(?m)^carries\((\S+) FROM ([\w-]+)", text)


def same_as_before(chapter, earlier):
    """The sources, by their paths from the chapter, that an earlier chapter has byte for byte."""
    for path in sorted(tracked(f"{chapter.name}/*.cpp", f"{chapter.name}/*.h")):
        here = ROOT / path
        there = earlier / here.relative_to(chapter)
        if there.is_file() and there.read_bytes() == here.read_bytes():
            yield str(here.relative_to(chapter))


class House(unittest.TestCase):
    def test_at_the_top_of_a_chapter_stand_programs_and_rooms(self):
        for chapter in CHAPTERS:
            below = {path.removeprefix(chapter.name + "/") for path in tracked(chapter.name)}
            rooms = {path.split("/")[0] for path in below if "/" in path}
            self.assertLessEqual(rooms, ROOMS, chapter.name)
            for name in {path for path in below if "/" not in path} - AT_THE_TOP:
                self.assertRegex((chapter / name).read_text(), r"(?m)^int main\(", name)

    def test_what_a_chapter_has_from_an_earlier_one_it_says_that_it_carries(self):
        for index, chapter in enumerate(CHAPTERS):
            rooms = [what for what, _ in carried_by(chapter)]
            for earlier in CHAPTERS[:index]:
                for path in same_as_before(chapter, earlier):
                    said = any(path == room or path.startswith(room + "/") for room in rooms)
                    if not said:
                        self.fail(f"{chapter.name}/{path} is that of {earlier.name}, and no line "
                                  f"of {chapter.name}/CMakeLists.txt says `carries`")

    def test_every_source_is_compiled_by_itself_in_a_build_that_is_not_fast(self):
        with tempfile.TemporaryDirectory() as build:
            subprocess.run(["cmake", "--preset", "debug", "-B", build], cwd=ROOT, check=True,
                           stdout=subprocess.DEVNULL)
            commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
        compiled = [pathlib.Path(command["file"]).relative_to(ROOT).as_posix() for command in commands]
        missing = {path for path in tracked("*.cpp") - set(compiled) if not OPTIONAL.match(path)}
        self.assertEqual(missing, set())
        self.assertEqual(set(compiled) - tracked("*.cpp"), set())
        self.assertNotRegex(json.dumps(commands), r"cmake_pch|[Uu]nity")

    def test_what_serves_the_speed_of_a_build_is_in_one_small_file(self):
        lines = lines_of("common/fast_build.cmake")
        self.assertLessEqual(lines, MOST_LINES_FOR_SPEED, "lines that only serve a build's speed")
        for path in tracked("*CMakeLists.txt", "*.cmake") - {"common/fast_build.cmake"}:
            text = (ROOT / path).read_text()
            self.assertNotRegex(text, r"UNITY_BUILD|REUSE_FROM|fuse-ld|heapsize", path)

    def test_a_chapter_includes_nothing_of_another(self):
        for path in tracked("chapter*.cpp", "chapter*.h"):
            self.assertNotRegex((ROOT / path).read_text(), r'(?m)^#include "(chapter|\.\.)', path)

    def test_the_tools_do_not_outgrow_the_lesson(self):
        lines = sum(map(lines_of, tracked("tools")))
        self.assertLessEqual(lines, MOST_LINES_OF_TOOLS, "lines in tools/, all files together")


if __name__ == "__main__":
    unittest.main()
