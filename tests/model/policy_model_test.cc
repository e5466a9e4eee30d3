// decide() against the naive policy: random policies and stanzas, and every cell of the sample
// policies. The seeds are fixed. GUARD_MODEL_POLICIES sets how many policies are tried
// (tests/long.sh).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>

#include "guard/base/sanitized.h"
#include "labels/spif.h"
#include "policy/analysis/label_class.h"
#include "policy/analysis/matrix.h"
#include "policy/analysis/rule_case.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/loader.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"
#include "tests/model/policy.h"

namespace model {
namespace {

using policy::StanzaFacts;
using policy::StanzaKind;
using policy::StanzaType;

constexpr int kStanzas = 2'000;  // of each policy

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string kExamples = GUARD_SOURCE_DIR "/deploy/examples/";
const char* const kDomains[] = {"h.example",        "x.h.example", "deep.x.h.example",
                                "h2.example",       "l.example",   "leaf.l.example",
                                "a.leaf.l.example", "l2.example",  "elsewhere.example"};
const char* const kElements[][2] = {{"urn:xmpp:receipts", "received"},
                                    {"urn:xmpp:receipts", "request"},
                                    {"urn:xmpp:delay", "delay"},
                                    {"urn:a", "x"},
                                    {"urn:a", "y"},
                                    {"urn:xmpp:ping", "ping"}};
const char* const kClasses[] = {"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"};
const char* const kDates[] = {"2026-01-01", "2026-02-01", "2026-03-01T12:00:00Z"};

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : random_(seed) {}

  std::uint32_t below(std::uint32_t bound) {
    return std::uniform_int_distribution<std::uint32_t>(0, bound - 1)(random_);
  }
  bool once_in(std::uint32_t n) { return below(n) == 0; }
  template <class List>
  auto& one_of(List& list) {
    return list[below(static_cast<std::uint32_t>(std::size(list)))];
  }
  std::string maybe(std::uint32_t n, const std::string& text) { return once_in(n) ? text : ""; }

  // Some of these words, at least one.
  std::string some_of(std::vector<std::string> words) {
    std::string text;
    for (const std::string& word : words) {
      if (once_in(2)) text += word + " ";
    }
    return text.empty() ? words[below(static_cast<std::uint32_t>(words.size()))] : text;
  }

  std::string clearance(const std::string& use) {
    const std::uint32_t low = once_in(3) ? below(3) : 0;
    std::string text = "<clearance for='" + use + "'>";
    if (once_in(4)) {
      text += "<classification name='" + std::string(one_of(kClasses)) + "'/>";
    } else {
      text += "<classifications from='" + std::string(kClasses[low]) + "' to='" +
              kClasses[low + below(4 - low)] + "'/>";
    }
    text += maybe(3, "<category tag-set='Caveats' value='CRYPTO'/>");
    text += maybe(3, "<category tag-set='Releasable to' value='ALPHA'/>");
    text += maybe(3, "<category tag-set='Releasable to' value='BRAVO'/>");
    text += maybe(5, "<categories tag-set='Projects'/>");
    return text + "</clearance>";
  }
  std::string clearances() {
    if (once_in(12)) return maybe(2, clearance("send"));
    if (once_in(2)) return clearance("both");
    return clearance("send") + clearance("receive");
  }

  std::string domain(const std::string& name, bool wide) {
    return "<domain name='" + name + "'" + (wide ? " match='subdomains'" : "") + ">" +
           maybe(3, clearances()) + "</domain>";
  }

  std::string dates() {
    if (!once_in(5)) return "";
    std::string text = maybe(2, "<active from='" + std::string(kDates[0]) + "'" +
                                    maybe(2, " until='" + std::string(kDates[2]) + "'") + "/>");
    text += maybe(2, "<blocked reason='r' from='" + std::string(kDates[1]) + "'" +
                         maybe(2, " until='" + std::string(kDates[2]) + "'") + "/>");
    return text;
  }

  std::string peer(const std::string& name, const std::string& side, const std::string& domains) {
    std::string labels = maybe(5, " labels='strip'");
    if (once_in(2)) {
      labels = " label-policy='own'" + maybe(2, " labels='translate'");
    }
    return "<peer name='" + name + "' side='" + side + "'" + labels + ">" + dates() + domains +
           "<connection authentication='external' tls='1.2'/>" + clearances() +
           maybe(3, "<default-label label='" + std::string(once_in(2) ? "a" : "b") + "'/>") +
           "</peer>";
  }

