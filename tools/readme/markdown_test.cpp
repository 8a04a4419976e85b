// Tests of the Markdown reader, and of the check of links that stands on it.

#include "markdown.h"

#include <gtest/gtest.h>

#include <fstream>

#include "common/testing/temporary_folder.h"
#include "links.h"

namespace poetry::readme {
namespace {

TEST(Markdown, FindsAFenceWithItsLanguageAndItsLine) {
  const Markdown markdown = parseMarkdown("Text\n\n```cpp\nint x;\n\nint y;\n```\nMore\n");
  ASSERT_EQ(markdown.fences.size(), 1u);
  EXPECT_EQ(markdown.fences[0].language, "cpp");
  EXPECT_EQ(markdown.fences[0].line, 3);
  EXPECT_EQ(markdown.fences[0].lines, (Lines{"int x;", "", "int y;"}));
  ASSERT_EQ(markdown.prose.size(), 3u);
  EXPECT_EQ(markdown.prose[2].number, 8);
  EXPECT_EQ(markdown.prose[2].text, "More");
}

TEST(Markdown, LetsAFenceShowAFence) {
  const Markdown markdown = parseMarkdown("````text\n```cpp\n```\n````\n~~~console\n$ ls\n~~~\n");
  ASSERT_EQ(markdown.fences.size(), 2u);
  EXPECT_EQ(markdown.fences[0].lines, (Lines{"```cpp", "```"}));
  EXPECT_EQ(markdown.fences[1].language, "console");
}

TEST(Markdown, TakesAFenceOutOfAList) {
  const Markdown markdown = parseMarkdown("- Item\n\n  ```cpp\n  if (x)\n    y();\n  ```\n");
  EXPECT_EQ(markdown.fences.at(0).lines, (Lines{"if (x)", "  y();"}));
}

TEST(Markdown, GivesAFenceTheCommentsRightAboveIt) {
  const Markdown markdown = parseMarkdown(
      "<!-- from lost.cpp -->\nText\n<!-- any order -->\n<!-- from a.cpp -->\n\n```cpp\n```\n"
      "```console\n```\n");
  const Fence& first = markdown.fences.at(0);
  EXPECT_EQ(first.notes, (Lines{"any order", "from a.cpp"}));
  EXPECT_EQ(first.note("from "), "a.cpp");
  EXPECT_EQ(first.note("any order"), "");
  EXPECT_EQ(first.note("not run: "), std::nullopt);
  EXPECT_TRUE(markdown.fences.at(1).notes.empty());
}

TEST(Markdown, FindsLinksAndImagesInAllTheirForms) {
  EXPECT_EQ(linksIn("See [a](a.md) and ![b](b.png \"title\")."), (Lines{"a.md", "b.png"}));
  EXPECT_EQ(linksIn("[![badge](x.svg)](y.md#part)"), (Lines{"x.svg", "y.md#part"}));
  EXPECT_EQ(linksIn("[name]: there.md"), Lines{"there.md"});
  EXPECT_EQ(linksIn("<a href=\"a.md\"><img width=\"9\" src=\"b.svg\"></a>"),
            (Lines{"a.md", "b.svg"}));
}

TEST(Markdown, TakesNoCodeForALink) {
  EXPECT_EQ(linksIn("`[](int x)` and ``a[`i`](b)``"), Lines{});
  EXPECT_EQ(linksIn("[`a.cpp`](a.cpp)"), Lines{"a.cpp"});
}

TEST(Links, ComplainsOfThoseThatLeadNowhere) {
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "there.md") << "x";
  const Markdown readme = parseMarkdown(
      "[a](there.md#part), [b](.), [c](https://example.org), [d](#part), [e](mailto:x@example.org)"
      "\n\n![f](gone.png)\n\n```text\n[g](not-a-link.md)\n```\n");
  const Complaints complaints = checkLinks(readme, folder / ".");
  ASSERT_EQ(complaints.size(), 1u);
  EXPECT_EQ(complaints[0].line, 3);
  EXPECT_EQ(complaints[0].text, "The link leads nowhere: gone.png");
}

}  // namespace
}  // namespace poetry::readme
