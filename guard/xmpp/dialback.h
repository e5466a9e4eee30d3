// Dialback: the key that proves who opened a stream (XEP-0220, XEP-0185).
#pragma once

#include <string>
#include <string_view>

namespace guard::xmpp {

// DialbackSecret makes and checks keys for the domains of one side. It is a value; what it holds
// is secret and is wiped when it dies. What it was made from is the caller's to wipe.
class DialbackSecret {
 public:
  // The secret may be of any length; at least 32 random octets are expected of the shell.
  explicit DialbackSecret(std::string_view secret);
  ~DialbackSecret();
  DialbackSecret(const DialbackSecret&) = default;
  DialbackSecret& operator=(const DialbackSecret&) = default;

  // key gives HMAC-SHA256(hex(SHA256(secret)), "receiving originating stream_id") in lower-case
  // hex (SPEC: XEP-0185 3). The receiving domain is the one that gave the stream its id.
  [[nodiscard]] std::string key(std::string_view receiving, std::string_view originating,
                                std::string_view stream_id) const;

  // matches compares `candidate` with the key in time that does not depend on where they differ.
  [[nodiscard]] bool matches(std::string_view candidate, std::string_view receiving,
                             std::string_view originating, std::string_view stream_id) const;

 private:
  std::string hashed_;  // hex(SHA256(secret))
};

}  // namespace guard::xmpp
