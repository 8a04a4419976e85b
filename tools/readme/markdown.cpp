// Takes out of cmark's tree what the checks need.

#include "markdown.h"

#include <cmark-gfm-core-extensions.h>

#include <regex>

#include "common/testing/running_program.h"

namespace poetry::readme {

namespace {

// The words, the code, the HTML of a node and all below it.
std::string textOf(cmark_node* node) {
  std::string text;
  for (cmark_node* each : nodesIn(node)) {
    const char* literal = cmark_node_get_literal(each);
    if (literal != nullptr) text += literal;
  }
  return text;
}

// The comments that are the blocks directly above this one, the nearest first.
Lines commentsAbove(cmark_node* node) {
  static const std::regex comment(R"(\s*<!--\s*([^]*?)\s*-->\s*)");
  Lines notes;
  while (cmark_node_get_type(node = cmark_node_previous(node)) == CMARK_NODE_HTML_BLOCK) {
    const std::string html = textOf(node);
    std::smatch match;
    if (!std::regex_match(html, match, comment)) break;
    notes.push_back(match[1]);
  }
  return notes;
}

}  // namespace

Tree parseMarkdown(const std::string& text) {
  cmark_gfm_core_extensions_ensure_registered();
  cmark_parser* parser = cmark_parser_new(CMARK_OPT_DEFAULT);
  cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
  cmark_parser_feed(parser, text.data(), text.size());
  Tree tree(cmark_parser_finish(parser));
  cmark_parser_free(parser);
  return tree;
}

std::vector<cmark_node*> nodesIn(cmark_node* node) {
  std::vector<cmark_node*> nodes{node};
  for (auto* child = cmark_node_first_child(node); child; child = cmark_node_next(child)) {
    const auto below = nodesIn(child);
    nodes.insert(nodes.end(), below.begin(), below.end());
  }
  return nodes;
}

std::optional<std::string> Fence::note(const std::string& prefix) const {
  for (const std::string& note : notes) {
    if (note.starts_with(prefix)) return note.substr(prefix.size());
  }
  return std::nullopt;
}

std::vector<Fence> fencesIn(cmark_node* root) {
  std::vector<Fence> fences;
  for (cmark_node* node : nodesIn(root)) {
    int length = 0, offset = 0;
    char mark = 0;
    if (cmark_node_get_fenced(node, &length, &offset, &mark) == 0) continue;
    const std::string info = cmark_node_get_fence_info(node);
    fences.push_back({cmark_node_get_start_line(node), info.substr(0, info.find(' ')),
                      testing::linesOf(textOf(node)), commentsAbove(node)});
  }
  return fences;
}

std::vector<AtLine> linksIn(cmark_node* root) {
  std::vector<AtLine> links;
  for (cmark_node* node : nodesIn(root)) {
    const char* url = cmark_node_get_url(node);  // null if it is neither a link nor an image
    if (url != nullptr) links.push_back({cmark_node_get_start_line(node), url});
  }
  return links;
}

std::vector<AtLine> firstColumn(cmark_node* root, const std::string& heading) {
  std::vector<AtLine> column;
  bool isBelow = false;
  for (cmark_node* node : nodesIn(root)) {
    const std::string type = cmark_node_get_type_string(node);  // a table's head is no "table_row"
    if (type == "heading") isBelow = textOf(node) == heading;
    if (type != "table_row" || !isBelow) continue;
    column.push_back({cmark_node_get_start_line(node), textOf(cmark_node_first_child(node))});
  }
  return column;
}

}  // namespace poetry::readme
