// Features: what <stream:features/> offers, written and read (RFC 6120 section 4.3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "guard/xmpp/element.h"
#include "guard/xmpp/stream_event.h"
#include "guard/xmpp/stream_management.h"

namespace guard::xmpp {

inline constexpr std::string_view kTlsNs = "urn:ietf:params:xml:ns:xmpp-tls";
inline constexpr std::string_view kSaslNs = "urn:ietf:params:xml:ns:xmpp-sasl";
inline constexpr std::string_view kDialbackFeatureNs = "urn:xmpp:features:dialback";
inline constexpr std::string_view kBidiFeatureNs = "urn:xmpp:features:bidi";
inline constexpr std::string_view kBidiNs = "urn:xmpp:bidi";
inline constexpr std::string_view kLimitsNs = "urn:xmpp:stream-limits:0";

struct Features {
  bool starttls = false;         // written as required
  bool external = false;         // SASL mechanism EXTERNAL
  bool dialback = false;         // XEP-0220 2.3.2
  bool dialback_errors = false;  // the peer answers type='error' and keeps the stream
  PeerLimits limits{};           // XEP-0478
  // The best version that is offered (XEP-0198); written as both.
  std::optional<ManagementVersion> management{};
  bool both_ways = false;   // XEP-0288
  bool tells_each = false;  // <handled/> of stream_management.h
};

// write_features writes the element; `limits` only where it says something.
[[nodiscard]] std::string write_features(const Features& features);

// read_features takes what it knows out of the element and ignores the rest; nullopt where the
// element is not <stream:features/>.
[[nodiscard]] std::optional<Features> read_features(const StreamElement& element);

}  // namespace guard::xmpp
