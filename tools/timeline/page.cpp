#include "tools/timeline/page.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tools/timeline/text.h"

namespace poetry::timeline {
namespace {

constexpr double kMargin = 20;
constexpr std::string_view kFonts =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
constexpr std::string_view kHowToRead =
    "A lane is one task's life, hatched while it waits and dark while it works; before and after "
    "it is empty. All panels share one time axis, so the shorter one is the faster program. A "
    "ratio of 1.00 means that the whole run took no longer than its slowest task alone.";

// A server's lanes are its clients; they are sent to.
std::string countLanes(const Recording& recording, std::size_t count) {
  const auto& names = recording.names;
  const bool isServer = std::find(names.begin(), names.end(), "send") != names.end();
  return formatCount(count, isServer ? "client" : "task");
}

std::string countTasks(const Recording& recording) {
  return countLanes(recording, recording.tasks.size());
}

std::string delaysLine(const Recording& recording) {
  const auto [model, seconds, sum, longest, ratio] = tableRowOf(recording);
  return fmt::format(
      "Total {} s. Sum of delays {} s, longest delay {} s, total / longest delay = {}.", seconds,
      sum, longest, ratio);
}

std::string sharesOf(const Totals& totals) {
  constexpr double kWorthSaying = 0.001;
  const auto share = [&](SpanKind kind) { return totals.shares[indexOf(kind)]; };
  std::string shares = fmt::format("waiting {}, working {}", formatShare(share(SpanKind::kWaiting)),
                                   formatShare(share(SpanKind::kHandling)));
  if (share(SpanKind::kConnecting) >= kWorthSaying)
    add(shares, ", connecting {}", formatShare(share(SpanKind::kConnecting)));
  if (share(SpanKind::kOther) >= kWorthSaying)
    add(shares, ", other {}", formatShare(share(SpanKind::kOther)));
  return shares;
}

std::string sharesLine(const Recording& recording) {
  const Totals totals = totalsOf(recording);
  const std::size_t all = recording.tasks.size();
  const std::size_t left = all - countDrawnTasks(recording);
  std::string line =
      fmt::format("{}: {}.", totals.sharesAreOfLoop ? "Loop" : "Tasks", sharesOf(totals));
  if (totals.failed > 0) add(line, " {} failed.", countLanes(recording, totals.failed));
  if (totals.cutShort > 0) add(line, " {} cut short.", countLanes(recording, totals.cutShort));
  if (left > 0)
    add(line, " {} not drawn; the totals cover all {}.", countLanes(recording, left), all);
  return line;
}

// For screen readers.
std::string descriptionOf(const Recording& recording) {
  return fmt::format("{}, {}, {}. {} {}", recording.model, recording.program, countTasks(recording),
                     delaysLine(recording), sharesLine(recording));
}

// The drawing as an SVG that can stand alone.
std::string framed(const Fragment& drawing, double width, const std::string& title,
                   const std::string& description) {
  const double height = std::ceil(drawing.height);
  std::string svg(R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" )");
  add(svg, R"(viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" )", width, height);
  add(svg, R"(font-family="{}" fill="{}" )", kFonts, kInk);
  svg += R"(style="max-width:100%;height:auto;font-variant-numeric:tabular-nums">)";
  add(svg, "\n<title>{}</title>\n<desc>{}</desc>\n", escapeXml(title), escapeXml(description));
  add(svg, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n", drawing.svg);
  return svg;
}

// An SVG page is a fragment that grows downwards.
void addLine(Fragment& sheet, std::string_view words, double size,
             std::string_view attributes = "") {
  sheet.height += size * 1.4;
  add(sheet.svg, "<text y=\"{:.1f}\" font-size=\"{}\" {}>{}</text>\n", sheet.height, size,
      attributes, escapeXml(fitText(words, size, kPageWidth)));
}

void addHeading(Fragment& sheet, const Recording& recording) {
  sheet.height += 36;
  add(sheet.svg,
      R"(<text y="{:.1f}" font-size="13"><tspan font-size="17" font-weight="bold">{}</tspan>)",
      sheet.height, escapeXml(fitText(recording.model, 17, 300)));
  add(sheet.svg, R"(<tspan dx="10">{}, {}</tspan>)", escapeXml(fitText(recording.program, 13, 350)),
      countTasks(recording));
  add(sheet.svg, "<tspan dx=\"10\" font-weight=\"bold\">{} s</tspan></text>\n",
      formatSeconds(recording.seconds));
  sheet.height += 6;
}

void addFragment(Fragment& sheet, const Fragment& fragment) {
  add(sheet.svg, "<g transform=\"translate(0 {:.1f})\">\n{}</g>\n", sheet.height, fragment.svg);
  sheet.height += fragment.height;
}

void addHtmlTable(std::string& html, const std::vector<Recording>& recordings) {
  add(html, "<table>\n<thead><tr><th scope=\"col\">{}</th></tr></thead>\n<tbody>\n",
      fmt::join(kTableHead, "</th><th scope=\"col\">"));
  for (const Recording& recording : recordings) {
    const TableRow row = tableRowOf(recording);
    add(html, "<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", escapeXml(row[0]),
        fmt::join(row.begin() + 1, row.end(), "</td><td>"));
  }
  html += "</tbody>\n</table>\n";
}

void addHtmlPanel(std::string& html, const Recording& recording, const Scale& scale) {
  const std::string seconds = formatSeconds(recording.seconds);
  add(html, "<section>\n<h2>{} <small>{}, {}</small> <b>{} s</b></h2>\n",
      escapeXml(recording.model), escapeXml(recording.program), countTasks(recording), seconds);
  html += framed(drawChart(recording, scale), kPageWidth,
                 fmt::format("{}, {} s", recording.model, seconds), descriptionOf(recording));
  add(html, "<p>{}<br/>{}</p>\n</section>\n", escapeXml(delaysLine(recording)),
      escapeXml(sharesLine(recording)));
}

constexpr std::string_view kStyle = R"(
body { margin: 0; background: #fff; color: #1f2933; line-height: 1.5;
  font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; }
main { max-width: 900px; margin: 0 auto; padding: 24px 20px 40px; }
h1 { font-size: 24px; margin: 0 0 8px; }
h2 { font-size: 19px; margin: 0 0 6px; overflow-wrap: anywhere; }
h2 small, h2 b { font-size: 15px; margin-left: 6px; }
h2 small { font-weight: normal; }
p { margin: 0 0 20px; max-width: 44em; }
section { margin-top: 32px; break-inside: avoid; }
section p { font-size: 14px; margin: 4px 0 0; max-width: none; }
svg { display: block; }
table { border-collapse: collapse; margin: 0 0 28px; font-variant-numeric: tabular-nums; }
th, td { padding: 3px 0 3px 28px; text-align: right; border-bottom: 1px solid #dde3e9; }
th:first-child { padding-left: 0; text-align: left; overflow-wrap: anywhere; }
thead th { font-weight: normal; color: #52606d; border-bottom-color: #52606d; }
)";

}  // namespace

std::string svgPage(const std::vector<Recording>& recordings, const std::string& title) {
  const Scale scale = sharedScale(recordings);
  std::string description(kHowToRead);
  Fragment sheet;
  addLine(sheet, title, 20, R"(font-weight="bold")");
  sheet.height += 12;
  addFragment(sheet, drawLegend(recordings, scale));
  for (const Recording& recording : recordings) {
    addHeading(sheet, recording);
    addFragment(sheet, drawChart(recording, scale));
    addLine(sheet, delaysLine(recording), 13);
    addLine(sheet, sharesLine(recording), 13);
    description += " " + descriptionOf(recording);
  }
  const Fragment page{fmt::format("{0}<g transform=\"translate({1} {1})\">\n{2}</g>\n",
                                  patternDefinitions(), kMargin, sheet.svg),
                      sheet.height + 2 * kMargin};
  return framed(page, kPageWidth + 2 * kMargin, title, description);
}

std::string htmlPage(const std::vector<Recording>& recordings, const std::string& title) {
  const Scale scale = sharedScale(recordings);
  const Fragment legend = drawLegend(recordings, scale);
  std::string html;
  add(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n{}\n",
      R"(<meta name="viewport" content="width=device-width, initial-scale=1"/>)");
  add(html, "<title>{0}</title>\n<style>{1}</style>\n</head>\n<body>\n<main>\n<h1>{0}</h1>\n",
      escapeXml(title), kStyle);
  add(html, "<p>{}</p>\n", kHowToRead);
  addHtmlTable(html, recordings);
  html += framed({patternDefinitions() + legend.svg, legend.height}, kPageWidth, "Legend",
                 "The patterns that the panels use.");
  for (const Recording& recording : recordings) addHtmlPanel(html, recording, scale);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace poetry::timeline
