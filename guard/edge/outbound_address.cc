// The part of Outbound that decides which address to connect to, and when.
#include <algorithm>
#include <utility>

#include "guard/edge/outbound.h"
#include "guard/edge/random_number.h"
#include "guard/xmpp/domain.h"

namespace guard::edge {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kStable{10};  // a stream that lived so long was no failure
constexpr milliseconds kPause{500};
constexpr std::uint32_t kSpread = 500;  // ms, by which pairs keep apart
// Where there is another address to try: TCP, then TLS.
constexpr seconds kConnectWithin{4};
constexpr seconds kSecureWithin{5};

}  // namespace

void Outbound::connect() {
  const Moment now = now_steady();
  retry_at_.reset();
  // What the policy or an operator has closed meanwhile is not tried again.
  if (!desk_.routes.may_deliver(key_.peer, key_.local, key_.remote)) return fail_questions();
  Choice choice = choose(ladder_, own_, now);
  if (!choice.address && carries_stanzas()) {
    fail_questions();
    // Not all pairs in the same moment.
    retry_at_ = choice.at + milliseconds(random_number() % kSpread);
    return;
  }
  // A question means that somebody has come from there: it may be back before the wait is over.
  if (!choice.address) choice.address = choice.soonest;
  const wire::Endpoint& to = peer_.addresses[*choice.address];
  xmpp::OutboundConfig config;
  config.pair = {key_.remote, key_.local};
  config.demands = desk_.routes.demands(key_.peer);
  config.secret = &desk_.secret;
  config.purpose = purpose_;
  config.have_certificate = desk_.tls.has_certificate(xmpp::ascii_or_empty(key_.local));
  config.direct_tls = to.direct_tls;
  config.lookup = &desk_.routes;
  config.peer = key_.peer;
  config.judge = [this] { return judge().facts; };
  config.limits = frame_limits(desk_.limits);
  if (peer_.stanza_bytes != 0) {
    config.limits.bytes = std::min<std::size_t>(config.limits.bytes, peer_.stanza_bytes);
  }
  live_ = std::make_unique<Live>(config);
  live_->opened = now_utc();
  live_->began = live_->last_used = now;
  live_->address = *choice.address;
  const seconds whole(desk_.limits.handshake_seconds);
  live_->deadline = now + (peer_.addresses.size() > 1 ? std::min(whole, kConnectWithin) : whole);
  live_->connection = net::Connection::connect(desk_.loop, to.address, to.port, *this);
}

void Outbound::on_connected() {
  live_->connected = true;
  if (peer_.addresses.size() > 1) {
    const Moment whole = live_->began + seconds(desk_.limits.handshake_seconds);
    live_->deadline = std::min(whole, now_steady() + kSecureWithin);
  }
  act(live_->machine.on(xmpp::Connected{}));
  for (const auto& question : std::exchange(questions_, {})) ask(question);
}

void Outbound::count_failure(bool authenticated, bool broken, Moment now) {
  const std::size_t address = live_->address;
  if (!authenticated) {
    // What happens before TLS, and is nobody's word, happens to all pairs.
    AddressLadder& whose = live_->secured || live_->refused ? own_ : ladder_;
    return whose.failed(address, live_->began, now, random_number());
  }
  const bool lasted = now - live_->authenticated >= kStable;
  if (lasted) {
    ladder_.lasted(address);
    own_.lasted(address);
  }
  if (broken) {
    ladder_.failed(address, live_->began, now, random_number());
  } else if (!lasted) {
    own_.failed(address, live_->began, now, random_number());
  } else {
    // It was closed in good order: the address is as good as it was, but not at once.
    retry_at_ = now + kPause + milliseconds(random_number() % kSpread);
  }
}

void Outbound::plan_retry(bool at_leisure, Moment now) {
  if (at_leisure) {
    if (wanted()) connect();
    return;
  }
  if (retry_at_ && carries_stanzas()) return fail_questions();
  retry_at_.reset();
  const Choice next = choose(ladder_, own_, now);
  if (next.address && wanted()) return connect();
  fail_questions();
  // Kept until then, so that whoever comes meanwhile waits as well.
  if (carries_stanzas()) retry_at_ = next.at + milliseconds(random_number() % kSpread);
}

void Outbound::move_to_better(Moment now) {
  if (!live_ || live_->stream == 0 || live_->closing) return;
  const Choice choice = choose(ladder_, own_, now);
  if (choice.address && *choice.address < live_->address) move(now);
}

void Outbound::move(Moment now) {
  if (!std::exchange(live_->moving, true)) live_->moved = now;
}

}  // namespace guard::edge
