// TranslationBed: the policies of test_policy.h with a peer that labels under a policy of its own.
// Not part of the library.
#pragma once

#include <string>
#include <utility>

#include "guard/base/check.h"
#include "labels/named.h"
#include "policy/test_policy.h"

namespace policy::test {

// OWN knows EXAMPLE, not the other way round. GREEN (10), AMBER (20) and RED (30) are UNCLASSIFIED,
// RESTRICTED and CONFIDENTIAL; BLACK (40) is nothing there. HOME is ALPHA, LOCAL nothing, NOISE is
// left out on the way to EXAMPLE.
inline labels::SecurityPolicy own_policy() {
  const labels::Oid other = kPolicyId;
  labels::PolicyContent content;
  content.name = "OWN";
  content.id = *labels::Oid::from_dotted("2.999.8");
  content.equivalent_policies = {{.name = "EXAMPLE", .id = other}};
  std::uint32_t number = 0;
  for (const char* name : {"GREEN", "AMBER", "RED", "BLACK"}) {
    ++number;
    labels::Classification made{.name = name, .lacv = number * 10, .hierarchy = number};
    if (number < 4) {
      made.equivalents = {{.policy = "EXAMPLE", .lacv = number, .applied = labels::Applied::kBoth}};
    }
    content.classifications.push_back(std::move(made));
  }
  const labels::EquivalentCategory alpha{.policy = "EXAMPLE",
                                         .tag_set = *labels::Oid::from_dotted("2.999.1.2"),
                                         .kind = labels::CategoryKind::kPermissive,
                                         .lacv = 0};
  const labels::EquivalentCategory nothing{
      .policy = "EXAMPLE", .applied = labels::Applied::kEncrypt, .discard = true};
  content.tag_sets.push_back(
      {.name = "Area",
       .id = *labels::Oid::from_dotted("2.999.8.1"),
       .tags = {{.name = "Area",
                 .kind = labels::CategoryKind::kPermissive,
                 .categories = {{.name = "HOME", .lacv = 7, .equivalents = {alpha}},
                                {.name = "LOCAL", .lacv = 8},
                                {.name = "NOISE", .lacv = 9, .equivalents = {nothing}}}}}});
  auto made = labels::SecurityPolicy::make(std::move(content));
  CHECK(made);
  return *made;
}

inline labels::Label own_label(std::string classification,
                               std::vector<labels::NamedCategory> categories = {}) {
  auto made = labels::label_from_names(own_policy(), {.classification = std::move(classification),
                                                      .privacy_mark = std::nullopt,
                                                      .categories = std::move(categories)});
  CHECK(made);
  return *made;
}

inline labels::NamedCategory area(std::string value) {
  return {.tag_set = "Area", .tag = "", .values = {std::move(value)}};
}
inline labels::NamedCategory nation(std::string value) {
  return {.tag_set = "Releasable to", .tag = "", .values = {std::move(value)}};
}

// full(), where "low" labels under OWN, is cleared up to SECRET and for ALPHA, and what goes there
// is done as `labels` says.
inline PolicyContent translating(Labels labels = Labels::kTranslate) {
  PolicyContent content = full();
  content.peer_policies.push_back(
      {.name = "own", .file = "own.xml", .policy = own_policy(), .digest = {}, .place = {}});
  Peer& low = content.peers[kLow];
  low.label_policy = 0;
  low.labels = labels;
  low.send = clearance({"UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET"}, {nation("ALPHA")});
  low.receive = low.send;
  content.peers[kHigh].send = low.send;
  content.peers[kHigh].receive = low.send;
  return content;
}

}  // namespace policy::test