  std::string extensions() {
    std::string text;
    for (std::uint32_t i = below(3); i > 0; --i) {
      const auto& [ns, name] = one_of(kElements);
      text += "<extension namespace='" + std::string(ns) + "'" +
              maybe(2, " element='" + std::string(name) + "'") + "/>";
    }
    return text;
  }

  std::string address(const std::string& end) {
    return maybe(5, " " + end + "-users='" + some_of({"ann", "bob"}) + "'") +
           maybe(8, " " + end + "-resource='" + (once_in(2) ? "some" : "none") + "'");
  }

  std::string what(bool allow) {
    const std::string label =
        allow ? " implied-label='" + std::string(once_in(3) ? "b" : "a") + "'" : "";
    const std::string others = allow ? maybe(2, " others='strip'") : "";
    const std::string most =
        allow ? maybe(5, " max-octets='" + std::to_string(250 + below(3) * 100) + "'") : "";
    switch (below(6)) {
      case 0:
        return "<message types='" + some_of({"normal", "chat", "groupchat"}) + "'" +
               (allow ? " parts='" + maybe(1, some_of({"body", "subject", "thread"})) + "'" : "") +
               others + most + (allow ? maybe(5, " max-body-octets='50'") : "") + ">" +
               extensions() + "</message>";
      case 1:
        return "<signal types='" + some_of({"normal", "chat"}) + "'" + label +
               (allow ? maybe(2, " parts='thread'") : "") + others + most + ">" + extensions() +
               "</signal>";
      case 2:
        return allow ? "<subject-change" + label + others + most + ">" + extensions() +
                           "</subject-change>"
                     : "<subject-change/>";
      case 3:
        return "<presence types='available unavailable " + maybe(2, "subscribe") + "'" + label +
               (allow ? maybe(2, " parts='" + some_of({"show", "status"}) + "'") : "") + others +
               most + ">" + extensions() + "</presence>";
      case 4: {
        const auto& [ns, name] = one_of(kElements);
        const bool all = !allow && once_in(3);
        return "<iq types='" + some_of({"get", "set"}) + "'" +
               (all ? std::string()
                    : " namespace='" + std::string(ns) + "'" +
                          maybe(2, " element='" + std::string(name) + "'")) +
               label + most + "/>";
      }
      default:
        return "<error/>";
    }
  }

  std::string rule(const std::string& id, bool down) {
    const std::string near = down ? "h" : "l";
    const std::string far = down ? "l" : "h";
    const bool allow = !once_in(4);
    const std::string name = allow ? "allow" : "refuse";
    return "<" + name + " id='" + id + "' reason='r'" +
           maybe(4, " from-peers='" + some_of({near + "1", near + "2"}) + "'") +
           maybe(4, " to-peers='" + far + "1'") + maybe(6, " to-groups='" + far + "'") +
           address("from") + address("to") + ">" + what(allow) + "</" + name + ">";
  }

  std::string policy_text() {
    std::string text =
        "<policy name='t' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
        "<peer-policy name='own' file='../star/bravo.xml'/>"
        "<label name='a' classification='UNCLASSIFIED'/>"
        "<label name='b' classification='RESTRICTED'><category tag-set='Releasable to' "
        "value='ALPHA'/></label>";
    text += peer("h1", "high",
                 domain("h.example", once_in(2)) + maybe(2, domain("x.h.example", once_in(2))) +
                     maybe(4, "<default-route/>"));
    text += peer("h2", "high", domain("h2.example", false));
    text += peer("l1", "low",
                 domain("l.example", once_in(2)) + domain("leaf.l.example", once_in(2)) +
                     maybe(2, domain("a.leaf.l.example", false)) +
                     maybe(3, "<default-route>" + maybe(2, clearances()) + "</default-route>"));
    text += peer("l2", "low", maybe(1, domain("l2.example", false)));
    text += "<group name='h' peers='h1 h2'/><group name='l' peers='l1 l2'/>";
    std::uint32_t number = 0;
    for (const bool down : {true, false}) {
      text += std::string("<direction from='") + (down ? "high' to='low'>" : "low' to='high'>");
      for (std::uint32_t i = below(10); i > 0; --i) {
        text += rule("r" + std::to_string(++number), down);
      }
      text += "</direction>";
    }
    return text + "</policy>";
  }

