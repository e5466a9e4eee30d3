// guard-audit: the security officer's tool: find decisions in the audit log, prove it whole, and
// keep it: archive, prune, restore.
//
// Exit status: 0 it ran, the log is whole, the proof holds; 1 it is not, does not, there is no
// such record; 2 something cannot be read; 3 wrong usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "audit/access.h"
#include "audit/tool.h"
#include "guard/base/command_line.h"

namespace {

int run(int argc, char** argv) {
  using namespace audit::tool;
  CLI::App app(
      "Searches, proves and keeps the audit log of xmpp-guard. Only the recorder writes it.",
      "guard-audit");
  app.require_subcommand(1);
  Run chosen;
  add_query(app, chosen);
  add_show(app, chosen);
  add_follow(app, chosen);
  add_trace(app, chosen);
  add_report(app, chosen);
  add_export(app, chosen);
  add_open(app, chosen);
  add_ship(app, chosen);
  add_verify(app, chosen);
  add_prove(app, chosen);
  add_check_proof(app, chosen);
  add_anchors(app, chosen);
  add_seal(app, chosen);
  add_archive(app, chosen);
  add_prune(app, chosen);
  add_sign(app, chosen);
  add_restore(app, chosen);
  // CLI11 ends its help where the footer ends.
  for (CLI::App* command : app.get_subcommands({})) command->footer(command->get_footer() + "\n");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return guard::report_command_line(app, error) ? kYes : kUsage;
  }
  if (const int status = tell_guards(*app.get_subcommands().front()); status != kYes) return status;
  return chosen();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const int status = run(argc, argv);
    return std::fflush(stdout) == 0 ? status : audit::tool::kUnreadable;
  } catch (const std::exception& error) {
    audit::tool::complain(error.what());
    return audit::tool::kUnreadable;
  }
}
