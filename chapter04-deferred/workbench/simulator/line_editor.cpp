#include "workbench/simulator/line_editor.h"

#include <clocale>
#include <cstdio>
#include <stdexcept>

namespace poetry::simulator {

namespace {

constexpr int kLinesRemembered = 1000;

// libedit asks for the prompt by a function that knows only the editor.
char* promptOf(EditLine* editor) {
  void* prompt = nullptr;
  ::el_get(editor, EL_CLIENTDATA, &prompt);
  return static_cast<char*>(prompt);
}

}  // namespace

LineEditor::LineEditor(const char* program, const char* prompt)
    : history_(::history_init(), &::history_end),
      editor_(::el_init(program, stdin, stdout, stderr), &::el_end) {
  if (!history_ || !editor_) throw std::runtime_error("the terminal can not be used for editing");
  ::el_set(editor_.get(), EL_CLIENTDATA, prompt);
  configure();
}

void LineEditor::configure() {
  std::setlocale(LC_CTYPE, "");  // else it takes every byte for a character
  HistEvent event{};
  ::history(history_.get(), &event, H_SETSIZE, kLinesRemembered);
  ::history(history_.get(), &event, H_SETUNIQUE, 1);
  EditLine* editor = editor_.get();
  ::el_set(editor, EL_HIST, ::history, history_.get());
  ::el_set(editor, EL_PROMPT, &promptOf);
  ::el_set(editor, EL_EDITOR, "emacs");
  ::el_set(editor, EL_SIGNAL, 1);  // it puts the terminal in order before a signal ends us
  // While it edits, the keys that would send a signal are keys like others.
  ::el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  ::el_set(editor, EL_BIND, "^C", "em-kill-line", nullptr);
}

std::optional<std::string> LineEditor::read() {
  int length = 0;
  const char* line = ::el_gets(editor_.get(), &length);
  if (line == nullptr || length <= 0) return {};
  std::string text(line, static_cast<std::size_t>(length));
  if (text.back() == '\n') text.pop_back();
  if (!text.empty()) remember(text.c_str());
  return text;
}

void LineEditor::remember(const char* line) {
  HistEvent event{};
  ::history(history_.get(), &event, H_ENTER, line);
}

}  // namespace poetry::simulator
