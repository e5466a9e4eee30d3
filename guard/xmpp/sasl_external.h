// SASL EXTERNAL between servers (RFC 6120 section 6.4, XEP-0178, RFC 4422 appendix A).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "guard/xmpp/element.h"

namespace guard::xmpp {

// SaslFailure names the conditions that the guard answers with (SPEC: RFC 6120 6.5).
enum class SaslFailure : std::uint8_t {
  kAborted,
  kIncorrectEncoding,
  kInvalidAuthzid,
  kInvalidMechanism,
  kMalformedRequest,
  kNotAuthorized,
};

// write_auth writes the request with the authorisation identity, always (SPEC: XEP-0178 3).
[[nodiscard]] std::string write_auth(std::string_view domain);
[[nodiscard]] std::string write_challenge();  // empty: "say who you are"
[[nodiscard]] std::string write_success();
[[nodiscard]] std::string write_failure(SaslFailure failure);

// check_authzid judges the content of <auth/> or <response/>: "=" or nothing (the peer leaves it to
// the certificate), or base64 of a domain equal to `domain`. nullopt where it will do. Whether an
// empty <auth/> must be challenged first is the caller's business.
[[nodiscard]] std::optional<SaslFailure> check_authzid(std::string_view encoded,
                                                       std::string_view domain);

}  // namespace guard::xmpp
