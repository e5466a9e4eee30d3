// The part of House that goes over to another policy.
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "guard/base/hex.h"
#include "guard/base/json_writer.h"
#include "guard/supervisor/house.h"

namespace guard::supervisor {
namespace {

constexpr int kDone = 0;
constexpr int kNo = 1;
constexpr int kBadInput = 2;
constexpr std::size_t kErrorsShown = 100;

Moment monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

std::string lines_of(const std::vector<FileError>& errors) {
  std::string text;
  for (std::size_t i = 0; i < errors.size() && i < kErrorsShown; ++i) {
    text += errors[i].to_string() + "\n";
  }
  if (errors.size() > kErrorsShown) {
    text += "and " + std::to_string(errors.size() - kErrorsShown) + " more\n";
  }
  return text;
}

std::string answer_text(const Plan& plan, std::uint64_t withdrawn, bool json) {
  const std::string policy = to_hex(plan.recorder.policy_digest);
  if (!json) {
    std::string text = "policy " + policy + " is in force\n" + std::to_string(withdrawn) +
                       " stanzas that the policy before it released did not leave in time\n";
    for (const std::string& line : plan.warnings) text += line + "\n";
    return text;
  }
  JsonWriter writer;
  writer.object()
      .member("command", "reload")
      .member("done", true)
      .member("policy", policy)
      .member("configuration", to_hex(plan.recorder.configuration_digest))
      .member("withdrawn", withdrawn)
      .key("warnings")
      .array();
  for (const std::string& line : plan.warnings) writer.value(line);
  writer.end_array().end_object();
  return writer.take() + "\n";
}

std::string loaded_text(const Plan& plan) {
  std::string text = to_hex(plan.recorder.policy_digest);
  for (const std::string& signer : plan.signers) text += ", signed by " + signer;
  return text;
}

}  // namespace

void House::tell_ready() {
  if (watch_.stopping()) return;
  parts_.manager.ready("policy " + to_hex(parts_.plan.recorder.policy_digest));
}

void House::note_policy() { note("policy-loaded", loaded_text(parts_.plan)); }

void House::reload(const std::string& who, std::optional<ReloadAsker> asker) {
  const auto answer = [&](int status, const std::string& text) {
    if (asker) parts_.control->socket.answer(asker->number, {status, text});
  };
  if (watch_.stopping() || !reload_.idle()) {
    const std::string why = watch_.stopping() ? "guardd is ending" : "a reload is going on already";
    note("operator-failed", "reload by " + who + ": " + why);
    return answer(kNo, "guardctl: " + why + "\n");
  }
  parts_.manager.reloading(monotonic());
  settle();  // who asked is told to the recorder before guardd is busy
  const Moment before = monotonic();
  auto plan = parts_.replan(parts_.plan);
  watch_.slept(monotonic() - before);
  if (!plan) {
    tell_ready();
    note("policy-refused", plan.error().front().to_string());
    return answer(kBadInput,
                  lines_of(plan.error()) + "guardctl: the policy before stays in force\n");
  }
  note("policy-loaded", loaded_text(*plan));
  reload_asker_ = asker;
  staged_ = Staged{std::move(*plan), {}, {}, {}};
  act(reload_.begin(monotonic()));
}

void House::answer_reload(int status, const std::string& text) {
  const auto asker = std::exchange(reload_asker_, std::nullopt);
  if (asker) parts_.control->socket.answer(asker->number, {status, text});
}

void House::act(const Reload::Actions& actions) {
  if (actions.empty()) return;
  for (const ReloadAction& action : actions) act_on(action);
  settle();
}

void House::act_on(const ReloadAction& action) {
  switch (action.what) {
    case ReloadAction::What::kStage:
      return stage();
    case ReloadAction::What::kGiveUp:
      return give_up(action.why);
    case ReloadAction::What::kSwitch:
      return switch_policy(action.number);
    case ReloadAction::What::kEndOld:
      return end_old();
    case ReloadAction::What::kReplace:
      return act(watch_.replace(action.process, "no answer to a new policy", monotonic()));
    case ReloadAction::What::kDone:
      return done(action.withdrawn);
  }
}

void House::stage() {
  for (const Side side : kSides) {
    if (staged_) stage_filter(side);
  }
}

// A filter says Ready when it has both its ends: the other ends wait here for the switch.
void House::stage_filter(Side side) {
  const auto at = static_cast<std::size_t>(side);
  auto one = spawn_one(filter_of(side));
  if (!one) return act(reload_.died(side, "it could not be started"));
  wire::Ends offers = wire::make_channel(true);
  wire::Ends judgements = wire::make_channel(true);
  one->control->send(wire::Configure{wire::encode_configuration(staged_->plan.filters[at])});
  one->control->send(wire::Adopt{wire::Channel::kOffers, side, 0}, std::move(offers.second));
  one->control->send(wire::Adopt{wire::Channel::kJudgements, side, 0}, std::move(judgements.first));
  staged_->offers[at] = std::move(offers.first);
  staged_->judgements[at] = std::move(judgements.second);
  staged_->filters[at] = std::move(*one);
}

void House::listen_staged(Side side) {
  if (!staged_) return;
  Inhabitant& one = staged_->filters[static_cast<std::size_t>(side)];
  if (!one.control) return;
  one.control->flush();
  const auto received = one.control->receive();
  const bool speaks_well = std::ranges::all_of(received.messages, [](const auto& message) {
    return std::holds_alternative<wire::Ready>(message);
  });
  if (!speaks_well || received.fault == wire::ChannelFault::kForbidden) {
    return act(reload_.died(side, "forbidden message"));
  }
  if (!received.messages.empty()) {
    one.ready = true;
    act(reload_.ready(side));
  }
  if (received.fault) one.control.reset();  // its death will be reaped
}

void House::give_up(const std::string& why) {
  for (Inhabitant& one : staged_->filters) leaving_.push_back(std::move(one));
  staged_.reset();
  end_old();
  tell_ready();
  note("policy-refused", why);
  answer_reload(kNo, "guardctl: " + why + "; the policy before stays in force\n");
}

// One turn: what is started from here on has the new policy, whatever dies meanwhile.
void House::switch_policy(std::uint64_t number) {
  Staged next = std::move(*staged_);
  staged_.reset();
  parts_.plan = std::move(next.plan);
  revocations_ = RevocationWatch(parts_.plan.revocations);
  credentials_ = CredentialWatch(parts_.plan.certificates);
  next_look_ = 0;
  // First what is blocked, by the new numbers: no new number is ever open that should not be.
  look_up_dates(now_utc());
  std::vector<wire::AbsentPeer> absent = dates_.absent();
  note_absent(desk_->kept_out(), absent);
  desk_->go_over(parts_.plan.recorder.peers, std::move(absent));
  wire::ChannelEnd& recorder = *inhabitant(Process::kRecorder).control;
  tell_of_switch();
  for (const Side side : kSides) {
    const auto at = static_cast<std::size_t>(side);
    leaving_.push_back(std::exchange(inhabitant(filter_of(side)), std::move(next.filters[at])));
    Inhabitant& edge = inhabitant(edge_of(side));
    recorder.send(wire::Adopt{wire::Channel::kJudgements, side, edge.epoch},
                  std::move(next.judgements[at]));
    // Its answer to the second says that it has both.
    edge.control->send(wire::Adopt{wire::Channel::kOffers, side, edge.epoch},
                       std::move(next.offers[at]));
    edge.control->send(
        wire::ShownCertificates{parts_.plan.edges[static_cast<std::size_t>(side)].certificates});
    wire::EdgeConfiguration told = parts_.plan.edges[static_cast<std::size_t>(side)];
    told.certificates.clear();
    told.dialback_secret.clear();
    edge.control->send(wire::Reconfigure{number, wire::encode_configuration(told)});
  }
}

void House::tell_of_switch() {
  auto& control = inhabitant(Process::kRecorder).control;
  if (!reload_.switched() || !control) return;
  wire::RecorderConfiguration told = parts_.plan.recorder;
  told.log_key.clear();
  control->send(wire::Reconfigure{reload_.number(), wire::encode_configuration(told)});
}

void House::end_old() {
  for (const Inhabitant& one : leaving_) {
    if (one.pid <= 0) continue;
    ::kill(one.pid, SIGKILL);
    ::waitpid(one.pid, nullptr, 0);
  }
  leaving_.clear();
}

void House::done(std::uint64_t withdrawn) {
  tell_ready();
  const bool json = reload_asker_ && reload_asker_->json;
  answer_reload(kDone, answer_text(parts_.plan, withdrawn, json));
}

bool House::reap_filter(pid_t pid, int status) {
  const auto is = [pid](const Inhabitant& one) { return one.pid == pid; };
  if (std::erase_if(leaving_, is) > 0) return true;
  if (!staged_) return false;
  for (const Side side : kSides) {
    Inhabitant& one = staged_->filters[static_cast<std::size_t>(side)];
    if (!is(one)) continue;
    one = {};
    act(reload_.died(side, status >= 128 ? "signal " + std::to_string(status - 128)
                                         : "status " + std::to_string(status)));
    return true;
  }
  return false;
}

}  // namespace guard::supervisor