  StanzaFacts stanza(const policy::Policy& policy, const std::vector<labels::Label>& labels) {
    StanzaFacts facts;
    facts.lane = once_in(2) ? guard::Lane::kHighToLow : guard::Lane::kLowToHigh;
    const bool down = facts.lane == guard::Lane::kHighToLow;
    facts.from = {.local = user(), .domain = domain_of(down), .resource = once_in(2) ? "" : "r"};
    facts.to = {.local = user(), .domain = domain_of(!down), .resource = once_in(2) ? "" : "r"};
    const auto owner = policy.peer_of(near_side(facts.lane), facts.from.domain);
    facts.peer =
        owner && !once_in(20) ? *owner : below(static_cast<std::uint32_t>(policy.peers().size()));
    facts.kind = static_cast<StanzaKind>(below(3));
    do {
      facts.type = static_cast<StanzaType>(below(15));
    } while (!policy::fits(facts.kind, facts.type) && !once_in(30));
    for (const policy::Part part : policy::kParts) {
      const bool likely = part == policy::Part::kBody && facts.kind == StanzaKind::kMessage;
      if (once_in(likely ? 2 : 6)) facts.part(part) = {.count = 1, .octets = below(100)};
    }
    facts.octets = 200 + below(300);
    for (std::uint32_t i = facts.kind == StanzaKind::kIq ? below(5) == 0 ? 2U : 1U : below(3);
         i > 0 && (facts.kind == StanzaKind::kIq || once_in(2)); --i) {
      const auto& [ns, name] = one_of(kElements);
      facts.elements.push_back({.ns = ns, .name = name});
    }
    if (once_in(40)) facts.more_elements = 1;
    if (once_in(6)) chat(facts);
    label(facts, labels, policy.own_policy(facts.peer) != nullptr);
    if (!once_in(10)) facts.at = *guard::from_iso8601(one_of(kDates));
    if (once_in(3) && facts.at.microseconds > 0) facts.at.microseconds -= 1;
    return facts;
  }

 private:
  // What rules allow most often, so that labels decide.
  static void chat(StanzaFacts& facts) {
    facts.kind = StanzaKind::kMessage;
    facts.type = StanzaType::kChat;
    facts.octets = 200;
    facts.parts = {};
    facts.part(policy::Part::kBody) = {.count = 1, .octets = 10};
    facts.elements.clear();
    facts.more_elements = 0;
  }

  // A domain of that side, most often.
  std::string domain_of(bool high) {
    if (once_in(10)) return one_of(kDomains);
    return kDomains[(high ? 0 : 4) + below(4)];
  }

  std::string user() { return once_in(3) ? "" : once_in(2) ? "ann" : "bob"; }

  // Peers with a policy of their own use it, most often.
  void label(StanzaFacts& facts, const std::vector<labels::Label>& labels, bool own) {
    facts.label.present = facts.kind == StanzaKind::kMessage ? !once_in(3) : once_in(20);
    if (!facts.label.present) return;
    // The first of each policy are the lowest classification, without and with a category.
    const auto other = std::ranges::find_if(
        labels, [&](const labels::Label& each) { return each.policy() != labels[0].policy(); });
    const bool uses_it = own != once_in(4) && labels.end() - other > 2;
    const auto first = uses_it ? other : labels.begin();
    if (!once_in(10)) facts.label.label = once_in(3) ? one_of(labels) : first[below(3)];
    if (once_in(20)) facts.label.fault = policy::LabelFault::kFormat;
    for (std::uint32_t i = once_in(8) ? below(3) : 0; i > 0; --i) {
      facts.label.equivalents.push_back(one_of(labels));
    }
  }

