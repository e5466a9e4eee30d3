// StreamError: the conditions that end a stream (RFC 6120 section 4.9), and how they are written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace guard::xmpp {

// StreamError names every defined condition (SPEC: RFC 6120 4.9.3). The numbers are stable: they
// travel between processes and into the audit log.
enum class StreamError : std::uint8_t {
  kBadFormat = 0,
  kBadNamespacePrefix = 1,
  kConflict = 2,
  kConnectionTimeout = 3,
  kHostGone = 4,
  kHostUnknown = 5,
  kImproperAddressing = 6,
  kInternalServerError = 7,
  kInvalidFrom = 8,
  kInvalidNamespace = 9,
  kInvalidXml = 10,
  kNotAuthorized = 11,
  kNotWellFormed = 12,
  kPolicyViolation = 13,
  kRemoteConnectionFailed = 14,
  kReset = 15,
  kResourceConstraint = 16,
  kRestrictedXml = 17,
  kSeeOtherHost = 18,
  kSystemShutdown = 19,
  kUndefinedCondition = 20,
  kUnsupportedEncoding = 21,
  kUnsupportedFeature = 22,
  kUnsupportedStanzaType = 23,
  kUnsupportedVersion = 24,
};

inline constexpr std::string_view kStreamErrorsNs = "urn:ietf:params:xml:ns:xmpp-streams";

// to_string gives the condition's element name, such as "not-well-formed".
[[nodiscard]] std::string_view to_string(StreamError condition);

// stream_error_from is the inverse of to_string; nullopt for a name that RFC 6120 does not define.
[[nodiscard]] std::optional<StreamError> stream_error_from(std::string_view name);

// write_stream_error writes the <stream:error/> element, without text (a text could carry policy
// or far-domain words), for a stream whose header binds the prefix "stream". It does not close
// the stream.
[[nodiscard]] std::string write_stream_error(StreamError condition);

}  // namespace guard::xmpp
