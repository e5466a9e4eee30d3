// guardd: the supervisor. Reads the site file and the policy, starts and joins the processes of
// the guard, watches them. This file is the wiring.
//
//   guardd SITE.xml            run in the foreground until SIGTERM; SIGHUP reads the policy again
//   guardd --check SITE.xml    read and check everything, start nothing
//   guardd --graph [SITE.xml]  print the declared processes and arrows
//
// Exit status: 0 ended as asked, or the check found no fault; 1 another guardd has the log; 2 a
// file is bad, or a place is; 3 wrong usage; 69 the service could not start or stop as it should;
// 74 the audit log is broken, or its directory cannot be used (of --check 2).

#include <grp.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/supervisor/access_file.h"
#include "guard/supervisor/graph.h"
#include "guard/supervisor/house.h"
#include "guard/supervisor/log_lock.h"
#include "guard/supervisor/place_checks.h"
#include "guard/supervisor/plan.h"
#include "guard/supervisor/replan.h"
#include "guard/supervisor/site.h"

namespace {

namespace supervisor = guard::supervisor;

constexpr int kNo = 1;
constexpr int kBadInput = 2;
constexpr int kBadUsage = 3;
constexpr int kNoLog = 74;
constexpr int kLockPatienceMs = 2000;

void complain(const guard::FileError& error) {
  std::fprintf(stderr, "%s\n", error.to_string().c_str());
}

std::filesystem::path own_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

// The group's number; nullopt where the host has no such group.
std::optional<gid_t> group_of(const std::string& written) {
  gid_t number = 0;
  const auto [end, fault] =
      std::from_chars(written.data(), written.data() + written.size(), number);
  if (fault == std::errc{} && end == written.data() + written.size()) return number;
  const group* found = ::getgrnam(written.c_str());
  if (found == nullptr) return std::nullopt;
  return found->gr_gid;
}

// What stands in the site file and beside it for operators. It complains where something is wrong.
struct Operators {
  guard::control::Rights rights;
  supervisor::OperatorState state;
};

std::optional<gid_t> read_group(const supervisor::Site& site, const supervisor::Place& place,
                                const std::string& written) {
  const auto group = group_of(written);
  if (!group) {
    complain({site.file, place.line, place.column, "no group " + written,
              "expected a group of this host"});
  }
  return group;
}

// The group that may read the metrics, none inside where none is named; nullopt after a complaint.
std::optional<std::optional<gid_t>> metrics_readers(const supervisor::Site& site) {
  if (!site.metrics || !site.metrics->group) return std::optional<gid_t>();
  const auto group = read_group(site, site.metrics->place, *site.metrics->group);
  if (!group) return std::nullopt;
  return group;
}

std::optional<Operators> read_operators(const supervisor::Site& site) {
  const supervisor::ControlSite& control = *site.control;
  Operators operators;
  for (auto [written, right] : {std::pair(&control.operators, &operators.rights.operators),
                                std::pair(&control.viewers, &operators.rights.viewers),
                                std::pair(&control.auditors, &operators.rights.auditors)}) {
    if (!*written) continue;
    *right = read_group(site, control.place, **written);
    if (!*right) return std::nullopt;
  }
  auto state = supervisor::load_operator_state(control.state);
  if (!state) {
    complain(state.error());
    return std::nullopt;
  }
  operators.state = std::move(*state);
  // An emergency is no time to learn that a block cannot be kept.
  if (const auto kept = supervisor::can_keep_operator_state(control.state); !kept) {
    complain({site.file, 0, 0, kept.error(), "expected a folder in which guardd can write"});
    return std::nullopt;
  }
  return operators;
}

std::optional<supervisor::ControlParts> make_control(const supervisor::Site& site) {
  auto operators = read_operators(site);
  if (!operators) return std::nullopt;
  auto socket = supervisor::ControlSocket::open(
      site.control->socket, [rights = operators->rights](const guard::control::Asker& asker) {
        return role_of(asker, rights, ::geteuid()) != guard::control::Role::kNone;
      });
  if (!socket) {
    std::fprintf(stderr, "guardd: %s\n", socket.error().c_str());
    return std::nullopt;
  }
  return supervisor::ControlParts{std::move(*socket), site.control->state,
                                  std::move(operators->state), operators->rights};
}

// What stands in the site file, with what only guardd knows.
std::expected<supervisor::Site, guard::FileError> read_site(const std::string& file) {
  auto site = supervisor::load_site(file);
  if (site && site->spif_trust) {
    site->spif_trust->verifier = own_folder() / site->spif_trust->verifier;
  }
  return site;
}

// The plan of the files as they are now, for the guard that was started with `running`.
std::expected<supervisor::Plan, std::vector<guard::FileError>> plan_again(
    const supervisor::Site& running, const supervisor::Plan& in_force) {
  const auto site = read_site(running.file);
  if (!site) return std::unexpected(std::vector{site.error()});
  auto plan = supervisor::replan(running, in_force, *site, guard::now_utc());
  if (!plan) return plan;
  for (auto& filter : plan->filters) {
    filter.crash_on_request = in_force.filters.front().crash_on_request;
  }
  return plan;
}

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

int run(const supervisor::Site& site, supervisor::Plan plan) {
  auto lock = supervisor::lock_log(site.log, kLockPatienceMs);
  if (!lock) {
    std::fprintf(stderr, "guardd: %s\n", lock.error().what.c_str());
    return lock.error().taken ? kNo : kNoLog;
  }
  supervisor::HouseParts parts;
  parts.manager = supervisor::ServiceManager::from_environment(variable, ::getpid());
  parts.site = site.file;
  parts.replan = [site](const supervisor::Plan& in_force) { return plan_again(site, in_force); };
  if (site.control) {
    auto control = make_control(site);
    if (!control) return kBadInput;
    parts.control.emplace(std::move(*control));
  }
  if (const auto written = supervisor::write_access_file(site); !written) {
    std::fprintf(stderr, "guardd: %s\n", written.error().c_str());
    return kBadInput;
  }
  if (site.metrics) {
    const auto readers = metrics_readers(site);
    if (!readers) return kBadInput;
    auto metrics = supervisor::MetricsListener::open(*site.metrics, *readers);
    if (!metrics) {
      std::fprintf(stderr, "guardd: metrics: %s\n", metrics.error().c_str());
      return kBadInput;
    }
    parts.metrics.emplace(std::move(*metrics));
  }
  parts.plan = std::move(plan);
  for (const guard::Side side : {guard::Side::kHigh, guard::Side::kLow}) {
    parts.network_namespaces[static_cast<std::size_t>(side)] = site.edge(side).network_namespace;
  }
  parts.executables = own_folder();
  parts.lock = std::move(*lock);
  supervisor::House house(std::move(parts));
  return house.run();
}

// A SIGHUP that comes while the files are being read means "look again", and would by default be
// the end: it waits until the house listens.
void keep_hangup() {
  sigset_t hangup;
  ::sigemptyset(&hangup);
  ::sigaddset(&hangup, SIGHUP);
  ::sigprocmask(SIG_BLOCK, &hangup, nullptr);
}

// Complains of what this host makes of the site's places; gives the status to end with, or 0.
int complain_of_places(const supervisor::Site& site) {
  const auto faults = supervisor::place_faults(site);
  const auto of_log = supervisor::log_faults(site);
  for (const guard::FileError& error : faults) complain(error);
  for (const guard::FileError& error : of_log) complain(error);
  if (!faults.empty()) return kBadInput;
  return of_log.empty() ? 0 : kNoLog;
}

int check_and_run(const std::string& file, bool check_only, bool crash_on_request) {
  const auto site = read_site(file);
  if (!site) {
    complain(site.error());
    return kBadInput;
  }
  auto plan = supervisor::make_plan(*site, guard::now_utc());
  if (!plan) {
    for (const guard::FileError& error : plan.error()) complain(error);
    return kBadInput;
  }
  const int unfit = complain_of_places(*site);
  if (check_only) {
    if (unfit != 0) return kBadInput;
    if (site->control && !read_operators(*site)) return kBadInput;
    if (!metrics_readers(*site)) return kBadInput;
    std::printf("%s%s", plan->summary.c_str(), supervisor::log_warning(*site).c_str());
    return 0;
  }
  if (unfit != 0) return unfit;
  for (const std::string& line : plan->warnings) std::fprintf(stderr, "guardd: %s\n", line.c_str());
  for (auto& filter : plan->filters) filter.crash_on_request = crash_on_request;
  return run(*site, std::move(*plan));
}

// What is started: guard-metrics only where the site file wants it.
int print_graph(const std::string& file) {
  bool metrics = false;
  if (!file.empty()) {
    const auto site = read_site(file);
    if (!site) {
      complain(site.error());
      return kBadInput;
    }
    metrics = site->metrics.has_value();
  }
  std::printf("%s", supervisor::describe(metrics).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The supervisor of xmpp-guard: starts, joins and watches its processes."};
  std::string file;
  bool check_only = false;
  bool graph = false;
  bool crash_on_request = false;
  app.add_flag("--check", check_only, "read and check everything, start nothing");
  app.add_flag("--graph", graph, "print the declared processes and the arrows between them");
  // For tests: a filter of a release build refuses to start with it.
  app.add_flag("--crash-on-request", crash_on_request)->group("");
  app.add_option("SITE", file, "the site file, guard.xml");
  app.set_version_flag("--version", GUARD_VERSION);
  app.footer(
      "Examples:\n  guardd --check /etc/xmpp-guard/guard.xml\n  guardd /etc/xmpp-guard/guard.xml");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  if (graph) {
    return print_graph(file);
  }
  if (file.empty()) {
    std::fprintf(stderr, "guardd: no site file, expected guardd [--check] SITE.xml\n");
    return kBadUsage;
  }
  if (!check_only) keep_hangup();
  return check_and_run(file, check_only, crash_on_request);
}
