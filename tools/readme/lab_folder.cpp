// Lays out the links of a LabFolder.

#include "lab_folder.h"

#include <filesystem>

namespace poetry::readme {

namespace fs = std::filesystem;

namespace {

// A link in `folder` for every entry of `original` whose name does not begin with `but`.
void linkEntries(const fs::path& original, const fs::path& folder, const std::string& but) {
  for (const fs::directory_entry& entry : fs::directory_iterator(original)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(but)) fs::create_symlink(entry.path(), folder / name);
  }
}

}  // namespace

LabFolder::LabFolder() {
  linkEntries(LAB_ROOT, path(), "build");
  const fs::path build = folder_ / "build";
  fs::create_directory(build);
  linkEntries(LAB_BUILD, build, "demo");
}

}  // namespace poetry::readme
