#include "guard/supervisor/house.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "guard/base/check.h"
#include "guard/supervisor/spawn.h"

namespace guard::supervisor {
namespace {

constexpr std::uint64_t kSpareFiles = 128;  // of an edge, beside its connections

Moment monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

void say(const std::string& text) { std::fprintf(stderr, "guardd: %s\n", text.c_str()); }

Side side_of_edge(Process process) {
  return process == Process::kEdgeHigh ? Side::kHigh : Side::kLow;
}

Side side_of_filter(Process process) {
  return process == Process::kFilterHigh ? Side::kHigh : Side::kLow;
}

int exit_status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

Descriptor listen_to_signals() {
  sigset_t wanted;
  ::sigemptyset(&wanted);
  for (const int number : {SIGCHLD, SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&wanted, number);
  CHECK(::sigprocmask(SIG_BLOCK, &wanted, nullptr) == 0);
  return Descriptor(::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
}

}  // namespace

House::House(HouseParts parts)
    : parts_(std::move(parts)),
      watch_(parts_.metrics.has_value()),
      signals_(listen_to_signals()),
      store_(::memfd_create("hand-over-store", MFD_CLOEXEC)),
      revocations_(parts_.plan.revocations),
      credentials_(parts_.plan.certificates),
      started_(now_utc()) {
  CHECK(signals_ && store_);
  open_desk();
}

House::Inhabitant& House::inhabitant(Process process) {
  return inhabitants_[static_cast<std::size_t>(process)];
}

int House::run() {
  act(watch_.start(monotonic()));
  note_policy();
  note_absent({}, desk_->kept_out());
  while (!exit_status_) {
    wait();
    if (exit_status_) break;
    act(watch_.tick(monotonic()));
    act(reload_.tick(watch_.all_ready(), monotonic()));
    if (!exit_status_) look_at_dates();
    if (!exit_status_) look_at_files(monotonic());
    parts_.manager.tick(watch_.all_ready() && !watch_.stopping(), monotonic());
    if (!exit_status_ && monotonic() >= next_figures_) tell_metrics();
  }
  return *exit_status_;
}

void House::act(const Watch::Actions& actions) {
  for (const Action& action : actions) act_on(action);
  settle();
}

void House::settle() {
  send_notes();
  for (Inhabitant& one : inhabitants_) {
    if (one.control) one.control->flush();
  }
  if (!staged_) return;
  for (Inhabitant& one : staged_->filters) {
    if (one.control) one.control->flush();
  }
}

void House::act_on(const Action& action) {
  switch (action.what) {
    case Action::What::kKill: {
      Inhabitant& victim = inhabitant(action.process);
      if (victim.pid > 0) {
        ::kill(victim.pid, SIGKILL);
        // Its successor must not meet it: an old recorder may still hold the log in a slow write.
        ::waitpid(victim.pid, nullptr, 0);
      }
      gone(action.process);
      return;
    }
    case Action::What::kStart:
      return start(action.process);
    case Action::What::kJoin:
      return join(action.arrow);
    case Action::What::kPing:
      if (auto& control = inhabitant(action.process).control)
        control->send(wire::Ping{action.number});
      return;
    case Action::What::kStop:
      if (auto& control = inhabitant(action.process).control) control->send(wire::Stop{});
      return;
    case Action::What::kNote:
      return note(action.event, action.detail);
    case Action::What::kAllReady:
      say("ready");
      return tell_ready();
    case Action::What::kExit:
      exit_status_ = action.status;
      return;
  }
}

std::uint64_t House::next_epoch() {
  const auto now = static_cast<std::uint64_t>(now_utc().microseconds);
  last_epoch_ = std::max(last_epoch_ + 1, now);
  return last_epoch_;
}

std::optional<House::Inhabitant> House::spawn_one(Process process) {
  wire::Ends ends = wire::make_channel(false);
  Birth birth;
  birth.executable = parts_.executables / executable_of(process);
  birth.arguments = {std::string(name_of(process))};
  birth.control = ends.second.number();
  Inhabitant one;
  if (role_of(process) == wire::Role::kEdge) {
    const Side side = side_of_edge(process);
    const auto& limits = parts_.plan.edges[static_cast<std::size_t>(side)].limits;
    birth.network_namespace = parts_.network_namespaces[static_cast<std::size_t>(side)];
    birth.open_files = std::uint64_t{2} * limits.streams + kSpareFiles;
    one.epoch = next_epoch();
  }
  if (process == Process::kRecorder) birth.kept = parts_.lock.number();
  if (process == Process::kMetrics) birth.kept = parts_.metrics->number();
  const auto pid = spawn(birth);
  if (!pid) {
    say(pid.error());
    return std::nullopt;
  }
  one.pid = *pid;
  one.since = now_utc();
  one.control.emplace(std::move(ends.first), wire::Channel::kControl, wire::Role::kSupervisor);
  say("started " + std::string(name_of(process)) + " as " + std::to_string(*pid));
  return one;
}

void House::start(Process process) {
  if (process == Process::kRecorder) recorder_ready_ = false;
  auto one = spawn_one(process);
  if (!one) {
    exit_status_ = 71;  // sysexits.h: the system could not do it
    return;
  }
  ++starts_[static_cast<std::size_t>(process)];
  inhabitant(process) = std::move(*one);
  configure(process);
  if (process == Process::kRecorder) tell_of_switch();
  act(reload_.started(process, monotonic()));
}

void House::configure(Process process) {
  if (process == Process::kMetrics) return tell_metrics();
  wire::Configure configure;
  switch (role_of(process)) {
    case wire::Role::kEdge: {
      auto& edge = parts_.plan.edges[static_cast<std::size_t>(side_of_edge(process))];
      edge.epoch = inhabitant(process).epoch;
      configure.configuration = wire::encode_configuration(edge);
      break;
    }
    case wire::Role::kFilter:
      configure.configuration = wire::encode_configuration(
          parts_.plan.filters[static_cast<std::size_t>(side_of_filter(process))]);
      break;
    case wire::Role::kRecorder:
      parts_.plan.recorder.fresh = !std::exchange(recorder_was_started_, true);
      configure.configuration = wire::encode_configuration(parts_.plan.recorder);
      break;
    case wire::Role::kSupervisor:
    case wire::Role::kMetrics:
      CHECK(false);
  }
  wire::ChannelEnd& control = *inhabitant(process).control;
  control.send(configure);
  if (process == Process::kRecorder) {
    control.send(wire::Adopt{wire::Channel::kStore, Side::kHigh, 0},
                 Descriptor(::fcntl(store_.number(), F_DUPFD_CLOEXEC, 0)));
  }
  if (takes_policy(process)) control.send(desk_->controls());
}

void House::join(const Arrow& arrow) {
  Inhabitant& from = inhabitant(arrow.from);
  Inhabitant& to = inhabitant(arrow.to);
  if (!from.control || !to.control) return;
  wire::Ends ends = wire::make_channel(true);
  const wire::Adopt adopt{arrow.channel, arrow.side, inhabitant(edge_of(arrow.side)).epoch};
  from.control->send(adopt, std::move(ends.first));
  to.control->send(adopt, std::move(ends.second));
}

void House::note(std::string event, std::string detail) {
  say(event + (detail.empty() ? "" : " " + detail));
  notes_.add(now_utc(), std::move(event), std::move(detail));
}

// Notes wait until there is a recorder that works: they tell of deaths, its own among them.
void House::send_notes() {
  auto& control = inhabitant(Process::kRecorder).control;
  if (!recorder_ready_ || !control) return;
  for (wire::Note& waiting : notes_.send()) control->send(std::move(waiting));
}

void House::reap() {
  for (;;) {
    int status = 0;
    const pid_t pid = ::waitpid(-1, &status, WNOHANG);
    if (pid <= 0) return;
    if (reap_filter(pid, exit_status_of(status))) continue;
    for (const Process process : kAllProcesses) {
      if (inhabitant(process).pid != pid) continue;
      listen(process);                            // what it said before it died
      if (inhabitant(process).pid != pid) break;  // replaced because of that
      gone(process);
      act(watch_.died(process, exit_status_of(status), monotonic()));
      break;
    }
  }
}

void House::listen(Process process) {
  auto& control = inhabitant(process).control;
  if (!control) return;
  const pid_t speaker = inhabitant(process).pid;
  const auto received = control->receive();
  for (const wire::AnyMessage& message : received.messages) {
    on_message(process, message);
    // Replaced because of what it said: the rest of its words are not its successor's.
    if (inhabitant(process).pid != speaker) return;
  }
  if (received.fault == wire::ChannelFault::kForbidden) {
    say(std::string(name_of(process)) + " sent what is forbidden: " + std::string(received.what));
    act(watch_.forbidden(process, monotonic()));
  } else if (received.fault) {
    control.reset();  // its death will be reaped; until then there is nothing to hear
  }
}

void House::on_message(Process process, const wire::AnyMessage& message) {
  const Moment now = monotonic();
  if (std::holds_alternative<wire::Ready>(message)) {
    if (process == Process::kRecorder) recorder_ready_ = true;
    inhabitant(process).ready = true;
    act(watch_.ready(process, now));
  } else if (const auto* pong = std::get_if<wire::Pong>(&message)) {
    watch_.pong(process, pong->number, now);
  } else if (const auto* restart = std::get_if<wire::Restart>(&message)) {
    if (process == Process::kRecorder) {
      act(watch_.restart(restart->side, restart->why, now));
    } else {
      act(watch_.forbidden(process, now));
    }
  } else if (!on_report(process, message)) {
    act(watch_.forbidden(process, now));
  }
}

// What is for the operator, or about a reload: false where another process says it than the one
// whose it is.
bool House::on_report(Process process, const wire::AnyMessage& message) {
  if (const auto* streams = std::get_if<wire::StreamCounts>(&message)) {
    if (role_of(process) != wire::Role::kEdge) return false;
    figures_.counted(side_of_edge(process), *streams);
    desk_->counted(side_of_edge(process), *streams);
    return true;
  }
  if (const auto* other = std::get_if<wire::Reconfigured>(&message)) {
    if (!takes_policy(process)) return false;
    act(reload_.reconfigured(process, other->number, monotonic()));
    return true;
  }
  if (process != Process::kRecorder) return false;
  if (const auto* notes = std::get_if<wire::NotesStored>(&message)) {
    notes_.stored(notes->number, now_utc());
  } else if (const auto* tally = std::get_if<wire::Tally>(&message)) {
    figures_.counted(*tally);
  } else if (const auto* queues = std::get_if<wire::QueueCounts>(&message)) {
    figures_.counted(*queues);
    desk_->counted(*queues);
  } else if (const auto* controls = std::get_if<wire::ControlsInForce>(&message)) {
    desk_->in_force(controls->number);
  } else if (const auto* drained = std::get_if<wire::Drained>(&message)) {
    act(reload_.drained(drained->number, drained->withdrawn));
  }
  return true;
}

void House::on_signals() {
  signalfd_siginfo info{};
  while (::read(signals_.number(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
      parts_.manager.stopping();
      act(watch_.stop(monotonic()));
      act(reload_.stop());
    } else if (info.ssi_signo == SIGHUP) {
      const std::string who = "uid " + std::to_string(info.ssi_uid) + ": SIGHUP";
      note("operator-reload", "by " + who);
      reload(who, std::nullopt);
    }
  }
  reap();
}

void House::wait() {
  std::vector<pollfd> waits{{signals_.number(), POLLIN, 0}};
  std::vector<Process> whose;
  for (const Process process : kAllProcesses) {
    const auto& control = inhabitant(process).control;
    if (!control) continue;
    const int events = POLLIN | (control->wants_write() ? POLLOUT : 0);
    waits.push_back({control->fd(), static_cast<short>(events), 0});
    whose.push_back(process);
  }
  std::vector<std::pair<Side, std::size_t>> staged;  // with its place in `waits`
  for (const Side side : kSides) {
    if (!staged_) break;
    const auto& control = staged_->filters[static_cast<std::size_t>(side)].control;
    if (!control) continue;
    const int events = POLLIN | (control->wants_write() ? POLLOUT : 0);
    staged.emplace_back(side, waits.size());
    waits.push_back({control->fd(), static_cast<short>(events), 0});
  }
  const std::size_t ours = waits.size();
  if (parts_.control) parts_.control->socket.add_polls(waits);
  const Moment now = monotonic();
  const Moment until_tick = watch_.next_tick(now) - now;
  const Moment timeout = std::clamp<Moment>(
      std::min(until_tick, dates_.wait(now_utc()).value_or(until_tick)), 0, 1000);
  const int count = ::poll(waits.data(), waits.size(), static_cast<int>(timeout));
  if (parts_.control) parts_.control->socket.tick(monotonic());
  desk_->tick(monotonic());
  if (count <= 0) return;
  for (std::size_t i = 0; i < whose.size(); ++i) {
    auto& control = inhabitant(whose[i]).control;
    if (!control || control->fd() != waits[i + 1].fd) continue;
    if ((waits[i + 1].revents & POLLOUT) != 0) control->flush();
    if ((waits[i + 1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) listen(whose[i]);
  }
  for (const auto& [side, at] : staged) {
    if (waits[at].revents != 0) listen_staged(side);
  }
  if ((waits[0].revents & POLLIN) != 0) on_signals();
  if (!parts_.control) return;
  const std::vector<pollfd> theirs(waits.begin() + static_cast<std::ptrdiff_t>(ours), waits.end());
  parts_.control->socket.polled(
      theirs, monotonic(),
      [this](std::uint64_t number, const control::Asker& asker,
             const std::expected<control::Request, std::string>& request) {
        desk_->asked(number, asker, request, now_utc(), monotonic());
      });
  settle();  // what the desk has put on the channels
}

}  // namespace guard::supervisor
