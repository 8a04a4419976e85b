#pragma once

#include <list>
#include <memory>
#include <string>

#include "complaint.h"
#include "lab_folder.h"
#include "markdown.h"
#include "ports.h"
#include "session.h"
#include "shell.h"

namespace poetry::readme {

// Runs the sessions of one README, in order, and compares what comes with what the README shows.
// A program whose first word is "Serving" is a server: it stays until a later session starts
// another one on its port, or until the README's end.
class SessionRunner {
 public:
  // The session must outlive us.
  void run(const Fence& session);

  // Stops the servers. Returns all that was wrong. Must come last.
  Complaints finish();

 private:
  struct Server {
    const Fence* session;
    Command command;
    std::unique_ptr<Shell> shell;
  };

  void runCommand(const Fence& session, const Command& command);
  void stopServersOfOthers(const Fence& session, const std::string& port);
  void stop(const Server& server);
  void compare(const Fence& session, const Command& command, const Lines& shown,
               const std::string& output);
  void complain(int line, const std::string& text) { complaints_.push_back({line, text}); }

  LabFolder folder_;
  Ports ports_;
  std::list<Server> servers_;
  Complaints complaints_;
};

// Checks all ```console fences of a README. Tells on standard output which of them are not run.
Complaints checkSessions(const Markdown& readme, const std::string& name);

}  // namespace poetry::readme
