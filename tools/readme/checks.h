#pragma once

#include <filesystem>

#include "markdown.h"

namespace poetry::readme {

// What is wrong, and where. Every check returns these; none means that all is well.
using Complaints = std::vector<AtLine>;

// What a ```cpp fence shows stands in the file that the comment above it names.
Complaints checkExcerpt(const Fence& fence, const std::filesystem::path& root);

// What a ```diff fence shows stands in the output of diff -u for the two files named above it.
Complaints checkDiff(const Fence& fence, const std::filesystem::path& root);

// Runs the ```console fences of a README, and compares what comes with what they show. A program
// whose first word is "Serving" is a server: it stays until a later session starts another one on
// its port, or until the README's end. Tells on standard output what is not run.
Complaints checkSessions(const std::vector<Fence>& fences, const std::string& readme);

// Runs the example that a program's --help shows; `program` is its path from the lab's root.
Complaints checkExample(const std::string& program);

// Every relative link and image points at a file or folder. `folder`: the README's own.
Complaints checkLinks(const std::vector<AtLine>& links, const std::filesystem::path& folder);

// The first column of a chapter's table of files and folders: each entry is there and has one row,
// every sub-folder has one, and there are no more files than a learner will read.
Complaints checkTable(const std::vector<AtLine>& entries, const std::filesystem::path& chapter);

// What a session shows, from a line on, comes, but for what differs from run to run.
Complaints compareOutput(const Lines& shown, int line, const Lines& output, bool inAnyOrder);

}  // namespace poetry::readme
