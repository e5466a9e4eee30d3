// The part of RecorderProcess that listens to guardd.
#include <string.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "guard/recorder/recorder_process.h"
#include "guard/wire/codec.h"

namespace guard::recorder {
namespace {

std::int64_t now_ms() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
}

// How large the hand-over store has to be for every peer's queue to fit, within reason: two
// spaces, of which three quarters are used.
std::size_t store_size(const wire::RecorderConfiguration& configuration) {
  constexpr std::size_t kFloor = 16U << 20;
  constexpr std::size_t kCeiling = 1U << 30;
  constexpr std::size_t kMega = 1U << 20;
  const std::size_t queues = configuration.peers.size() * configuration.limits.queue_bytes;
  return std::clamp(queues / 3 * 8 / kMega * kMega, kFloor, kCeiling);
}

// Whether every peer has kept its number: the lists agree as far as the old one goes.
bool goes_on(const std::vector<wire::RecordedPeer>& old,
             const std::vector<wire::RecordedPeer>& next) {
  if (next.size() < old.size()) return false;
  return std::equal(old.begin(), old.end(), next.begin(),
                    [](const wire::RecordedPeer& a, const wire::RecordedPeer& b) {
                      return a.name == b.name && a.side == b.side;
                    });
}

}  // namespace

void RecorderProcess::hear_control() {
  if (!readable(control_)) return;
  auto received = control_.receive();
  for (wire::AnyMessage& message : received.messages) {
    if (running()) on_control(message);
  }
  if (!running() || !received.fault) return;
  if (*received.fault == wire::ChannelFault::kClosed) return end(kOrphaned, "guardd is gone");
  end(kForbidden, "guardd sent what is forbidden: " + std::string(received.what));
}

void RecorderProcess::on_control(wire::AnyMessage& message) {
  if (const auto* ping = std::get_if<wire::Ping>(&message)) {
    control_.send(wire::Pong{ping->number});
    control_.flush();
  } else if (const auto* first = std::get_if<wire::Configure>(&message)) {
    configure(*first);
  } else if (!configuration_) {
    end(kForbidden, "a message came before the configuration");
  } else if (const auto* adopted = std::get_if<wire::Adopt>(&message)) {
    adopt(*adopted);
  } else if (const auto* note = std::get_if<wire::Note>(&message)) {
    if (ledger_) ledger_->on_note(*note, now_utc());
  } else if (auto* controls = std::get_if<wire::Controls>(&message)) {
    if (ledger_) {
      ledger_->on_controls(*controls, now_utc());
    } else {
      controls_ = std::move(*controls);
    }
  } else if (const auto* other = std::get_if<wire::Reconfigure>(&message)) {
    reconfigure(*other);
  } else if (std::holds_alternative<wire::Stop>(message)) {
    stop();
  }
}

void RecorderProcess::configure(const wire::Configure& message) {
  if (configuration_) return end(kForbidden, "a second configuration came");
  auto read = wire::decode_configuration<wire::RecorderConfiguration>(message.configuration);
  if (!read) {
    return end(kForbidden, "the configuration is malformed: " + std::string(read.error().what));
  }
  configuration_ = std::move(*read);
  audit::LogOptions options;
  if (!configuration_->log_key.empty()) {
    auto key = audit::SigningKey::from_pem(configuration_->log_key);
    ::explicit_bzero(configuration_->log_key.data(), configuration_->log_key.size());
    configuration_->log_key.clear();
    if (!key) return end(kLogBroken, "the key of the audit log " + key.error());
    options.root = std::move(*key);
  }
  options.prune = {configuration_->prune_signers, configuration_->prune_require};
  auto opened = audit::Log::open(configuration_->log, std::move(options));
  if (!opened) return end(kLogBroken, "the audit log cannot be opened: " + opened.error().what);
  log_ = std::move(*opened);
}

// INVARIANT(ONE_POLICY_PER_RECORD): from here on no judgement of an old filter is read; those that
// have been are in rows with the old digest, or wait for tickets and are forgotten.
void RecorderProcess::reconfigure(const wire::Reconfigure& message) {
  auto read = wire::decode_configuration<wire::RecorderConfiguration>(message.configuration);
  if (!read || !goes_on(configuration_->peers, read->peers)) {
    return end(kForbidden, "the new configuration does not go on from the old one");
  }
  if (!ledger_) {
    // A new recorder has it all, its filters' ends, too; only what waits is still the old policy's.
    drain_ = message.number;
    return;
  }
  for (LineEnds& ends : lines_) ends.cut();
  const Digest before = configuration_->policy_digest;
  configuration_->peers = std::move(read->peers);
  configuration_->policy_digest = read->policy_digest;
  configuration_->configuration_digest = read->configuration_digest;
  configuration_->limits = read->limits;
  configuration_->content = read->content;
  configuration_->content_octets = read->content_octets;
  ledger_->on_reconfigure(message.number, before, now_utc());
}

void RecorderProcess::adopt(const wire::Adopt& message) {
  Descriptor end_of_channel = control_.take_descriptor();
  if (!end_of_channel) return end(kForbidden, "an end was announced and did not come");
  switch (message.channel) {
    case wire::Channel::kStore: {
      if (memory_) return end(kForbidden, "a second store came");
      auto mapped = StoreMemory::map(std::move(end_of_channel), store_size(*configuration_));
      if (!mapped) return end(kUnavailable, mapped.error());
      memory_.emplace(std::move(*mapped));
      break;
    }
    case wire::Channel::kTickets:
    case wire::Channel::kReleases:
    case wire::Channel::kJudgements:
      line(message.side).adopt(message.channel, message.epoch, std::move(end_of_channel), now_ms());
      break;
    case wire::Channel::kControl:
    case wire::Channel::kOffers:
      return end(kForbidden, "an end came that is not the recorder's");
  }
  start_when_complete();
}

// Reconciles log, store and (by their Hello) edges, once everything is there.
void RecorderProcess::start_when_complete() {
  if (ledger_ || !memory_ || !std::ranges::all_of(lines_, &LineEnds::complete)) return;
  std::optional<Store> kept;
  if (!configuration_->fresh) kept = Store::open(memory_->octets());
  const bool valid = kept.has_value();
  store_.emplace(valid ? std::move(*kept) : Store::format(memory_->octets()));
  std::uint64_t since = log_->last().sequence + 1;
  if (valid) {
    const Progress known = store_->progress();
    since = known.committed + 1;
    if (known.closes_since != 0) since = std::min(since, known.closes_since);
  }
  const auto tail = log_->tail(since);
  if (!tail) return fail(tail.error());
  ledger_.emplace(*configuration_, log_->last(), *store_);
  ledger_->recover(*tail, valid, now_utc());
  if (controls_) ledger_->on_controls(*controls_, now_utc());
  ledger_->ready(now_utc());
  if (drain_) ledger_->drain(*drain_, now_utc());
  commit();
  if (running()) control_.send(wire::Ready{});
}

}  // namespace guard::recorder
