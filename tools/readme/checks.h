#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "markdown.h"

namespace poetry::readme {

// What is wrong, and where. Every check returns these; none means that all is well.
using Complaints = std::vector<AtLine>;

// What a ```cpp fence shows stands in the file that the comment above it names.
Complaints checkExcerpt(const Fence& fence, const std::filesystem::path& root);

// What a ```diff fence shows stands in the output of diff -u for the two files named above it.
Complaints checkDiff(const Fence& fence, const std::filesystem::path& root);

// Runs the ```console fences of a README, in order, and compares what comes with what they show. A
// program whose first word is "Serving" is a server: it stays until a later session starts another
// one on its port, or until the README's end. Tells on standard output what is not run.
Complaints checkSessions(const std::vector<Fence>& fences, const std::string& readme);

// Runs the example that a program's --help shows; `program` is its path from the lab's root.
Complaints checkExample(const std::string& program);

// Every relative link and image points at a file or folder. `folder`: the README's own.
Complaints checkLinks(const std::vector<AtLine>& links, const std::filesystem::path& folder);

// The first column of a chapter's table of files and folders: each entry is there and has one row,
// every sub-folder has one, and there are no more files than a learner will read.
Complaints checkTable(const std::vector<AtLine>& entries, const std::filesystem::path& chapter);

// ---- comparing, for all of these ---------------------------------------------------------------

inline const std::string kAnyLines = "...";  // as an expected line: any number of lines, also none

// Where the two part: the index of the first expected line that was not found, or their count if
// more lines than expected came, and of the actual line that stands in its place.
struct Mismatch {
  std::size_t expected;
  std::size_t actual;
};

// Compares line by line; of several ways to lay a `...`, the one that gets furthest counts.
std::optional<Mismatch> compareInOrder(const Lines& expected, const Lines& actual);

// Says what is shown, and what `name` has there. `line`: where in the README `shown` begins.
// Nothing if there is no mismatch.
Complaints complaintsOf(const std::optional<Mismatch>& mismatch, const Lines& shown, int line,
                        const Lines& actual, const std::string& name);

// The line without the date that ends the two head lines of a diff.
std::string withoutDiffDate(const std::string& line);

}  // namespace poetry::readme
