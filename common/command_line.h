#pragma once

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

// CLI11, which is a large header: command_line.cpp alone includes it.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace poetry {

// Thrown by the parsers and by other code that finds the arguments wrong. The run functions of
// common/program.h print it on stderr as one line and exit with 2.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Thrown by the parsers for --help: printed on stdout, exit code 0.
struct HelpRequest {
  std::string text;
};

// What one option takes, beyond its type.
class CommandLineOption {
 public:
  explicit CommandLineOption(CLI::Option* option) : option_(option) {}

  CommandLineOption& required();
  CommandLineOption& notEmpty();
  CommandLineOption& positive();
  CommandLineOption& between(int least, int most);
  CommandLineOption& between(double least, double most);
  CommandLineOption& oneOf(const std::vector<std::string>& words);
  // `complaint` says what is wrong with a text; nothing if it is all right.
  CommandLineOption& check(const std::function<std::string(const std::string&)>& complaint);
  CommandLineOption& showType(const std::string& name);  // in --help
  CommandLineOption& showDefault();                      // in --help

 private:
  CLI::Option* option_;
};

// Which arguments a program takes, and where their values go: into variables that are there until
// parse() has returned, and that keep their value if the argument is not given.
class CommandLine {
 public:
  CommandLine(const std::string& purpose, const std::string& footer);
  ~CommandLine();
  CommandLine(CommandLine&& other) noexcept;

  // How --help names the program, if not as it was started; and how wide its left column is.
  void setName(const std::string& name);
  void setColumnWidth(std::size_t width);

  // What to say where a required argument is missing, instead of its name.
  void setMissing(const std::string& complaint) { missing_ = complaint; }

  // A name without dashes is that of an argument that stands by itself. Value: int, std::size_t,
  // double, std::string, or a vector of int or std::string.
  template <typename Value>
  CommandLineOption add(const std::string& name, Value& value, const std::string& meaning);

  // As above, for a value that is written differently from how it is kept: when all arguments are
  // known, parse() calls `take` with the text, which throws UsageError if that cannot be right. The
  // second takes any number of them.
  using Take = std::function<void(const std::string&)>;
  CommandLineOption addParsed(const std::string& name, const Take& take,
                              const std::string& meaning);
  CommandLineOption addParsedMany(const std::string& name, const Take& take,
                                  const std::string& meaning);

  // An argument that sets `value` to `to`.
  void addFlag(const std::string& name, bool& value, const std::string& meaning, bool to = true);

  // Throws HelpRequest or UsageError.
  void parse(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> parser_;
  std::string missing_;
  std::vector<std::function<void()>> afterwards_;
};

}  // namespace poetry
