// Purpose: puts title, legend, charts and totals together into a page. Fails: never.

#include "tools/timeline/page.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "tools/timeline/chart.h"
#include "tools/timeline/lane.h"
#include "tools/timeline/text.h"

namespace poetry::timeline {

namespace {

constexpr double kMargin = 20;
constexpr std::string_view kFonts =
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
constexpr std::string_view kHowToRead =
    "A lane is one task's life, hatched while it waits and dark while it works; before and after "
    "it "
    "is empty. All panels share one time axis, so the shorter one is the faster program. A ratio "
    "of "
    "1.00 means that the whole run took no longer than its slowest task alone.";

// A server's lanes are its clients; they are sent to.
std::string countLanes(const Recording& recording, std::size_t count) {
  const auto& names = recording.names;
  const bool isServer = std::find(names.begin(), names.end(), "send") != names.end();
  return formatCount(count, isServer ? "client" : "task");
}

std::string delaysLine(const Totals& totals) {
  return fmt::format(
      "Total {} s. Sum of delays {} s, longest delay {} s, total / longest delay = {}.",
      formatSeconds(totals.seconds), formatSeconds(totals.sumOfDelays),
      formatSeconds(totals.longestDelay), formatRatio(totals));
}

std::string sharesOf(const Totals& totals) {
  constexpr double kWorthSaying = 0.001;
  const auto share = [&](SpanKind kind) { return totals.shares[indexOf(kind)]; };
  std::string shares = fmt::format("waiting {}, working {}", formatShare(share(SpanKind::kWaiting)),
                                   formatShare(share(SpanKind::kHandling)));
  if (const double connecting = share(SpanKind::kConnecting); connecting >= kWorthSaying)
    shares += ", connecting " + formatShare(connecting);
  if (const double other = share(SpanKind::kOther); other >= kWorthSaying)
    shares += ", other " + formatShare(other);
  return shares;
}

std::string sharesLine(const Recording& recording, const Totals& totals) {
  const std::size_t all = recording.tasks.size();
  const std::size_t left = all - countDrawnTasks(recording);
  std::string line =
      fmt::format("{}: {}.", totals.sharesAreOfLoop ? "Loop" : "Tasks", sharesOf(totals));
  if (totals.failed > 0) line += fmt::format(" {} failed.", countLanes(recording, totals.failed));
  if (totals.cutShort > 0)
    line += fmt::format(" {} cut short.", countLanes(recording, totals.cutShort));
  if (left > 0)
    line +=
        fmt::format(" {} not drawn; the totals cover all {}.", countLanes(recording, left), all);
  return line;
}

// For those who hear the drawing.
std::string descriptionOf(const Recording& recording) {
  const Totals totals = totalsOf(recording);
  return fmt::format("{}, {}, {}. {} {}", recording.model, recording.program,
                     countLanes(recording, recording.tasks.size()), delaysLine(totals),
                     sharesLine(recording, totals));
}

std::string panelTitle(const Recording& recording) {
  return fmt::format("{}, {} s", recording.model, formatSeconds(recording.seconds));
}

struct Frame {
  double width = 0;
  double height = 0;
  std::string title;
  std::string description;
};

std::string framed(const Frame& frame, std::string_view content) {
  std::string svg;
  add(svg, R"(<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {0:.0f} {1:.0f}" )",
      frame.width, std::ceil(frame.height));
  add(svg, R"(width="{:.0f}" height="{:.0f}" font-family="{}" fill="{}" )", frame.width,
      std::ceil(frame.height), kFonts, kInk);
  add(svg, R"(style="max-width:100%;height:auto;font-variant-numeric:tabular-nums">)");
  add(svg, "\n<title>{}</title>\n<desc>{}</desc>\n", escapeXml(frame.title),
      escapeXml(frame.description));
  add(svg, "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n", content);
  return svg;
}

// An SVG that is written from the top down.
class Sheet {
 public:
  void addSpace(double height) { height_ += height; }

