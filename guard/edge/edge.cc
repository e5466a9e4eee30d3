#include "guard/edge/edge.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <variant>

#include "guard/edge/stream_condition.h"

namespace guard::edge {

namespace {

constexpr std::chrono::milliseconds kTick{250};
constexpr std::chrono::seconds kCountEvery{1};
constexpr std::chrono::milliseconds kStopWithin{1'500};
// A recorder that died is replaced at once, or after a second. One that dropped this edge is not.
constexpr std::chrono::seconds kRecorderWithin{5};
// Certificates of all streams are judged again in so many ticks.
constexpr std::int64_t kJudgeTurns = 20;

IntakeBounds bounds_for(const wire::Limits& limits) {
  IntakeBounds bounds;
  // Whatever the limit is, several of the largest stanzas can be open.
  bounds.peer_bytes = std::max(bounds.peer_bytes, std::uint64_t{4} * limits.stanza_bytes);
  // One far peer that takes nothing does not hold up the reading: its queue is full before that.
  bounds.peer_unhandled = std::max(bounds.peer_unhandled, std::size_t{2} * limits.queue_stanzas);
  return bounds;
}

}  // namespace

Edge::Edge(net::Loop& loop, wire::EdgeConfiguration configuration,
           std::unique_ptr<net::TlsContext> tls, TrustBook trust, EdgeEvents events)
    : loop_(loop),
      configuration_(std::move(configuration)),
      tls_(std::move(tls)),
      trust_(std::move(trust)),
      events_(std::move(events)),
      secret_(configuration_.dialback_secret),
      routes_(configuration_, [this](std::string_view local, std::string_view remote,
                                     std::string_view id) { return opened(local, remote, id); }),
      admission_(configuration_.limits.streams, configuration_.limits.connections_per_address),
      intake_(
          bounds_for(configuration_.limits),
          [this](const wire::AnyMessage& message) {
            if (offers_) offers_->send(message);
          },
          [this](const wire::AnyMessage& message) { tell_recorder(message); },
          [this] { update_flows(); }),
      journal_([this](const wire::AnyMessage& message) { tell_recorder(message); }),
      desk_{loop_,
            configuration_.limits,
            routes_,
            *tls_,
            trust_,
            secret_,
            intake_,
            pace_,
            journal_,
            deliveries_,
            ladders_,
            [this](std::uint64_t connection, const xmpp::AskAuthoritative& question) {
              // Not from within the asker's own machine: the answer may be there at once.
              loop_.defer([this, connection, question] { ask(connection, question); });
            },
            [this](PeerIndex peer) { hold_back(peer); },
            [this](const xmpp::Verified& answer) { verified(answer); },
            [this](Carrier& carrier, const PairKey& key, bool added) {
              pair_answered(carrier, key, added);
            },
            [this](PeerIndex peer) { carrier_ready(peer); },
            [this](Carrier& carrier, PeerIndex peer) { carrier_lost(carrier, peer); },
            [this](const PairKey& key) { return yields(key); },
            configuration_.side},
      places_(ways()) {
  OPENSSL_cleanse(configuration_.dialback_secret.data(), configuration_.dialback_secret.size());
  configuration_.dialback_secret.clear();
  add_ladders(configuration_.near_peers);
  pace_.update(configuration_.near_peers, now_steady());
  loop_.at_turn_end([this] { turn_end(); });
  ticker_ = std::make_unique<net::Ticker>(loop_, kTick, [this] { tick(); });
}

Edge::~Edge() {
  stop_by_ = now_steady();  // nothing is placed anew
  loop_.at_turn_end({});
  ticker_.reset();
  pacer_.reset();
  probes_.clear();
  // What ends may look at the others (update_flows): they are not to be found any more.
  std::exchange(outbound_, {}).clear();
  std::exchange(inbound_, {}).clear();
}

void Edge::add_ladders(const std::vector<wire::NearPeer>& peers) {
  for (const wire::NearPeer& peer : peers) {
    if (!peer.addresses.empty()) ladders_.try_emplace(peer.index, peer.addresses.size());
  }
}

void Edge::tell_recorder(const wire::AnyMessage& message) {
  if (tickets_) tickets_->send(message);
}

void Edge::adopt(const wire::Adopt& adopt, Descriptor descriptor) {
  if (!descriptor || adopt.epoch != configuration_.epoch) {
    return events_.failed("was given a channel end that is not its own");
  }
  switch (adopt.channel) {
    case wire::Channel::kOffers:
      if (adopt.side != configuration_.side) break;
      return adopt_offers(std::move(descriptor));
    case wire::Channel::kTickets:
      if (adopt.side != configuration_.side) break;
      next_tickets_ = std::move(descriptor);
      return adopt_recorder();
    case wire::Channel::kReleases:
      if (adopt.side != configuration_.side) break;
      next_releases_ = std::move(descriptor);
      return adopt_recorder();
    case wire::Channel::kControl:
    case wire::Channel::kJudgements:
    case wire::Channel::kStore:
      break;
  }
  events_.failed("was given a channel end that is not its own");
}

void Edge::adopt_offers(Descriptor descriptor) {
  // A death that the loop has not told of yet. Without one the old filter is not to blame.
  if (offers_ && offers_->reader_gone()) intake_.filter_lost();
  offers_ = std::make_unique<Link>(
      loop_, std::move(descriptor), wire::Channel::kOffers, Link::Heard(),
      [this](wire::ChannelFault, std::string_view) { intake_.filter_lost(); });
  intake_.filter_replaced();
}

void Edge::adopt_recorder() {
  if (!next_tickets_ || !next_releases_) return;
  // What the old recorder has released is on disk and counts.
  if (releases_) releases_->drain();
  recorder_lost();
  recorder_by_.reset();
  tickets_ = std::make_unique<Link>(loop_, std::move(next_tickets_), wire::Channel::kTickets,
                                    Link::Heard(), Link::Broken());
  releases_ = std::make_unique<Link>(
      loop_, std::move(next_releases_), wire::Channel::kReleases,
      [this](const wire::AnyMessage& message) { hear(message); },
      [this](wire::ChannelFault fault, std::string_view what) {
        if (fault == wire::ChannelFault::kForbidden) {
          return events_.failed("the recorder sent what is forbidden: " + std::string(what));
        }
        recorder_lost();
        recorder_by_ = now_steady() + kRecorderWithin;
      });
  greet();
}

void Edge::recorder_lost() {
  if (recorder_ == Recorder::kNone) return;
  recorder_ = Recorder::kNone;
  intake_.recorder_lost();
  journal_.recorder_lost();
}

void Edge::greet() {
  recorder_ = Recorder::kGreeted;
  wire::Hello hello;
  hello.epoch = configuration_.epoch;
  hello.open = intake_.book().oldest();
  hello.last = intake_.book().last();
  hello.held = deliveries_.held();
  tell_recorder(hello);
}

void Edge::hear(const wire::AnyMessage& message) {
  const bool welcome = std::holds_alternative<wire::Welcome>(message);
  if (welcome != (recorder_ == Recorder::kGreeted)) {
    return events_.failed("the recorder spoke out of turn");
  }
  std::visit(
      [this](const auto& one) {
        // The rest is not permitted on this channel and never gets here.
        if constexpr (requires { heard(one); }) heard(one);
      },
      message);
}

void Edge::heard(const wire::Welcome& welcome) {
  recorder_ = Recorder::kThere;
  intake_.welcome(welcome.ended);
  journal_.welcome();
  for (const wire::Outcomes& outcomes : deliveries_.outcomes()) tell_recorder(outcomes);
  if (!listeners_.empty() || stop_by_) return;
  if (listen()) events_.ready();
}

void Edge::heard(const wire::Deliver& deliver) {
  const PairKey key{deliver.peer, deliver.pair.from, deliver.pair.to};
  const wire::NearPeer* peer = routes_.near(key.peer);
  // INVARIANT(NO_OTHER_PATH): the pair came from a filter; it decides nothing that the routes
  // do not allow.
  const bool possible =
      peer != nullptr && routes_.may_deliver(key.peer, key.local, key.remote) && may_make(key);
  if (!possible) return deliveries_.refuse(deliver);
  if (deliveries_.add(deliver)) places_.dispatch(key);
}

void Edge::heard(const wire::CloseStream& close) {
  for (const auto& [number, inbound] : inbound_) {
    if (inbound->stream() == close.stream) return inbound->close(stream_error(close.condition));
  }
  for (const auto& [key, outbound] : outbound_) {
    if (outbound->stream() == close.stream) return outbound->close(stream_error(close.condition));
  }
  // A new recorder says again what the one before it may have said: that stream is long over.
  tell_recorder(wire::StreamEnded{close.stream});
}

void Edge::heard(const wire::CloseAll& close) { close_streams(stream_error(close.condition)); }

void Edge::close_streams(std::optional<xmpp::StreamError> error) {
  for (const auto& [number, inbound] : inbound_) inbound->close(error);
  for (const auto& [key, outbound] : outbound_) outbound->close(error);
}

void Edge::control(const wire::Controls& controls) {
  routes_.control(controls);
  for (const auto& [number, inbound] : inbound_) {
    if (inbound->peer() && !inbound->allowed()) inbound->close(xmpp::StreamError::kReset);
  }
  for (const auto& [place, outbound] : outbound_) {
    const auto pairs = outbound->pairs();
    const bool both_ways = outbound->both_ways();
    const bool out = std::ranges::any_of(pairs, [this, both_ways](const PairKey& key) {
      if (routes_.may_carry(key.peer, key.local, key.remote)) return false;
      // As a domain that is absent the guard still gives the answers that it owes, though not where
      // something might come back for it.
      return both_ways || routes_.blocked(key.peer) || !deliveries_.pending(key);
    });
    if (out) outbound->close(xmpp::StreamError::kReset);
  }
}

void Edge::reconfigure(const wire::EdgeConfiguration& next) {
  for (const wire::NearPeer& peer : next.near_peers) {
    const wire::NearPeer* known = routes_.near(peer.index);
    if (known != nullptr && known->addresses != peer.addresses) {
      return events_.failed("was given other addresses for a peer that it knows");
    }
  }
  if (next.side != configuration_.side || next.limits != configuration_.limits) {
    return events_.failed("was given what only a new process can take");
  }
  if (const auto done = trust_.extend(next); !done) return events_.failed(done.error());
  routes_.update(next);
  add_ladders(next.near_peers);
  pace_.update(next.near_peers, now_steady());
  update_flows();
  // First what waits: a connection that ends would be made again for it.
  for (const PairKey& key : deliveries_.pairs()) {
    if (!routes_.may_deliver(key.peer, key.local, key.remote)) deliveries_.give_up(key);
  }
  for (const auto& [number, inbound] : inbound_) {
    if (!inbound->allowed()) inbound->close(xmpp::StreamError::kReset);
  }
  for (const auto& [place, outbound] : outbound_) {
    const auto pairs = outbound->pairs();
    const bool allowed = std::ranges::all_of(pairs, [this](const PairKey& key) {
      return routes_.may_deliver(key.peer, key.local, key.remote);
    });
    if (!allowed) outbound->close(xmpp::StreamError::kReset);
  }
}

wire::StreamCounts Edge::counts() const {
  std::map<PeerIndex, wire::PeerStreams> peers;
  for (const auto& [number, inbound] : inbound_) {
    if (const auto peer = inbound->peer()) ++peers[*peer].inbound;
  }
  for (const auto& [key, outbound] : outbound_) {
    if (!outbound->ready()) continue;
    wire::PeerStreams& streams = peers[key.second.peer];
    ++streams.outbound;
    streams.addresses |= 1U << outbound->address();
  }
  wire::StreamCounts counts;
  for (auto& [peer, streams] : peers) {
    streams.peer = peer;
    counts.peers.push_back(streams);
  }
  return counts;
}

void Edge::count(Moment now) {
  if (now < next_count_) return;
  next_count_ = now + kCountEvery;
  wire::StreamCounts now_there = counts();
  if (now_there == counts_) return;
  counts_ = std::move(now_there);
  events_.counted(counts_);
}

bool Edge::listen() {
  for (const wire::Endpoint& endpoint : configuration_.listen) {
    auto listener = net::Listener::listen(
        loop_, endpoint.address, endpoint.port,
        [this, direct = endpoint.direct_tls](std::unique_ptr<net::Connection> connection) {
          accept(std::move(connection), direct);
        });
    if (!listener) {
      events_.failed("cannot listen on " + endpoint.address + " port " +
                     std::to_string(endpoint.port) + ": " + listener.error());
      return false;
    }
    listeners_.push_back(std::move(*listener));
  }
  return true;
}

void Edge::accept(std::unique_ptr<net::Connection> connection, bool direct) {
  auto pass = admission_.admit(connection->address());
  if (!pass || journal_.full()) {
    journal_.stranger(connection->address(), "too-many-connections", now_utc());
    return;  // SPEC: XEP-0205: closed without a word
  }
  const std::uint64_t number = ++last_connection_;
  auto inbound =
      std::make_unique<Inbound>(desk_, number, std::move(connection), std::move(*pass), direct);
  Inbound& made = *inbound;
  inbound_.emplace(number, std::move(inbound));
  made.begin();
}

void Edge::tick() {
  const Moment now = now_steady();
  for (const auto& [number, inbound] : inbound_) inbound->tick(now);
  std::erase_if(inbound_, [](const auto& entry) { return entry.second->gone(); });
  for (const PairKey& stuck : deliveries_.expire(now_utc())) {
    const auto found = outbound_.find({xmpp::OutboundPurpose::kStanzas, stuck});
    if (Carrier* carrier = places_.carrier_of(stuck); carrier != nullptr) {
      carrier->break_off();
    } else if (found != outbound_.end()) {
      found->second->break_off();
    }
  }
  for (const auto& [key, outbound] : outbound_) outbound->tick(now);
  places_.tick();
  ask_again(now);
  std::erase_if(outbound_, [](const auto& entry) { return entry.second->idle(); });
  probe(now);
  journal_.tick(now_utc());
  count(now);
  if (!stop_by_) {
    if (recorder_by_ && now >= *recorder_by_) events_.deserted();
    return;
  }
  const bool closed =
      inbound_.empty() && std::none_of(outbound_.begin(), outbound_.end(),
                                       [](const auto& entry) { return entry.second->live(); });
  if (!closed && now < *stop_by_) return;
  journal_.tick(now_utc(), true);
  events_.stopped();
}

void Edge::turn_end() {
  const auto outcomes = deliveries_.take_outcomes();
  if (recorder_ != Recorder::kThere) return;  // Welcome will bring them
  for (const wire::Outcomes& one : outcomes) tell_recorder(one);
}

void Edge::revoke(const wire::RevocationLists& lists) {
  if (const auto done = trust_.replace(lists); !done) return events_.failed(done.error());
  // A few in each tick, so that thousands of streams do not hold up the loop.
  const UtcTime now = now_utc();
  std::int64_t turn = 0;
  const auto next = [&] { return UtcTime{now.microseconds + (turn++ % kJudgeTurns) * 250'000}; };
  for (const auto& [number, inbound] : inbound_) inbound->judge_again(next());
  for (const auto& [key, outbound] : outbound_) outbound->judge_again(next());
}

void Edge::show(const std::vector<net::TlsIdentity>& identities) {
  if (const auto done = tls_->replace(identities); !done) events_.failed(done.error());
}

void Edge::stop() {
  if (stop_by_) return;
  stop_by_ = now_steady() + kStopWithin;
  listeners_.clear();
  close_streams(xmpp::StreamError::kSystemShutdown);
}

Outbound& Edge::outbound(const PairKey& key, xmpp::OutboundPurpose purpose) {
  auto& place = outbound_[{purpose, key}];
  if (!place) place = std::make_unique<Outbound>(desk_, key, purpose);
  return *place;
}

}  // namespace guard::edge
