#pragma once

#include <cmark-gfm.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace poetry::readme {

using Lines = std::vector<std::string>;

// What a README says at a line, counted from 1; or what is wrong there.
struct AtLine {
  int line = 0;
  std::string text;
};

struct FreeTree {
  void operator()(cmark_node* root) const { cmark_node_free(root); }
};
using Tree = std::unique_ptr<cmark_node, FreeTree>;

// The document as GitHub reads it, tables included.
Tree parseMarkdown(const std::string& text);

// The node and all below it, in the order in which they are read.
std::vector<cmark_node*> nodesIn(cmark_node* node);

// A block between ``` and ```.
struct Fence {
  int line = 0;  // where it opens
  std::string language;
  Lines lines;  // the first of them is at `line` + 1
  Lines notes;  // the comments directly above it: "any order" of <!-- any order -->

  // What follows `prefix` in a note that begins with it.
  std::optional<std::string> note(const std::string& prefix) const;
};

std::vector<Fence> fencesIn(cmark_node* root);

// The targets of links and images.
std::vector<AtLine> linksIn(cmark_node* root);

// The first column of the tables below a heading, a row an entry.
std::vector<AtLine> firstColumn(cmark_node* root, const std::string& heading);

}  // namespace poetry::readme
