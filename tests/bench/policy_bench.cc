// A policy of 10,000 peers with 100,000 domains: how long it takes to load, and to decide.
#include <benchmark/benchmark.h>

#include <string>

#include "guard/base/check.h"
#include "policy/analysis/difference.h"
#include "policy/analysis/prove.h"
#include "policy/decide.h"
#include "policy/loader.h"
#include "schemas/xerces_platform.h"

namespace {

constexpr int kPeers = 10'000;
constexpr int kDomains = 10;  // of each peer; every tenth has a clearance of its own

constexpr std::string_view kSpif =
    "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1' version='1'"
    " creationDate='20260101000000Z' originatorDN='CN=Example' keyIdentifier=''"
    " privilegeId='2.999' rbacId='2.999'><securityPolicyId name='EXAMPLE' id='2.999.1'/>"
    "<securityClassifications>"
    "<securityClassification name='UNCLASSIFIED' lacv='1' hierarchy='1'/>"
    "<securityClassification name='SECRET' lacv='4' hierarchy='4'/>"
    "</securityClassifications></SPIF>";

std::string domain_of(int peer, int domain) {
  return "d" + std::to_string(domain) + ".p" + std::to_string(peer) + ".example";
}

void add_peer(std::string& text, int peer) {
  text +=
      "<peer name='p" + std::to_string(peer) + "' side='" + (peer % 2 == 0 ? "high" : "low") + "'>";
  for (int domain = 0; domain < kDomains; ++domain) {
    text += "<domain name='" + domain_of(peer, domain) + "' match='subdomains'";
    text += domain == 0 ? "><clearance><classification name='UNCLASSIFIED'/></clearance></domain>"
                        : "/>";
  }
  text +=
      "<connection authentication='external' tls='1.3'/><clearance>"
      "<classifications from='UNCLASSIFIED' to='SECRET'/></clearance></peer>";
}

std::string large_policy() {
  std::string text =
      "<policy name='large' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
      "<label name='open' classification='UNCLASSIFIED'/>";
  for (int peer = 0; peer < kPeers; ++peer) add_peer(text, peer);
  for (const char* way : {"from='high' to='low'", "from='low' to='high'"}) {
    const std::string id = way[6] == 'h' ? "down" : "up";
    text += "<direction " + std::string(way) + "><allow id='" + id +
            "' reason='r'><message types='chat' parts='body'/></allow></direction>";
  }
  return text + "</policy>";
}

std::expected<policy::NamedText, std::string> spif(std::string_view name) {
  return policy::NamedText{.name = std::string(name), .text = std::string(kSpif)};
}

void policy_load(benchmark::State& state) {
  const schemas::XercesPlatform platform;
  const std::string text = large_policy();
  for (auto _ : state) {
    const auto policy = policy::load({.name = "large.xml", .text = text}, spif);
    CHECK(policy);
    benchmark::DoNotOptimize(policy);
  }
}
BENCHMARK(policy_load)->Unit(benchmark::kMillisecond)->Iterations(1);

void policy_decide(benchmark::State& state) {
  const schemas::XercesPlatform platform;
  const auto policy = policy::load({.name = "large.xml", .text = large_policy()}, spif);
  CHECK(policy);
  policy::StanzaFacts facts;
  facts.peer = 5'000;
  facts.from = {.local = "ann", .domain = "office." + domain_of(5'000, 3), .resource = "desk"};
  facts.to = {.local = "bob", .domain = "tent." + domain_of(4'001, 7), .resource = ""};
  facts.type = policy::StanzaType::kChat;
  facts.part(policy::Part::kBody) = {.count = 1, .octets = 10};
  facts.label.present = true;
  facts.label.label = policy->content().labels.front().label;
  for (auto _ : state) {
    const policy::Decision decision = policy::decide(*policy, facts);
    CHECK(decision.allowed());
  }
}
BENCHMARK(policy_decide);

// 1,000 rules, each about a namespace of its own, half of them between single peers.
std::string many_rules(const std::string& last) {
  std::string text =
      "<policy name='rules' xmlns='urn:xmpp-guard:policy:1'><security-policy file='spif.xml'/>"
      "<label name='open' classification='UNCLASSIFIED'/>";
  for (int peer = 0; peer < 20; ++peer) add_peer(text, peer);
  text += "<direction from='high' to='low'>";
  for (int rule = 0; rule < 999; ++rule) {
    const std::string number = std::to_string(rule);
    text += "<allow id='r" + number + "' reason='r'" +
            (rule % 2 == 0 ? " to-peers='p" + std::to_string(2 * (rule % 10) + 1) + "'" : "") +
            "><message types='chat' parts='body'><extension namespace='urn:n" + number +
            "'/></message></allow>";
  }
  return text + "<allow id='last' reason='r'><message types='chat' parts='" + last +
         "'/></allow></direction></policy>";
}

void policy_difference(benchmark::State& state) {
  const schemas::XercesPlatform platform;
  const auto before = policy::load({.name = "a.xml", .text = many_rules("body")}, spif);
  const auto after = policy::load({.name = "b.xml", .text = many_rules("body thread")}, spif);
  CHECK(before && after);
  for (auto _ : state) {
    const policy::Difference found = policy::difference(*before, *after);
    CHECK(found.verdict == policy::Comparison::kMorePermissive);
  }
}
BENCHMARK(policy_difference)->Unit(benchmark::kMillisecond)->Iterations(1);

void policy_prove(benchmark::State& state) {
  const schemas::XercesPlatform platform;
  const auto policy = policy::load({.name = "a.xml", .text = many_rules("body")}, spif);
  CHECK(policy);
  const policy::Invariant invariant{
      .id = "i",
      .reason = "r",
      .what = policy::OnlyLabelled{.lane = guard::Lane::kHighToLow,
                                   .classes = {policy::StanzaClass::kMessage}}};
  for (auto _ : state) CHECK(!policy::refutation(*policy, invariant));
}
BENCHMARK(policy_prove)->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
