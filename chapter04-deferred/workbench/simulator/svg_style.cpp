#include "workbench/simulator/svg_style.h"

#include <fmt/format.h>

#include <string_view>

namespace poetry::simulator {

namespace {

struct Palette {
  std::string_view page, ink, quiet, chain, value, valueFill, error, errorFill;
};
constexpr Palette kLight{"#fff",    "#1f2933", "#52606d", "#b8c2cc",
                         "#1565a8", "#e6f1fa", "#b45309", "#fdf0dc"};
constexpr Palette kDark{"#14191f", "#e4e7eb", "#a3afbb", "#4a5562",
                        "#74b9f5", "#15304a", "#f2a654", "#422c10"};

constexpr std::string_view kShapes = R"(
.deferreds text { font-size: 13px; white-space: pre; }
.deferreds .title { font-size: 17px; font-weight: bold; }
.deferreds .code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas,
  'DejaVu Sans Mono', monospace; }
.deferreds .strong { font-weight: bold; }
.deferreds .middle { text-anchor: middle; }
.deferreds path, .deferreds .box { fill: none; stroke-width: 1.5; }
.deferreds .path { stroke-width: 4; }
.deferreds .wait { stroke-dasharray: 4 5; }
.deferreds .called { stroke-width: 3; }
)";

std::string coloursOf(const Palette& palette) {
  std::string css;
  const auto rule = [&](std::string_view selectors, std::string_view what,
                        std::string_view colour) {
    css += fmt::format(".deferreds {} {{ {}: {}; }}\n", selectors, what, colour);
  };
  rule("text", "fill", palette.ink);
  rule("text.quiet", "fill", palette.quiet);
  rule("text.inverse", "fill", palette.page);
  rule("text.value", "fill", palette.value);
  rule("text.error", "fill", palette.error);
  rule(".page", "fill", palette.page);
  rule(".chain", "stroke", palette.chain);
  rule(".path.value", "stroke", palette.value);
  rule(".path.error", "stroke", palette.error);
  rule(".solid.value", "fill", palette.value);
  rule(".solid.error", "fill", palette.error);
  rule(".box.value", "stroke", palette.value);
  rule(".box.error", "stroke", palette.error);
  rule(".box.value", "fill", palette.valueFill);
  rule(".box.error", "fill", palette.errorFill);
  return css;
}

}  // namespace

// A viewer that prefers dark pages gets the second set of colours.
std::string styleSheet() {
  return fmt::format("<style>{}{}@media (prefers-color-scheme: dark) {{\n{}}}\n</style>\n", kShapes,
                     coloursOf(kLight), coloursOf(kDark));
}

}  // namespace poetry::simulator
