// decide() against the naive policy: random policies and stanzas, and every cell of the sample
// policies. The seeds are fixed. GUARD_MODEL_POLICIES sets how many policies are tried
// (tests/long.sh).
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "guard/base/hex.h"
#include "guard/base/sanitized.h"
#include "labels/certificate_for_test.h"
#include "labels/spif.h"
#include "policy/analysis/label_class.h"
#include "policy/analysis/matrix.h"
#include "policy/analysis/prove.h"
#include "policy/analysis/rule_case.h"
#include "policy/certificate_clearance.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/loader.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"
#include "tests/model/chance.h"
#include "tests/model/policy.h"

namespace model {
namespace {

using policy::StanzaFacts;
using policy::StanzaKind;

constexpr int kStanzas = 2'000;  // of each policy

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const std::string kExamples = GUARD_SOURCE_DIR "/deploy/examples/";
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

// What the certificates say that random policies pin: with ALPHA, and with ALPHA and BRAVO.
const Value kAlpha{*labels::Oid::from_dotted("2.999.1.2"), labels::CategoryKind::kPermissive, 0};
const Value kBravo{*labels::Oid::from_dotted("2.999.1.2"), labels::CategoryKind::kPermissive, 1};
const std::map<std::string, Holdings> kPinned = {
    {"narrow.pem", {.classifications = {1, 2}, .values = {kAlpha}}},
    {"wide.pem", {.classifications = {1, 2, 3, 4}, .values = {kAlpha, kBravo}}}};

// Their texts, each with a key of its own.
std::map<std::string, std::string> made_certificates() {
  const auto spif = labels::load_spif("spif.xml", contents(kExamples + "pair/spif.xml"));
  EXPECT_TRUE(spif);
  std::map<std::string, std::string> made;
  for (const auto& [name, held] : kPinned) {
    labels::Clearance clearance(spif->id());
    for (const unsigned each : held.classifications) {
      EXPECT_TRUE(clearance.add_classification(each));
    }
    std::vector<std::uint32_t> nations;
    for (const Value& value : held.values) nations.push_back(std::get<2>(value));
    EXPECT_TRUE(
        clearance.add(*labels::Category::make(std::get<0>(kAlpha), std::get<1>(kAlpha), nations)));
    const auto der = policy::record_of(*spif, clearance);
    EXPECT_TRUE(der);
    made[name] = labels::test::with_attributes(
                     labels::test::attribute(labels::test::kClearanceType, guard::to_hex(*der)))
                     .pem;
  }
  return made;
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
      static const std::map<std::string, std::string> kCertificates = made_certificates();
      const auto pin = kCertificates.find(std::string(file));
      if (pin != kCertificates.end()) {
        return policy::NamedText{.name = pin->first, .text = pin->second};
      }
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
    files.pinned = kPinned;
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
  std::uint64_t within = 0;
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
      if (decision.allowed() && !is_across(facts.lane)) ++within;
      if (decision.allowed() && decision.translated) ++translated;
      if (decision.allowed() && facts.label.label &&
          facts.label.label->policy() != read.loaded->security_policy().id()) {
        ++received;
      }
    }
  }
  EXPECT_GT(allowed * 100, all);  // one in a hundred at least: it is not refusals that agree
  EXPECT_GT(within * 1'000, all);
  if (policies < 60) return;
  EXPECT_GT(translated, 10U);  // and some leave under another policy, and some come from one
  EXPECT_GT(received, 10U);
}

// What is allowed is found by a proof that it is not: of all four lanes.
TEST(PolicyModel, WhatIsAllowedIsNotProvenAway) {
  const schemas::XercesPlatform platform;
  int within = 0;
  for (std::uint32_t seed = 1; seed <= (guard::kSanitized ? 6U : 20U); ++seed) {
    Chance chance(seed);
    const ReadPolicy read(kExamples + "pair/", chance.policy_text());
    const policy::Policy& policy = *read.loaded;
    const std::vector<labels::Label> labels = some_labels(policy);
    std::set<std::pair<guard::PeerIndex, std::string>> ways;
    for (int i = 0; i < kStanzas; ++i) {
      const StanzaFacts facts = chance.stanza(policy, labels);
      if (!policy::decide(policy, facts).allowed()) continue;
      if (!ways.emplace(facts.peer, facts.to.domain).second) continue;
      if (!is_across(facts.lane)) ++within;
      const policy::Invariant invariant{
          .id = "i",
          .reason = "r",
          .what = policy::NothingReaches{.from_peers = {facts.peer}, .domain = facts.to.domain},
          .place = {}};
      ASSERT_TRUE(policy::refutation(policy, invariant))
          << "seed " << seed << " " << to_json(policy, facts);
    }
  }
  EXPECT_GT(within, 5);
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
    const auto pair = [&](guard::Lane lane, const policy::DomainClass& from,
                          const policy::DomainClass& to) {
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
    };
    for (const guard::Lane lane : guard::kLanes) {
      policy::pairs(one, lane, policy::domain_classes(one, near_side(lane)),
                    policy::domain_classes(one, far_side(lane)),
                    [&](const policy::DomainClass& from, const policy::DomainClass& to) {
                      pair(lane, from, to);
                      return !HasFatalFailure();
                    });
    }
  }
}

}  // namespace
}  // namespace model
