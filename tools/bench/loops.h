#pragma once

#include <string>
#include <vector>

#include "loop.h"

namespace poetry {

struct Contestant {
  std::string name;
  MakeLoop make;
  std::string skipped = "";  // why it can not take part; empty: it can
};

// One file for each: loop_epoll.cpp, ... Where a library was not there when the lab was configured,
// its contestant says so.
Contestant bareEpoll();
Contestant bareLibevent();
Contestant bareLibeventPrecise();  // with EVENT_BASE_FLAG_PRECISE_TIMER
Contestant bareLibeventOnce();     // with a new event for every timer
Contestant libeventReactor();
Contestant libeventReactorQuiet();  // without warnings
Contestant selectReactor();
Contestant libuv();
Contestant standaloneAsio();

}  // namespace poetry
