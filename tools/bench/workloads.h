#pragma once

#include <cstddef>

#include "loop.h"

namespace poetry {

// What the loops are measured with. Costs are in nanoseconds of this thread's CPU time, which does
// not count while another program has the core. What is made before the loop runs does not count
// either, nor does its first part, which warms it up.

// So many descriptors are watched, and some of them are ready, always the same: nobody reads. So
// the handlers make no system call, whose cost would hide the loop's. Returns the cost of an event.
struct EventLoad {
  std::size_t descriptors;
  std::size_t ready;
  std::size_t events;
};
double costOfEvent(const MakeLoop& make, const EventLoad& load);

// So many timers are pending at all times: one that has fired is set again, to a random time. They
// are due faster than any loop can call them, so that none sleeps. Returns the cost of one.
struct TimerLoad {
  std::size_t pending;
  std::size_t timers;
};
double costOfTimer(const MakeLoop& make, const TimerLoad& load);

// The same, of a timer that is set and cancelled at once, while others are pending.
double costOfCancelledTimer(const MakeLoop& make, const TimerLoad& load);

// How late timers fire that are due between 1 and 5 milliseconds from now, in microseconds. Below
// zero: one was early.
struct Lateness {
  double median;
  double ninetyNinth;  // of a hundred
  double least;
};
Lateness lateness(const MakeLoop& make, std::size_t timers);

}  // namespace poetry
