// The two machines joined while random things happen: bytes from anywhere, answers that nobody
// asked for, timeouts, changes of policy. Nothing may crash, and nothing may be authenticated
// without the reason that an observer outside of the machines has seen.
#include <gtest/gtest.h>

#include <random>

#include "guard/xmpp/stream_link_for_test.h"

namespace guard::xmpp {
namespace {

const DomainPair kChat{.remote = "chat.low.example", .local = "high.example"};

// What either side may hear out of turn.
const std::vector<std::string> kPhrases = {
    "<message/>",
    "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
    " ",
    "<",
    "</stream:stream>",
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'/>",
    "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>bG93LmV4YW1wbGU=</response>",
    "<db:result from='low.example' to='high.example'>k</db:result>",
    "<db:result from='chat.low.example' to='high.example'>k</db:result>",
    "<db:result from='other.example' to='high.example'>k</db:result>",
    "<db:result from='high.example' to='low.example' type='valid'/>",
    "<db:result from='high.example' to='low.example' type='invalid'/>",
    "<db:verify from='low.example' to='high.example' id='x'>k</db:verify>",
    "<db:verify from='high.example' to='low.example' id='v' type='valid'/>",
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>",
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>EXTERNAL</mechanism></mechanisms></stream:features>",
    "<stream:features/>",
    "<stream:features><sm xmlns='urn:xmpp:sm:2'/></stream:features>",
    "<enable xmlns='urn:xmpp:sm:3'/>",
    "<enabled xmlns='urn:xmpp:sm:3'/>",
    "<failed xmlns='urn:xmpp:sm:3'/>",
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<a xmlns='urn:xmpp:sm:3' h='1'/>",
    "<bidi xmlns='urn:xmpp:bidi'/>",
    "<stream:features><bidi xmlns='urn:xmpp:features:bidi'/><mechanisms "
    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>EXTERNAL</mechanism></mechanisms>"
    "</stream:features>",
    "<handled xmlns='urn:xmpp-guard:handled:1' first='1' last='1'/>",
    "<db:result from='chat.low.example' to='high.example' type='valid'/>",
    "<db:result from='high.example' to='chat.low.example'>k</db:result>",
    "<stream:error><reset xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>",
    "<!-- -->",
};

class Chaos {
 public:
  explicit Chaos(unsigned seed) : random_(seed) {
    policy_.peers = {{"low.example", 1}, {"chat.low.example", 1}, {"other.example", 2}};
    policy_.wants[1].auth = coin() ? AuthDemand::kDialbackAllowed : AuthDemand::kExternalOnly;
    policy_.visible = {{1, "high.example"}};
    policy_.wants[1].both_ways = coin();
    policy_.wants[1].guard = coin();
    other_.peers = {{"high.example", 1}};
    other_.visible = {{1, "low.example"}, {1, "chat.low.example"}};
    policy_.is_open = [this](auto, auto, auto) { return coin(); };
    in_.emplace(InboundConfig{.lookup = &policy_,
                              .secret = &secret_,
                              .id_seed = Digest{static_cast<std::uint8_t>(seed)},
                              .direct_tls = direct_ = seed % 8 == 0});
    out_.emplace(OutboundConfig{
        .pair = {.remote = "high.example", .local = "low.example"},
        .demands = {.auth = coin() ? AuthDemand::kDialbackAllowed : AuthDemand::kExternalOnly,
                    .both_ways = coin(),
                    .guard = coin()},
        .secret = &secret_,
        .have_certificate = coin(),
        .direct_tls = direct_,
        .lookup = &other_,
        .peer = 1});
    heard_by_in(Connected{});
    heard_by_out(Connected{});
  }

  void run(int steps) {
    for (int i = 0; i < steps; ++i) step();
    heard_by_in(Disconnected{});
    heard_by_out(Disconnected{});
    EXPECT_TRUE(in_->closed());
    EXPECT_TRUE(out_->closed());
    EXPECT_EQ(verify_asked_, verify_answered_);
    EXPECT_EQ(wanted_, wanted_answered_);
    EXPECT_LE(acknowledged_.size(), sent_);
    EXPECT_LE(back_acknowledged_.size(), back_sent_);
  }
  std::size_t authenticated() const { return authenticated_; }
  std::uint64_t acknowledged() const { return acknowledged_.size(); }
  std::uint64_t back_acknowledged() const { return back_acknowledged_.size(); }
  std::size_t added() const { return added_; }

 private:
  bool coin() { return random_() % 2 == 0; }
  bool seldom() { return random_() % 40 == 0; }
  template <typename T>
  const T& one_of(const std::vector<T>& choices) {
    return choices[random_() % choices.size()];
  }

