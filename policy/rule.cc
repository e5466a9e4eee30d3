#include "policy/rule.h"

#include <algorithm>

namespace policy {

std::string_view to_string(Resource resource) {
  switch (resource) {
    case Resource::kAny:
      return "any";
    case Resource::kNone:
      return "none";
    case Resource::kSome:
      return "some";
  }
  return {};
}

bool AddressCondition::holds(const guard::xmpp::Jid& address) const {
  if (resource == Resource::kNone && !address.resource.empty()) return false;
  if (resource == Resource::kSome && address.resource.empty()) return false;
  return users.empty() || std::ranges::binary_search(users, address.local);
}

}  // namespace policy
