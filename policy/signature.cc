#include "policy/signature.h"

#include "guard/base/hex.h"

namespace policy {

std::string statement(const guard::Digest& policy, const guard::Digest* report) {
  std::string text = "xmpp-guard policy signature 1\npolicy " + guard::to_hex(policy) + "\n";
  if (report != nullptr) text += "report " + guard::to_hex(*report) + "\n";
  return text;
}

}  // namespace policy
