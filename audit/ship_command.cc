// ship: a log into the fleet's database.
#include <chrono>
#include <cstdio>
#include <thread>

#include "audit/ship.h"
#include "audit/tool.h"

namespace audit::tool {
namespace {

struct ShipCommand {
  std::string log, url, key;
  std::vector<std::string> anchors;
  ShipOptions options;
  bool follow = false;
  bool quiet = false;
};

constexpr auto kPoll = std::chrono::milliseconds(500);
constexpr auto kRetry = std::chrono::seconds(1);  // after the connection was lost

// Checks every hash and signature, where somebody says whose they have to be.
int verify_first(const ShipCommand& command) {
  if (command.key.empty() && command.anchors.empty()) {
    complain("hashes and their chain are checked; signatures are not (--key FILE checks them)");
    return kYes;
  }
  auto options = verify_options(command.key, command.anchors);
  if (!options) return kUnreadable;
  Progress progress("verify", command.quiet, false);
  options->seen = [&](double share) { progress.share(share); };
  const auto seen = verify(command.log, *options);
  progress.hide();
  if (!seen) {
    complain(seen.error());
    return kUnreadable;
  }
  if (!seen->fault) return kYes;
  complain("NOT WHOLE, nothing is shipped: record " + std::to_string(seen->fault->sequence) + ": " +
           seen->fault->what);
  return kNo;
}

// Ships until there is nothing more, or for ever; `lost` says that another connection may help.
int ship_on(const ShipCommand& command, Postgres& database, bool& lost) {
  while (true) {
    Progress progress("ship", command.quiet || command.follow, false);
    ShipOptions options = command.options;
    options.seen = [&](double share) { progress.share(share); };
    const auto done = ship(command.log, database, options);
    progress.hide();
    if (!done) {
      complain(done.error().what);
      lost = done.error().lost;
      return done.error().refused ? kNo : kUnreadable;
    }
    if (!command.follow || done->records > 0) {
      put(std::to_string(done->records) + " records shipped of " + done->guard + ", up to " +
          std::to_string(done->last) + "\n");
      std::fflush(stdout);
    }
    if (!command.follow) return kYes;
    if (std::ferror(stdout) != 0) return kUnreadable;
    std::this_thread::sleep_for(kPoll);
  }
}

int run_ship(const ShipCommand& command) {
  if (const int status = verify_first(command); status != kYes) return status;
  while (true) {
    auto database = Postgres::open(command.url);
    bool lost = false;
    int status = kUnreadable;
    if (database) {
      status = ship_on(command, *database, lost);
    } else {
      complain(database.error().what);
      lost = database.error().lost;
    }
    if (!command.follow || !lost) return status;
    std::this_thread::sleep_for(kRetry);
  }
}

}  // namespace

void add_ship(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("ship", "Copy a log into the fleet's PostgreSQL database");
  command->footer(
      "Examples:\n"
      "  psql -d audit -f audit/fleet.sql        once, by who owns the database\n"
      "  guard-audit ship /var/log/xmpp-guard --database postgresql://audit.mgmt/audit --name "
      "north\n"
      "Each record is there exactly once, whatever stops it: it goes on from where the database "
      "is.\n"
      "Sealed content stays in the log. Give passwords in ~/.pgpass or PGPASSWORD: everybody sees\n"
      "a command line.");
  auto options = std::make_shared<ShipCommand>();
  command->add_option("LOG", options->log, "The log's directory")->required();
  command->add_option("--database", options->url, "The database's URL")->required();
  command->add_option("--name", options->options.guard,
                      "What the guard is called there (else the log's own name)");
  add_quiet(*command, options->quiet);
  command->add_flag("--follow", options->follow, "Go on with what is written from now on");
  command->add_option("--batch", options->options.batch, "Records of a transaction (8192)")
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--key", options->key, "First verify, against this root key (PEM)");
  command->add_option("--anchor", options->anchors, "First verify, against these checkpoints");
  command->callback([options, &run] { run = [options] { return run_ship(*options); }; });
}

}  // namespace audit::tool
