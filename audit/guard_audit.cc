// guard-audit: the security officer's tool: find decisions in the audit log, and prove it whole.
//
// Exit status: 0 it ran, the log is whole, the proof holds; 1 it is not, does not, there is no
// such record; 2 something cannot be read; 3 wrong usage.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>

#include "audit/tool.h"

namespace {

int run(int argc, char** argv) {
  using namespace audit::tool;
  CLI::App app("Reads the audit log of xmpp-guard; never changes it.", "guard-audit");
  app.require_subcommand(1);
  Run chosen;
  add_query(app, chosen);
  add_show(app, chosen);
  add_follow(app, chosen);
  add_trace(app, chosen);
  add_report(app, chosen);
  add_export(app, chosen);
  add_verify(app, chosen);
  add_prove(app, chosen);
  add_check_proof(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kYes : kUsage;
  }
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
