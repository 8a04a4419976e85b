// From a recording's bytes to a Recording.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "tools/timeline/model.h"

namespace poetry::timeline {

// Says in one line which file it was and what is wrong with it.
struct RecordingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws RecordingError if the file cannot be read, is malformed, or has no events.
Recording loadRecording(const std::string& path);

// The same of bytes in memory; file is what the error calls them.
Recording parseRecording(std::string_view bytes, const std::string& file);

}  // namespace poetry::timeline
