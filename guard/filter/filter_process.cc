#include "guard/filter/filter_process.h"

#include <poll.h>

#include <array>
#include <cerrno>
#include <exception>
#include <utility>
#include <variant>

#include "guard/base/check.h"
#include "guard/base/utc_time.h"
#include "guard/filter/kept_content.h"
#include "policy/loader.h"

namespace guard::filter {
namespace {

constexpr std::size_t kReadAtOnce = 64U << 10;  // octets of offers before control is looked at
constexpr std::size_t kFlushAt = 64U << 10;     // octets of judgements for one system call

short events_of(const wire::ChannelEnd& end, bool wants_read) {
  return static_cast<short>((wants_read ? POLLIN : 0) | (end.wants_write() ? POLLOUT : 0));
}

}  // namespace

JudgeOptions judge_options_from(const wire::FilterConfiguration& configuration) {
  const wire::Limits& limits = configuration.limits;
  return {.stanza_bytes = limits.stanza_bytes,
          .depth = limits.depth,
          .attributes = limits.attributes,
          .namespaces = limits.namespaces,
          .elements = limits.elements,
          .crash_on_request = configuration.crash_on_request};
}

std::expected<policy::Policy, std::string> load_policy(
    const wire::FilterConfiguration& configuration) {
  const auto from = [](const std::vector<wire::NamedText>& texts) {
    return [&texts](std::string_view name) -> std::expected<policy::NamedText, std::string> {
      for (const wire::NamedText& text : texts) {
        if (text.name == name) return policy::NamedText{text.name, text.text};
      }
      return std::unexpected("not in the configuration");
    };
  };
  auto loaded = policy::load({configuration.policy.name, configuration.policy.text},
                             from(configuration.spifs), from(configuration.clearances),
                             from(configuration.officers));
  if (loaded) return std::move(*loaded);
  std::string all;
  for (const FileError& error : loaded.error()) {
    if (!all.empty()) all += '\n';
    all += error.to_string();
  }
  return std::unexpected(all);
}

FilterProcess::FilterProcess(wire::ChannelEnd control, Complain complain, Configured configured)
    : control_(std::move(control)),
      complain_(std::move(complain)),
      configured_(std::move(configured)) {}

FilterProcess::~FilterProcess() = default;

int FilterProcess::run() {
  while (!status_) poll_once();
  control_.flush();
  return *status_;
}

void FilterProcess::end(int status, std::string_view why) {
  if (status_) return;
  status_ = status;
  if (!why.empty()) complain_(why);
}

bool FilterProcess::wants_offers() const {
  return ready_ && offers_ && !judgements_broken_ && judgements_->queued() < kMaxQueued;
}

void FilterProcess::poll_once() {
  std::array<pollfd, 3> waits{};
  nfds_t count = 0;
  waits[count++] = {control_.fd(), events_of(control_, true), 0};
  std::size_t offers_at = 0;
  std::size_t judgements_at = 0;
  if (wants_offers()) {
    offers_at = count;
    waits[count++] = {offers_->fd(), POLLIN, 0};
  }
  if (judgements_ && !judgements_broken_) {
    judgements_at = count;
    waits[count++] = {judgements_->fd(), events_of(*judgements_, false), 0};
  }
  if (::poll(waits.data(), count, -1) < 0) {
    CHECK(errno == EINTR);
    return;
  }
  if (waits[0].revents != 0) {
    control_.flush();
    read_control();
    return;  // what it said may have changed the other ends
  }
  if (judgements_at != 0 && waits[judgements_at].revents != 0) flush_judgements();
  if (judgements_at != 0 && (waits[judgements_at].revents & (POLLERR | POLLHUP)) != 0) {
    judgements_broken_ = true;
  }
  if (offers_at != 0 && waits[offers_at].revents != 0) read_offers();
}

void FilterProcess::read_control() {
  const wire::ChannelEnd::Received received = control_.receive();
  for (const wire::AnyMessage& message : received.messages) {
    if (!status_) on_control(message);
  }
  control_.flush();
  if (!received.fault) return;
  if (*received.fault == wire::ChannelFault::kClosed) return end(kExitStopped);
  end(kExitForbidden, "control: forbidden message");
}

void FilterProcess::on_control(const wire::AnyMessage& message) {
  if (const auto* ping = std::get_if<wire::Ping>(&message)) {
    control_.send(wire::Pong{ping->number});
  } else if (std::holds_alternative<wire::Stop>(message)) {
    end(kExitStopped);
  } else if (const auto* configuration = std::get_if<wire::Configure>(&message)) {
    configure(*configuration);
  } else if (const auto* adoption = std::get_if<wire::Adopt>(&message)) {
    adopt(*adoption);
  } else {
    end(kExitForbidden, "control: message without a meaning here");
  }
}

void FilterProcess::configure(const wire::Configure& message) {
  if (judge_) return end(kExitForbidden, "control: configured twice");
  const auto configuration =
      wire::decode_configuration<wire::FilterConfiguration>(message.configuration);
  if (!configuration) return end(kExitConfiguration, configuration.error().what);
  if (configuration->crash_on_request && !can_crash_on_request()) {
    return end(kExitConfiguration, "this build cannot crash on request");
  }
  auto policy = load_policy(*configuration);
  if (!policy) return end(kExitConfiguration, policy.error());
  auto places = PeerPlaces::make(configuration->peers, policy->peers().size());
  if (!places) return end(kExitConfiguration, places.error());
  places_ = std::move(*places);
  side_ = configuration->side;
  auto seal = seal_for(policy->content().kept);
  if (!seal) return end(kExitConfiguration, seal.error());
  try {
    judge_ = std::make_unique<Judge>(std::move(*policy), side_, judge_options_from(*configuration),
                                     std::move(*seal));
  } catch (const std::exception& error) {
    return end(kExitConfiguration, error.what());
  }
  if (const int status = configured_(*configuration); status != 0) end(status);
}

void FilterProcess::adopt(const wire::Adopt& message) {
  Descriptor descriptor = control_.take_descriptor();
  if (!judge_) return end(kExitForbidden, "control: an end before the configuration");
  if (!descriptor) return end(kExitForbidden, "control: an end without its descriptor");
  if (message.side != side_) return end(kExitForbidden, "control: an end of another side");
  if (message.channel == wire::Channel::kOffers) {
    wire::ChannelEnd end_of_edge(std::move(descriptor), message.channel, wire::Role::kFilter);
    (offers_ ? next_offers_ : offers_).emplace(std::move(end_of_edge));
  } else if (message.channel == wire::Channel::kJudgements) {
    judgements_.emplace(std::move(descriptor), message.channel, wire::Role::kFilter);
    judgements_broken_ = false;
  } else {
    return end(kExitForbidden, "control: an end that no filter has");
  }
  if (!ready_ && offers_ && judgements_) {
    ready_ = true;
    control_.send(wire::Ready{});
  }
}

void FilterProcess::read_offers() {
  wire::ChannelEnd::Received received = offers_->receive(kReadAtOnce);
  for (wire::AnyMessage& message : received.messages) {
    if (status_) return;
    on_offer(message);
    if (judgements_->queued() >= kFlushAt) flush_judgements();
  }
  flush_judgements();
  if (!received.fault) return;
  if (*received.fault == wire::ChannelFault::kForbidden) {
    return end(kExitForbidden, "offers: forbidden message");
  }
  // The edge has gone, and its streams with it; guardd brings the end of the next one.
  streams_.clear();
  offers_ = std::move(next_offers_);
  next_offers_.reset();
}

void FilterProcess::on_context(wire::Context& context) {
  if (const auto place = places_.place(context.peer)) {
    context.peer = *place;
  } else {
    // A peer that an earlier policy had: the edge closes its streams, and nothing is authenticated
    // on them meanwhile.
    context.pairs.clear();
  }
  if (!context.pairs.empty() && !judge_->may_send(context.peer)) {
    return end(kExitForbidden, "offers: a stream of a peer that is not of the edge's side");
  }
  policy::CertificateClearance certificate;
  if (!context.pairs.empty() && context.attributes.size() <= wire::kMaxAttributes) {
    certificate = judge_->certificate_clearance(context.peer, as_bytes(context.attributes));
  }
  const auto set = streams_.set(std::move(context), std::move(certificate));
  if (!set) end(kExitForbidden, set.error());
}

void FilterProcess::on_offer(wire::AnyMessage& message) {
  if (auto* context = std::get_if<wire::Context>(&message)) return on_context(*context);
  const auto* offer = std::get_if<wire::Offer>(&message);
  if (offer == nullptr) return end(kExitForbidden, "offers: message without a meaning here");
  if (near_side(offer->lane) != side_) {
    return end(kExitForbidden, "offers: a stanza in a lane that does not begin at the edge's side");
  }
  wire::Judgement judgement = judge_->judge(streams_.find(offer->stream), *offer, now_utc());
  judgement.peer = places_.number(judgement.peer);
  judgement.far_peer = places_.number(judgement.far_peer);
  judgements_->send(std::move(judgement));
}

void FilterProcess::flush_judgements() { judgements_->flush(); }

}  // namespace guard::filter
