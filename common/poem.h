#pragma once

#include <cstddef>
#include <string>

namespace poetry {

// A poem on its way is bytes: it becomes text when someone reads it, not before. So a std::string
// here holds bytes, in whatever encoding the poet's publisher chose.

// Reads the whole file, exactly as it is. Throws std::system_error ("poetry/x.txt: No such file or
// directory", also for a directory or a file that we may not read) and std::runtime_error for an
// empty file: there is no poem in it.
std::string loadPoem(const std::string& path);

// Writes a poem to `folder`/poem-<task>.txt, whole or not at all: a program that is stopped in the
// middle leaves no half poem behind. Throws std::system_error.
void savePoem(const std::string& folder, int task, const std::string& poem);

// Makes the folder for savePoem, and those above it, unless it is there. Throws std::system_error.
void makeFolder(const std::string& folder);

}  // namespace poetry
