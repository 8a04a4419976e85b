// The large headers that most programs use, precompiled once for all of them: see lab_program in
// common/lab.cmake. No source includes this file, and each still includes what it uses: .ci/run
// builds once without it.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>
