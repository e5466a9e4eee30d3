#include "guard/xmpp/sasl_external.h"

#include "guard/base/base64.h"
#include "guard/base/bytes.h"
#include "guard/xmpp/domain.h"
#include "guard/xmpp/features.h"
#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {
namespace {

std::string_view name_of(SaslFailure failure) {
  switch (failure) {
    case SaslFailure::kAborted:
      return "aborted";
    case SaslFailure::kIncorrectEncoding:
      return "incorrect-encoding";
    case SaslFailure::kInvalidAuthzid:
      return "invalid-authzid";
    case SaslFailure::kInvalidMechanism:
      return "invalid-mechanism";
    case SaslFailure::kMalformedRequest:
      return "malformed-request";
    case SaslFailure::kNotAuthorized:
      return "not-authorized";
  }
  return "not-authorized";
}

std::string empty_element(std::string_view name) {
  std::string text = "<";
  text += name;
  append_attribute(text, "xmlns", kSaslNs);
  return text += "/>";
}

}  // namespace

std::string write_auth(std::string_view domain) {
  std::string text = "<auth";
  append_attribute(text, "xmlns", kSaslNs);
  append_attribute(text, "mechanism", "EXTERNAL");
  return text.append(">").append(to_base64(as_bytes(domain))).append("</auth>");
}

std::string write_challenge() { return empty_element("challenge"); }

std::string write_success() { return empty_element("success"); }

std::string write_failure(SaslFailure failure) {
  std::string text = "<failure";
  append_attribute(text, "xmlns", kSaslNs);
  return text.append("><").append(name_of(failure)).append("/></failure>");
}

std::optional<SaslFailure> check_authzid(std::string_view encoded, std::string_view domain) {
  if (encoded.empty() || encoded == "=") return std::nullopt;
  const auto decoded = from_base64(encoded);
  if (!decoded) return SaslFailure::kIncorrectEncoding;
  const auto named = normal_domain(as_text(*decoded));
  if (!named || *named != domain) return SaslFailure::kInvalidAuthzid;
  return std::nullopt;
}

}  // namespace guard::xmpp
