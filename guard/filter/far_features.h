// FarFeatures: which features of a far entity (SPEC: XEP-0030) the asker is shown: of the closed
// list those that the policy's rules carry between the two peers, so that nobody is offered what
// would be refused.
#pragma once

#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/side.h"
#include "policy/policy.h"
#include "schemas/element.h"

namespace guard::filter {

// carried_features gives, in ascending order, the features that may stand in an answer that travels
// in `lane`, from the peer that was asked to the peer that has asked. Whatever is used by writing
// to the one that was asked (chat states, rooms, pings, labels, …) must be carried there; what the
// one that was asked puts into its own stanzas (delay, stanza ids), back.
[[nodiscard]] std::vector<std::string_view> carried_features(const policy::Policy& policy,
                                                             Lane lane, PeerIndex asked,
                                                             PeerIndex asker);

// WithFeature is a disco#info query with one feature more, where it does not have that already.
// Borrows both.
class WithFeature {
 public:
  WithFeature(const schemas::Element& query, std::string_view feature);
  WithFeature(const WithFeature&) = delete;
  WithFeature& operator=(const WithFeature&) = delete;

  [[nodiscard]] const schemas::Element* query() const { return &query_; }

 private:
  schemas::Attribute attribute_;
  schemas::Element feature_;
  std::vector<schemas::Child> children_;
  schemas::Element query_;
};

}  // namespace guard::filter
