#pragma once

#include <chrono>
#include <string>

namespace poetry {

// "0:00:10.126361": hours, minutes, seconds and microseconds, as in the transcripts.
std::string formatElapsed(std::chrono::nanoseconds elapsed);

}  // namespace poetry