  std::mt19937 random_;
};

// Every classification, with each value of each tag, and some pairs.
void add_labels(const labels::PolicyContent& spif, std::vector<labels::Label>& found) {
  for (const auto& classification : spif.classifications) {
    labels::Label base(spif.id);
    EXPECT_TRUE(base.set_classification(classification.lacv));
    found.push_back(base);
    for (const auto& tag_set : spif.tag_sets) {
      for (const auto& tag : tag_set.tags) {
        std::vector<std::uint32_t> pair;
        for (const auto& category : tag.categories) {
          labels::Label one = base;
          EXPECT_TRUE(one.add(*labels::Category::make(tag_set.id, tag.kind, {category.lacv})));
          found.push_back(one);
          if (pair.size() < 2) pair.push_back(category.lacv);
        }
        labels::Label both = base;
        EXPECT_TRUE(both.add(*labels::Category::make(tag_set.id, tag.kind, pair)));
        found.push_back(both);
      }
    }
  }
}

// Those of every security policy that the policy names, and what is under none.
std::vector<labels::Label> some_labels(const policy::Policy& policy) {
  std::vector<labels::Label> found;
  add_labels(policy.security_policy().content(), found);
  for (const policy::PeerPolicy& each : policy.content().peer_policies) {
    add_labels(each.policy.content(), found);
    found.emplace_back(each.policy.id());
  }
  found.emplace_back(*labels::Oid::from_dotted("2.999.7"));
  found.emplace_back(policy.security_policy().id());
  return found;
}

// The verdicts must agree in all that leaves.
::testing::AssertionResult agree(const policy::Policy& policy, const NaivePolicy& naive,
                                 const StanzaFacts& facts) {
  const policy::Decision decision = policy::decide(policy, facts);
  const PolicyVerdict verdict = naive.judge(facts, policy.peers()[facts.peer].name);
  std::set<std::string> parts;
  for (const policy::Part part : policy::kParts) {
    if (decision.kept.parts.has(part)) parts.insert(std::string(policy::to_string(part)));
  }
  const std::set<std::size_t> elements(decision.kept.elements.begin(),
                                       decision.kept.elements.end());
  const labels::Label* leaves_with = decision.leaves_with();
  const auto label = leaves_with == nullptr ? std::nullopt : std::optional(*leaves_with);
  const bool same = decision.allowed() == verdict.allowed &&
                    (!verdict.allowed || (decision.rule == verdict.rule && parts == verdict.parts &&
                                          elements == verdict.elements && label == verdict.label));
  if (same) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << to_json(policy, facts) << "\ndecide: " << to_string(decision.reason) << " "
         << decision.rule << "\nnaive: " << verdict.allowed << " " << verdict.rule;
}

// ReadPolicy is a policy both ways: loaded, and as the naive one.
struct ReadPolicy {
  ReadPolicy(const std::string& folder, const std::string& text) {
    const auto source =
        [&](std::string_view file) -> std::expected<policy::NamedText, std::string> {
      return policy::NamedText{.name = std::string(file),
                               .text = contents(folder + std::string(file))};
    };
    const auto clearances =
        [&](std::string_view file) -> std::expected<policy::NamedText, std::string> {
      schemas::FileReader reader(schemas::Grammar::kLabel);
      auto named = *source(file);
      clearance_files.emplace(file, *reader.read_text(named.text, named.name));
      return named;
    };
    auto made = policy::load({.name = "p.xml", .text = text}, source, clearances);
    if (!made) throw std::runtime_error(made.error().front().to_string() + "\n" + text);
    loaded = std::make_unique<policy::Policy>(std::move(*made));
    schemas::FileReader reader(schemas::Grammar::kPolicy);
    document = std::make_unique<schemas::Document>(*reader.read_text(text, "p.xml"));
    NaiveFiles files;
    for (const policy::PeerPolicy& each : loaded->content().peer_policies) {
      files.spifs.emplace(each.file, each.policy.content());
    }
    for (const auto& [name, file] : clearance_files) files.clearances.emplace(name, &file.root());
    naive = std::make_unique<NaivePolicy>(document->root(), loaded->security_policy().content(),
                                          std::move(files));
  }

