// The policy language: reading a policy is total, and whatever is read decides. The input is a
// policy file; its SPIF, and that of a peer policy, stay the same.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "guard/base/check.h"
#include "policy/analysis/difference.h"
#include "policy/analysis/lint.h"
#include "policy/analysis/matrix.h"
#include "policy/decide.h"
#include "policy/facts_json.h"
#include "policy/loader.h"
#include "policy/words.h"
#include "schemas/xerces_platform.h"

namespace {

constexpr std::string_view kSpif =
    "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1' version='1'"
    " creationDate='20260101000000Z' originatorDN='CN=Example' keyIdentifier=''"
    " privilegeId='2.999' rbacId='2.999'><securityPolicyId name='EXAMPLE' id='2.999.1'/>"
    "<securityClassifications>"
    "<securityClassification name='UNCLASSIFIED' lacv='1' hierarchy='1'/>"
    "<securityClassification name='SECRET' lacv='4' hierarchy='4'/>"
    "</securityClassifications></SPIF>";

// Knows EXAMPLE, which does not know it.
constexpr std::string_view kOwnSpif =
    "<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1' version='1'"
    " creationDate='20260101000000Z' originatorDN='CN=Example' keyIdentifier=''"
    " privilegeId='2.999' rbacId='2.999'><securityPolicyId name='OWN' id='2.999.8'/>"
    "<securityClassifications>"
    "<securityClassification name='GREEN' lacv='10' hierarchy='1'>"
    "<equivalentClassification policyRef='EXAMPLE' lacv='1' applied='both'/>"
    "</securityClassification></securityClassifications>"
    "<equivalentPolicies><equivalentPolicy name='EXAMPLE' id='2.999.1'/></equivalentPolicies>"
    "</SPIF>";

std::expected<policy::NamedText, std::string> spif(std::string_view name) {
  return policy::NamedText{.name = std::string(name),
                           .text = std::string(name == "own.xml" ? kOwnSpif : kSpif)};
}

// One stanza of each kind from the first domain of each peer to the first of each other.
void try_stanzas(const policy::Policy& policy) {
  using policy::StanzaKind;
  using policy::StanzaType;
  constexpr std::array<std::pair<StanzaKind, StanzaType>, 5> kTypes = {
      {{StanzaKind::kMessage, StanzaType::kChat},
       {StanzaKind::kMessage, StanzaType::kError},
       {StanzaKind::kPresence, StanzaType::kAvailable},
       {StanzaKind::kIq, StanzaType::kGet},
       {StanzaKind::kIq, StanzaType::kResult}}};
  for (guard::PeerIndex peer = 0; peer < policy.peers().size() && peer < 4; ++peer) {
    for (guard::PeerIndex other = 0; other < policy.peers().size() && other < 4; ++other) {
      for (const auto& [kind, type] : kTypes) {
        policy::StanzaFacts facts;
        facts.peer = peer;
        facts.kind = kind;
        facts.type = type;
        const auto& from = policy.peers()[peer].domains;
        const auto& to = policy.peers()[other].domains;
        facts.from.domain = from.empty() ? "a.example" : from.front().domain;
        facts.to.domain = to.empty() ? "a.example" : to.front().domain;
        facts.lane = policy.lane_to(peer, facts.to.domain);
        if (!policy.content().labels.empty()) {
          facts.label.label = policy.content().labels.front().label;
          facts.label.present = kind == StanzaKind::kMessage;
        }
        const policy::Decision decision = policy::decide(policy, facts);
        CHECK(!decision.allowed() || policy.visible(peer, other));
        CHECK(!decision.allowed() || is_across(facts.lane) ||
              (decision.far_peer != peer && policy.uses(facts.lane)));
        const labels::Label* sent = decision.leaves_with();
        CHECK(sent == nullptr || policy.spif(sent->policy()) != nullptr);
        const auto again = policy::from_json(policy, policy::to_json(policy, facts));
        CHECK(again && *again == facts);
      }
    }
  }
}

// The analysis is total, too, and finds no difference between a policy and itself.
void try_analysis(const policy::Policy& policy) {
  std::size_t rules = 0;
  for (const policy::Direction& direction : policy.content().directions) {
    rules += direction.rules.size();
  }
  if (policy.peers().size() > 4 || rules > 8) return;
  for (const policy::Finding& finding : policy::lint(policy)) CHECK(!finding.what.empty());
  for (const policy::MatrixRow& row : policy::matrix(policy).rows) {
    CHECK(!row.allowed || row.reason == policy::Reason::kAllowed);
  }
  CHECK(policy::difference(policy, policy).regions.empty());
  CHECK(!policy::show(policy).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const schemas::XercesPlatform platform;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto policy = policy::load({.name = "policy.xml", .text = text}, spif);
  if (!policy) {
    CHECK(!policy.error().empty());
    for (const guard::FileError& error : policy.error()) CHECK(!error.what.empty());
    return 0;
  }
  try_stanzas(*policy);
  try_analysis(*policy);
  return 0;
}
