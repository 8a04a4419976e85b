#pragma once

#include <string>
#include <string_view>

namespace poetry {

// All bytes of a file. Throws std::system_error ("x.txt: No such file or directory", also for a
// directory or a file that we may not read).
std::string readFile(const std::string& path);

// Writes these bytes to a file, in the place of one that is there. Throws std::system_error ("write
// x.svg: No space left on device"); if it cannot even begin, that names `opening`.
void writeFile(const std::string& path, std::string_view bytes,
               const std::string& opening = "open");

}  // namespace poetry
