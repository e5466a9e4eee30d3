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

// DomainMember is one domain, in normal form, and whose it is on its side, in each policy; nullptr:
// nobody's, or the other side's.
struct DomainMember {
  std::string domain;
  std::array<const Policy::Standing*, kMostPolicies> standing{};
};

struct DomainClass {
  // One of its domains: what an example stanza has.
  std::string domain;
  std::array<const Policy::Standing*, kMostPolicies> standing{};
  // All of them as people read them: "a.example", "*.a.example" (below it), "*" (all others).
  std::vector<std::string> written;
  // Where a policy uses the lane within the side: whether they are claimed by name, in each policy
  // alike, and one domain of each other peer in the class.
  std::array<bool, kMostPolicies> by_name{};
  std::vector<DomainMember> others = {};
};

// domain_classes gives the classes of a side, in the order of the first policy's file. Domains that
// neither policy gives to a peer of that side are not among them. The pointers live as long as the
// policies.
//
// `mark`, where there is one, says of each domain what else must not differ within a class.
using Mark = std::function<std::string(const std::string& domain, const Policy::Standing* first)>;
[[nodiscard]] std::vector<DomainClass> domain_classes(Policies policies, guard::Side side,
                                                      const Mark& mark = {});

// Pair is called with two classes whose domains stand for a way from one to the other; false ends
// the search.
using Pair = std::function<bool(const DomainClass& from, const DomainClass& to)>;

// pairs calls `visit` for each way in which stanzas from one class to another can be routed in a
// lane: across once; within a side, where a peer's own domains, and what is not claimed by name,
// are no route, once for each set of policies that have a route, with domains of different peers.
// There the standing of `to` is nullptr in a policy that has none. False if `visit` was.
bool pairs(Policies policies, guard::Lane lane, const DomainClass& from, const DomainClass& to,
           const Pair& visit);

// The same for every class of senders to every class of receivers. Nothing in a lane that no policy
// uses.
bool pairs(Policies policies, guard::Lane lane, const std::vector<DomainClass>& senders,
           const std::vector<DomainClass>& receivers, const Pair& visit);

// not_to_itself is " (not to itself)" where a peer of a lane within a side has domains in both
// classes: what people read behind the receivers; else empty.
[[nodiscard]] std::string_view not_to_itself(guard::Lane lane, const DomainClass& from,
                                             const DomainClass& to);

}  // namespace policy
