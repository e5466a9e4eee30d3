// DomainClass: domains that one or two policies treat alike.
//
// Every domain that there can be behaves like one of a finite list: a name that some peer claims;
// a name right below one that is claimed with its subdomains; a name that nobody claims. Of two
// policies the names that either claims count. What behaves alike because the peers are alike in
// all that a decision asks is merged further. So what holds for the classes holds for all domains.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "policy/policy.h"

namespace policy {

// Policies is one policy, or two that are compared.
using Policies = std::span<const Policy* const>;
inline constexpr std::size_t kMostPolicies = 2;

struct DomainClass {
  std::string domain;  // one of them, in normal form: what an example stanza has
  // Whose it is on this side, in each policy; nullptr: nobody's, or the other side's.
  std::array<const Policy::Standing*, kMostPolicies> standing{};
  // All of them as people read them: "a.example", "*.a.example" (below it), "*" (all others).
  std::vector<std::string> written;
};

// domain_classes gives the classes of a side, in the order of the first policy's file. Domains that
// neither policy gives to a peer of that side are not among them. The pointers live as long as the
// policies.
//
// `mark`, where there is one, says of each domain what else must not differ within a class.
using Mark = std::function<std::string(const std::string& domain, const Policy::Standing* first)>;
[[nodiscard]] std::vector<DomainClass> domain_classes(Policies policies, guard::Side side,
                                                      const Mark& mark = {});

}  // namespace policy
