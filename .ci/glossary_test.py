"""GLOSSARY.md and the text have the same terms. In the text a term is in italics; other emphasis is bold."""

import collections
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGES = ["README.md", "BENCHMARKS.md", "CONTRIBUTING.md", "common/README.md", "tools/README.md",
         *sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("chapter*/README.md"))]
GLOSSARY = (ROOT / "GLOSSARY.md").read_text()
ENTRY = re.compile(r"\*\*(?P<term>[^*]+)\*\*: (?P<text>[^\[\]]+)\(\[[^\]]+\]\((?P<link>[^)]+)\)\)\s*")
ITALICS = re.compile(r"(?<![\w*])\*(?![\s*])([^*]+)\*(?![\w*])")

Section = collections.namedtuple("Section", "italics code")


def joined(text):
    return " ".join(text.lower().split())


def sections_of(page):
    """By what a link to it ends with: the terms and the names of code in each section."""
    text = re.sub(r"(?ms)^```.*?^```$|<!--.*?-->", "", (ROOT / page).read_text())
    found = {}
    for heading, body in re.findall(r"(?ms)^#+ ([^\n]*)\n(.*?)(?=^#|\Z)", text):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        code = re.findall(r"`([^`]+)`", body)
        italics = ITALICS.findall(re.sub(r"`[^`]+`", "code", body))
        found[f"{page}#{anchor}"] = Section(set(map(joined, italics)), set(map(joined, code)))
    return found


def singular(word, terms):
    """The term that a word of the text stands for, or the word."""
    return word[:-1] if word.endswith("s") and word[:-1] in terms else word


def names_of(term):
    """Some entries have several: "select, poll, epoll"."""
    return joined(term).split(", ")


class Glossary(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.entries = [match.groupdict() for match in ENTRY.finditer(GLOSSARY)]
        cls.terms = {name for entry in cls.entries for name in names_of(entry["term"])}
        cls.sections = {}
        for page in PAGES:
            cls.sections |= sections_of(page)

    def test_nothing_else_is_in_it(self):
        head, first, rest = GLOSSARY.partition("\n**")
        self.assertRegex(head, r"\A# Glossary\n\n[^#]+\Z")
        self.assertEqual(ENTRY.sub("", "**" + rest), "", "this is no entry")
        self.assertGreater(len(self.entries), 70)

    def test_entries_are_in_alphabetical_order(self):
        letters = [re.sub(r"\W|_", "", entry["term"].lower()) for entry in self.entries]
        self.assertEqual(letters, sorted(set(letters)))

    def test_an_entry_has_two_sentences(self):
        for entry in self.entries:
            self.assertEqual(len(re.findall(r"[.?!](?=\s)", entry["text"])), 2, entry["term"])

    def test_a_link_leads_to_the_section_that_has_the_term(self):
        for entry in self.entries:
            self.assertIn(entry["link"], self.sections, entry["term"])
            section = self.sections[entry["link"]]
            italics = {singular(word, self.terms) for word in section.italics}
            for name in names_of(entry["term"]):
                self.assertIn(name, italics | section.code, f"neither in italics nor code in {entry['link']}")

    def test_every_term_of_the_text_is_in_it(self):
        for anchor, section in self.sections.items():
            for word in section.italics:
                self.assertIn(singular(word, self.terms), self.terms, f"in italics in {anchor}")


if __name__ == "__main__":
    unittest.main()