  std::map<std::string, schemas::Document> clearance_files;
  std::unique_ptr<policy::Policy> loaded;
  std::unique_ptr<schemas::Document> document;
  std::unique_ptr<NaivePolicy> naive;
};

ReadPolicy sample(const std::string& name) {
  const std::string folder = kExamples + name + "/";
  return {folder, contents(folder + "policy.xml")};
}

const char* const kSamples[] = {"pair", "star", "chain", "chat"};

TEST(PolicyModel, RandomPoliciesAndStanzas) {
  const schemas::XercesPlatform platform;
  const char* wanted = std::getenv("GUARD_MODEL_POLICIES");
  const int policies = wanted == nullptr ? (guard::kSanitized ? 20 : 60) : std::atoi(wanted);
  std::uint64_t allowed = 0;
  std::uint64_t translated = 0;
  std::uint64_t received = 0;
  std::uint64_t all = 0;
  for (int seed = 1; seed <= policies; ++seed) {
    Chance chance(static_cast<std::uint32_t>(seed));
    const std::string text = chance.policy_text();
    const ReadPolicy read(kExamples + "pair/", text);
    const std::vector<labels::Label> labels = some_labels(*read.loaded);
    for (int i = 0; i < kStanzas; ++i) {
      const StanzaFacts facts = chance.stanza(*read.loaded, labels);
      ASSERT_TRUE(agree(*read.loaded, *read.naive, facts)) << "seed " << seed << "\n" << text;
      ++all;
      const policy::Decision decision = policy::decide(*read.loaded, facts);
      if (decision.allowed()) ++allowed;
      if (decision.allowed() && decision.translated) ++translated;
      if (decision.allowed() && facts.label.label &&
          facts.label.label->policy() != read.loaded->security_policy().id()) {
        ++received;
      }
    }
  }
  EXPECT_GT(allowed * 100, all);  // one in a hundred at least: it is not refusals that agree
  if (policies < 60) return;
  EXPECT_GT(translated, 10U);  // and some leave under another policy, and some come from one
  EXPECT_GT(received, 10U);
}

TEST(PolicyModel, SamplePolicies) {
  const schemas::XercesPlatform platform;
  for (const char* name : kSamples) {
    const ReadPolicy read = sample(name);
    const policy::Policy& policy = *read.loaded;
    const std::vector<labels::Label> labels = some_labels(policy);
    std::vector<std::string> domains = {"any-other.example"};
    for (const policy::Peer& peer : policy.peers()) {
      for (const policy::DomainClaim& claim : peer.domains) {
        domains.push_back(claim.domain);
        domains.push_back("below." + claim.domain);
      }
    }
    Chance chance(7);
    for (const std::string& from : domains) {
      for (const std::string& to : domains) {
        for (int i = 0; i < 300; ++i) {
          StanzaFacts facts = chance.stanza(policy, labels);
          facts.from.domain = from;
          facts.to.domain = to;
          if (chance.once_in(3)) facts.from.local = "watch";
          if (chance.once_in(3)) facts.to.local = "duty";
          const auto owner = policy.peer_of(near_side(facts.lane), from);
          if (owner) facts.peer = *owner;
          facts.at = *guard::from_iso8601("2026-10-01");
          ASSERT_TRUE(agree(policy, *read.naive, facts)) << name;
        }
      }
    }
  }
}

// Every cell of the matrix that people read says what the naive policy makes of its stanza.
TEST(PolicyModel, EveryCellOfTheMatrixOfTheSamples) {
  const schemas::XercesPlatform platform;
  for (const char* name : kSamples) {
    const ReadPolicy read = sample(name);
    const policy::Matrix matrix = policy::matrix(
        *read.loaded, {.lane = {}, .about = {}, .at = *guard::from_iso8601("2026-10-01")});
    std::size_t allowed = 0;
    for (const policy::MatrixRow& row : matrix.rows) {
      const StanzaFacts& facts = row.example;
      ASSERT_TRUE(agree(*read.loaded, *read.naive, facts)) << name;
      const PolicyVerdict verdict = read.naive->judge(facts, read.loaded->peers()[facts.peer].name);
      ASSERT_EQ(row.allowed, verdict.allowed) << name << to_json(*read.loaded, facts);
      if (!row.allowed) continue;
      ASSERT_EQ(row.rule, verdict.rule) << name;
      ++allowed;
    }
    EXPECT_GT(allowed, 0U) << name;
    EXPECT_LT(allowed, matrix.rows.size()) << name;
  }
}

// And every cell that it merges or leaves out: each class of domains to each, each case of the
// rules, each label with at most two values, of every security policy that the policy names. With
// sanitizers, which are slow, one label in eleven.
constexpr std::size_t kStep = guard::kSanitized ? 11 : 1;
TEST(PolicyModel, EveryCaseOfTheSamples) {
  const schemas::XercesPlatform platform;
  for (const char* name : kSamples) {
    const ReadPolicy read = sample(name);
    const policy::Policy& policy = *read.loaded;
    const std::array<const policy::Policy*, 1> one = {&policy};
    const std::vector<labels::Label> labels = some_labels(policy);
    for (const guard::Lane lane : {guard::Lane::kHighToLow, guard::Lane::kLowToHigh}) {
      for (const auto& from : policy::domain_classes(one, near_side(lane))) {
        for (const auto& to : policy::domain_classes(one, far_side(lane))) {
          for (const policy::StanzaClass about : policy::kClasses) {
            for (const auto& each : policy::rule_cases(one, lane, about, from, to)) {
              StanzaFacts facts = each.facts;
              facts.peer = from.standing[0]->peer;
              facts.at = *guard::from_iso8601("2026-10-01");
              ASSERT_TRUE(agree(policy, *read.naive, facts)) << name;
              if (facts.kind != StanzaKind::kMessage) continue;
              facts.label.present = true;
              for (std::size_t i = 0; i < labels.size(); i += kStep) {
                facts.label.label = labels[i];
                ASSERT_TRUE(agree(policy, *read.naive, facts)) << name;
              }
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace model
