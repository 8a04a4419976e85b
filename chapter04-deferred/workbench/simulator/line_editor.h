#pragma once

#include <histedit.h>

#include <memory>
#include <optional>
#include <string>

namespace poetry::simulator {

// Lines that are typed on a terminal, with editing and a history, by libedit.
class LineEditor {
 public:
  // The prompt must outlive the editor.
  LineEditor(const char* program, const char* prompt);

  // The next line; nothing if there are no more. Ctrl-C clears what is typed.
  std::optional<std::string> read();

 private:
  void configure();
  void remember(const char* line);

  std::unique_ptr<History, decltype(&::history_end)> history_;
  std::unique_ptr<EditLine, decltype(&::el_end)> editor_;
};

}  // namespace poetry::simulator
