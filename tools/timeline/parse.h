// From a recording's bytes to a Recording. Both throw a std::runtime_error that says in one line
// which file it was and what is wrong with it: it is malformed, or has no events.
#pragma once

#include <string>
#include <string_view>

#include "tools/timeline/model.h"

namespace poetry::timeline {

Recording loadRecording(const std::string& path);

// `file` is what the error calls the bytes.
Recording parseRecording(std::string_view bytes, const std::string& file);

}  // namespace poetry::timeline
