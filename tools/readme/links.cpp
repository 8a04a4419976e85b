// Links and images. What leads out of the lab is not followed: the tests need no network.

#include "links.h"

#include <regex>

namespace poetry::readme {

namespace {

bool isRelative(const std::string& target) {
  static const std::regex elsewhere(R"([A-Za-z][A-Za-z0-9+.-]*:.*|//.*|#.*)");
  return !std::regex_match(target, elsewhere);
}

}  // namespace

Complaints checkLinks(const Markdown& readme, const std::filesystem::path& folder) {
  Complaints complaints;
  for (const NumberedLine& line : readme.prose) {
    for (const std::string& target : linksIn(line.text)) {
      const std::string path = target.substr(0, target.find_first_of("#?"));
      if (!isRelative(target) || std::filesystem::exists(folder / path)) continue;
      complaints.push_back({line.number, "The link leads nowhere: " + target});
    }
  }
  return complaints;
}

}  // namespace poetry::readme
