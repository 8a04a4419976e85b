// The large headers that most tests use, precompiled once for all of them: see lab_test in
// common/lab.cmake. Nobody includes this file, and everybody still includes what they use: .ci/run
// builds once without it.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <variant>
#include <vector>
