// The same for tests: see lab_test in common/lab.cmake.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <variant>

#include "common/large_headers.h"
