#pragma once

#include <string>

namespace poetry::simulator {

// The style sheet of our pictures, for light pages and for dark ones. Of the classes:
//   value, error     colour what belongs to a value or to an error
//   path, wait       the way taken, and where it waits
//   chain, box       what was not taken; a box that was `called` stands out
//   solid            is filled
//   page             has the colour of the page
//   title, quiet, strong, inverse, code, middle are for text
std::string styleSheet();

}  // namespace poetry::simulator