  void addLine(std::string_view words, double size, std::string_view attributes = "") {
    height_ += size * 1.4;
    add(svg_, "<text y=\"{:.1f}\" font-size=\"{}\" {}>{}</text>\n", height_, size, attributes,
        escapeXml(fitText(words, size, kPageWidth)));
  }

  void addHeading(const Recording& recording) {
    height_ += 20;
    add(svg_,
        R"(<text y="{:.1f}" font-size="13"><tspan font-size="17" font-weight="bold">{}</tspan>)",
        height_, escapeXml(fitText(recording.model, 17, 300)));
    add(svg_, R"(<tspan dx="10">{}, {}</tspan>)", escapeXml(fitText(recording.program, 13, 350)),
        countLanes(recording, recording.tasks.size()));
    add(svg_, "<tspan dx=\"10\" font-weight=\"bold\">{} s</tspan></text>\n",
        formatSeconds(recording.seconds));
  }

  void addFragment(const Fragment& fragment) {
    add(svg_, "<g transform=\"translate(0 {:.1f})\">\n{}</g>\n", height_, fragment.svg);
    height_ += fragment.height;
  }

  std::string finish(std::string title, std::string description) const {
    const Frame frame{kPageWidth + 2 * kMargin, height_ + 2 * kMargin, std::move(title),
                      std::move(description)};
    return framed(frame, fmt::format("{0}<g transform=\"translate({1} {1})\">\n{2}</g>\n",
                                     patternDefinitions(), kMargin, svg_));
  }

 private:
  std::string svg_;
  double height_ = 0;
};

void addHtmlTable(std::string& html, const std::vector<Recording>& recordings) {
  html +=
      "<table>\n<thead><tr><th scope=\"col\">model</th><th scope=\"col\">seconds</th>"
      "<th scope=\"col\">sum of delays</th><th scope=\"col\">longest delay</th>"
      "<th scope=\"col\">ratio</th></tr></thead>\n<tbody>\n";
  for (const Recording& recording : recordings) {
    const Totals totals = totalsOf(recording);
    add(html, "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
        escapeXml(recording.model), formatSeconds(totals.seconds),
        formatSeconds(totals.sumOfDelays), formatSeconds(totals.longestDelay), formatRatio(totals));
  }
  html += "</tbody>\n</table>\n";
}

void addHtmlPanel(std::string& html, const Recording& recording, const Scale& scale) {
  const Totals totals = totalsOf(recording);
  const Fragment chart = drawChart(recording, scale);
  add(html, "<section>\n<h2>{} <small>{}, {}</small> <b>{} s</b></h2>\n",
      escapeXml(recording.model), escapeXml(recording.program),
      countLanes(recording, recording.tasks.size()), formatSeconds(recording.seconds));
  html += framed({kPageWidth, chart.height, panelTitle(recording), descriptionOf(recording)},
                 chart.svg);
  add(html, "<p>{}<br/>{}</p>\n</section>\n", escapeXml(delaysLine(totals)),
      escapeXml(sharesLine(recording, totals)));
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
  Sheet sheet;
  sheet.addLine(title, 20, R"(font-weight="bold")");
  sheet.addSpace(12);
  sheet.addFragment(drawLegend(recordings, scale));
  for (const Recording& recording : recordings) {
    const Totals totals = totalsOf(recording);
    sheet.addSpace(16);
    sheet.addHeading(recording);
    sheet.addSpace(6);
    sheet.addFragment(drawChart(recording, scale));
    sheet.addLine(delaysLine(totals), 13);
    sheet.addLine(sharesLine(recording, totals), 13);
    description += fmt::format(" {}", descriptionOf(recording));
  }
  return sheet.finish(title, std::move(description));
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
  html += framed({kPageWidth, legend.height, "Legend", "The patterns that the panels use."},
                 patternDefinitions() + legend.svg);
  for (const Recording& recording : recordings) addHtmlPanel(html, recording, scale);
  return html + "</main>\n</body>\n</html>\n";
}

}  // namespace poetry::timeline
