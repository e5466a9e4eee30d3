// VerifiedDocument: a security policy's text as its signer signed it.
#pragma once

#include <string>

namespace labels::signature {

struct VerifiedDocument {
  std::string text = {};
  std::string signer = {};  // the name in the certificate (RFC 2253); empty where nobody signed

  bool operator==(const VerifiedDocument&) const = default;
};

}  // namespace labels::signature
