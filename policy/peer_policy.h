// PeerPolicy: a security policy that peers label under and that is not the governing one.
//
// Nothing is judged under it: labels are translated from it into the governing policy, and back
// (labels/translation.h).
#pragma once

#include <cstdint>
#include <string>

#include "guard/base/sha256.h"
#include "labels/security_policy.h"
#include "policy/place.h"

namespace policy {

// PeerPolicyIndex is the place of a peer policy in the policy, from 0.
using PeerPolicyIndex = std::uint32_t;

struct PeerPolicy {
  std::string name;  // what the policy file calls it
  std::string file;  // the name of the SPIF, as the policy file gives it
  labels::SecurityPolicy policy;
  guard::Digest digest{};  // SHA-256 of the SPIF's text
  Place place = {};
};

}  // namespace policy
