// signature: the text that is signed of a policy (guard/base/cms_signature.h says how): what it means, its
// digest, and that of its report.
#pragma once

#include <string>

#include "guard/base/sha256.h"

namespace policy {

// statement is the text that is signed:
//   "xmpp-guard policy signature 1\npolicy <digest, hex>\n", and "report <SHA-256, hex>\n" where
//   there is a report.
[[nodiscard]] std::string statement(const guard::Digest& policy, const guard::Digest* report);

}  // namespace policy
