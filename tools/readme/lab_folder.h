#pragma once

#include <string>

#include "common/testing/temporary_folder.h"

namespace poetry::readme {

// A temporary folder that looks like the lab's root to the commands that run in it: every entry is
// a link to the real one, and `build` holds links into the build folder, whatever that is called.
// What a command writes goes with this object. There is no build/demo: that is for who wants one
// to make.
class LabFolder {
 public:
  LabFolder();
  std::string path() const { return folder_ / "."; }

 private:
  testing::TemporaryFolder folder_;
};

}  // namespace poetry::readme
