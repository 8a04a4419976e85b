#include "common/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace poetry {

CommandLineOption& CommandLineOption::required() {
  option_->required();
  return *this;
}

CommandLineOption& CommandLineOption::notEmpty() {
  return check([](const std::string& text) { return text.empty() ? "takes a value" : ""; });
}

CommandLineOption& CommandLineOption::positive() {
  option_->check(CLI::PositiveNumber);
  return *this;
}

CommandLineOption& CommandLineOption::between(int least, int most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

CommandLineOption& CommandLineOption::between(double least, double most) {
  option_->check(CLI::Range(least, most));
  return *this;
}

CommandLineOption& CommandLineOption::oneOf(const std::vector<std::string>& words) {
  option_->check(CLI::IsMember(words));
  return *this;
}

CommandLineOption& CommandLineOption::check(
    const std::function<std::string(const std::string&)>& complaint) {
  option_->check(complaint);
  return *this;
}

CommandLineOption& CommandLineOption::showType(const std::string& name) {
  option_->type_name(name);
  return *this;
}

CommandLineOption& CommandLineOption::showDefault() {
  option_->capture_default_str();
  return *this;
}

CommandLine::CommandLine(const std::string& purpose, const std::string& footer)
    : parser_(std::make_unique<CLI::App>(purpose)) {
  parser_->footer(footer);
}

CommandLine::~CommandLine() = default;

CommandLine::CommandLine(CommandLine&& other) noexcept = default;

void CommandLine::setName(const std::string& name) {
  parser_->name(name);
}

void CommandLine::setColumnWidth(std::size_t width) {
  parser_->get_formatter()->column_width(width);
}

template <typename Value>
CommandLineOption CommandLine::add(const std::string& name, Value& value,
                                   const std::string& meaning) {
  return CommandLineOption(parser_->add_option(name, value, meaning));
}

using Name = const std::string&;
template CommandLineOption CommandLine::add(Name, int&, Name);
template CommandLineOption CommandLine::add(Name, std::size_t&, Name);
template CommandLineOption CommandLine::add(Name, double&, Name);
template CommandLineOption CommandLine::add(Name, std::string&, Name);
template CommandLineOption CommandLine::add(Name, std::vector<int>&, Name);
template CommandLineOption CommandLine::add(Name, std::vector<std::string>&, Name);

CommandLineOption CommandLine::addParsed(const std::string& name, const Take& take,
                                         const std::string& meaning) {
  const auto text = std::make_shared<std::string>();
  CLI::Option* option = parser_->add_option(name, *text, meaning);
  afterwards_.push_back([=] {
    if (option->count() > 0) take(*text);
  });
  return CommandLineOption(option);
}

CommandLineOption CommandLine::addParsedMany(const std::string& name, const Take& take,
                                             const std::string& meaning) {
  const auto texts = std::make_shared<std::vector<std::string>>();
  afterwards_.push_back([=] { std::for_each(texts->begin(), texts->end(), take); });
  return CommandLineOption(parser_->add_option(name, *texts, meaning));
}

void CommandLine::addFlag(const std::string& name, bool& value, const std::string& meaning,
                          bool to) {
  parser_->add_flag_callback(
      name, [&value, to] { value = to; }, meaning);
}

void CommandLine::parse(int argc, char** argv) {
  try {
    parser_->parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    throw HelpRequest{parser_->help()};
  } catch (const CLI::RequiredError& error) {
    throw UsageError(missing_.empty() ? error.what() : missing_);
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  for (const auto& take : afterwards_) take();
}

}  // namespace poetry