  void step() {
    if (in_wants_tls_ && out_wants_tls_ && coin()) return shake_hands();
    if (!to_in_.empty() && coin()) return deliver_to_in();
    if (!to_out_.empty() && coin()) return deliver_to_out();
    if (!asked_.empty() && coin()) return answer();
    if (seldom()) to_in_ += one_of(kPhrases);
    if (seldom()) to_out_ += one_of(kPhrases);
    if (seldom())
      heard_by_in(
          DialbackAnswered{.pair = coin() ? kPair : kChat, .verdict = DialbackVerdict::kInvalid});
    if (seldom()) policy_.visible.erase({1, "high.example"});
    if (seldom()) policy_.visible.insert({1, "high.example"});
    if (seldom() && seldom()) {
      const auto kind = static_cast<TimeoutKind>(random_() % 4);
      heard_by_in(Timeout{kind});
      heard_by_out(Timeout{kind});
    }
    if (seldom()) {
      ++verify_asked_;
      heard_by_out(VerifyRequested{.pair = out_->config().pair, .stream_id = "v", .key = "k"});
    }
    if (out_->may_send() && coin()) send_stanza();
    if (in_->may_send() && coin()) send_stanza_back();
    if (in_->unhandled() > 0 && coin()) handle_stanza();
    if (out_->unhandled() > 0 && coin()) handle_stanza_back();
    if (seldom()) {
      wanted_ += 2;
      heard_by_in(PairWanted{.pair = coin() ? kPair : kChat});
      heard_by_out(PairWanted{.pair = {.remote = "high.example", .local = "chat.low.example"}});
    }
    if (seldom() && seldom()) heard_by_in(CloseRequested{});
    if (seldom() && seldom()) heard_by_out(CloseRequested{.error = StreamError::kReset});
  }

  void send_stanza() {
    to_in_ += "<message/>";
    ++sent_;
    heard_by_out(StanzasSent{1});
  }
  void handle_stanza() {
    ++handled_;
    heard_by_in(in_->tells_each() ? StanzasHandled{.runs = {{handled_, handled_}}}
                                  : StanzasHandled{1});
  }
  void send_stanza_back() {
    to_out_ += "<presence/>";
    ++back_sent_;
    heard_by_in(StanzasSent{1});
  }
  void handle_stanza_back() {
    ++back_handled_;
    heard_by_out(out_->tells_each() ? StanzasHandled{.runs = {{back_handled_, back_handled_}}}
                                    : StanzasHandled{1});
  }

  void shake_hands() {
    in_wants_tls_ = out_wants_tls_ = false;
    in_facts_ = certificate_for(one_of<std::string>({"low.example", "low.example", "x.example"}));
    in_facts_.certificate.chain_valid = random_() % 4 != 0;
    out_facts_ =
        certificate_for(one_of<std::string>({"high.example", "high.example", "x.example"}));
    out_tls_ = true;
    heard_by_in(TlsEstablished{in_facts_});
    heard_by_out(TlsEstablished{out_facts_});
  }
  std::string take(std::string& bytes) {
    const std::size_t size = coin() ? bytes.size() : 1 + random_() % bytes.size();
    std::string taken = bytes.substr(0, size);
    bytes.erase(0, size);
    return taken;
  }
  void deliver_to_in() {
    const std::string bytes = take(to_in_);
    heard_by_in(Received{bytes});
  }
  void deliver_to_out() {
    const std::string bytes = take(to_out_);
    out_heard_ += bytes;
    heard_by_out(Received{bytes});
  }
  void answer() {
    const AskAuthoritative asked = asked_.back();
    asked_.pop_back();
    const auto verdict = static_cast<DialbackVerdict>(random_() % 3);
    if (verdict == DialbackVerdict::kValid) said_valid_.insert(asked.pair);
    heard_by_in(DialbackAnswered{.pair = asked.pair, .verdict = verdict});
    said_valid_.erase(asked.pair);
  }

  void heard_by_in(const StreamEvent& event) {
    const bool was_closed = in_->closed();
    const auto actions = in_->on(event);
    EXPECT_TRUE(!was_closed || actions.empty() || std::holds_alternative<PairWanted>(event));
    for (const StreamAction& action : actions) {
      if (const auto* const send = std::get_if<Send>(&action)) to_out_ += send->bytes;
      if (std::holds_alternative<StartTls>(action)) in_wants_tls_ = true;
      if (const auto* const asked = std::get_if<AskAuthoritative>(&action)) {
        EXPECT_EQ(policy_.wants[1].auth, AuthDemand::kDialbackAllowed);
        asked_.push_back(*asked);
      }
      if (const auto* const it = std::get_if<Authenticated>(&action)) judge_in(*it);
      if (const auto* const it = std::get_if<Acknowledged>(&action))
        back_acknowledged_.add(it->run);
      if (const auto* const it = std::get_if<PairAdded>(&action)) judge_added(*it);
      if (std::holds_alternative<PairRefused>(action)) ++wanted_answered_;
      EXPECT_TRUE(!std::holds_alternative<Stanza>(action) || !in_->pairs().empty());
    }
  }
  void judge_in(const Authenticated& it) {
    ++authenticated_;
    EXPECT_EQ(policy_.peer_of(it.pair.remote), PeerId{1});
    EXPECT_EQ(it.pair.local, "high.example");
    switch (it.method) {
      case AuthMethod::kExternal:
      case AuthMethod::kCertificate:
        EXPECT_TRUE(proves_domain(in_facts_, policy_.wants[1], it.pair.remote));
        return;
      case AuthMethod::kDialback:
        EXPECT_EQ(policy_.wants[1].auth, AuthDemand::kDialbackAllowed);
        EXPECT_TRUE(said_valid_.contains(it.pair));
        return;
    }
  }
  void heard_by_out(const StreamEvent& event) {
    for (const StreamAction& action : out_->on(event)) {
      if (const auto* const send = std::get_if<Send>(&action)) to_in_ += send->bytes;
      if (std::holds_alternative<StartTls>(action)) out_wants_tls_ = true;
      if (std::holds_alternative<Verified>(action)) ++verify_answered_;
      if (const auto* const it = std::get_if<Acknowledged>(&action)) acknowledged_.add(it->run);
      if (const auto* const it = std::get_if<Authenticated>(&action)) judge_out(*it);
      if (const auto* const it = std::get_if<Admitted>(&action)) judge_admitted(*it);
      if (std::holds_alternative<PairAdded>(action) ||
          std::holds_alternative<PairRefused>(action)) {
        ++wanted_answered_;
      }
      EXPECT_TRUE(admitted_ || !std::holds_alternative<Stanza>(action));
    }
  }
  void judge_out(const Authenticated& it) {
    ++authenticated_;
    const PeerDemands& demands = out_->config().demands;
    EXPECT_TRUE(out_tls_);
    EXPECT_EQ(it.pair, out_->config().pair);
    if (demands.auth == AuthDemand::kExternalOnly) {
      EXPECT_NE(it.method, AuthMethod::kDialback);
      EXPECT_TRUE(it.method == AuthMethod::kExternal || out_->config().have_certificate);
      EXPECT_TRUE(proves_domain(out_facts_, demands, "high.example"));
    }
    const std::string_view proof = it.method == AuthMethod::kExternal ? "<success" : "type='valid'";
    EXPECT_NE(out_heard_.find(proof), std::string::npos);
  }

  void judge_added(const PairAdded& it) {
    ++wanted_answered_;
    ++added_;
    EXPECT_TRUE(policy_.wants[1].both_ways);
    EXPECT_TRUE(proves_domain(in_facts_, policy_.wants[1], it.pair.remote));
  }
  void judge_admitted(const Admitted& it) {
    admitted_ = true;
    EXPECT_TRUE(out_->config().demands.both_ways);
    EXPECT_TRUE(other_.represents(1, it.pair.local));
    EXPECT_TRUE(proves_domain(out_facts_, out_->config().demands, it.pair.remote));
  }

  std::mt19937 random_;
  TestLookup policy_;
  TestLookup other_;  // what the initiating side's policy says
  DialbackSecret secret_{"secret"};
  bool direct_ = false;
  std::optional<InboundStream> in_;
  std::optional<OutboundStream> out_;
  std::string to_in_;
  std::string to_out_;
  std::string out_heard_;
  std::uint64_t sent_ = 0;
  std::uint64_t handled_ = 0;
  PlaceSet acknowledged_;
  std::uint64_t back_sent_ = 0;
  std::uint64_t back_handled_ = 0;
  PlaceSet back_acknowledged_;
  std::size_t wanted_ = 0;
  std::size_t wanted_answered_ = 0;
  std::size_t added_ = 0;
  bool admitted_ = false;
  bool in_wants_tls_ = false;
  bool out_wants_tls_ = false;
  bool out_tls_ = false;
  TlsFacts in_facts_;
  TlsFacts out_facts_;
  std::vector<AskAuthoritative> asked_;
  std::set<DomainPair> said_valid_;
  std::size_t verify_asked_ = 0;
  std::size_t verify_answered_ = 0;
  std::size_t authenticated_ = 0;
};

TEST(StreamRandom, NothingIsAuthenticatedWithoutAReason) {
  std::size_t authenticated = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t back = 0;
  std::size_t added = 0;
  for (unsigned seed = 0; seed < 3'000; ++seed) {
    Chaos chaos(seed);
    chaos.run(400);
    authenticated += chaos.authenticated();
    acknowledged += chaos.acknowledged();
    back += chaos.back_acknowledged();
    added += chaos.added();
    if (HasFailure()) FAIL() << "seed " << seed;
  }
  EXPECT_GT(authenticated, 300U);  // the test would prove nothing if nothing ever came that far
  EXPECT_GT(acknowledged, 300U);
  EXPECT_GT(back, 50U);
  EXPECT_GT(added, 5U);
  RecordProperty("authentications", static_cast<int>(authenticated));
}

}  // namespace
}  // namespace guard::xmpp
