// PeerCertificate: what the other end of a TLS session showed. A value: the certificates are
// shared.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "guard/xmpp/certificate_match.h"

namespace guard::net {

class PeerCertificate {
 public:
  // Nothing was shown.
  PeerCertificate() = default;

  [[nodiscard]] bool presented() const { return state_ != nullptr; }

  // facts says what stands in it. Nothing is known of its chain: Trust::judge says that.
  [[nodiscard]] xmpp::CertificateFacts facts() const;

  // directory_attributes gives the value of the extension subjectDirectoryAttributes, which nobody
  // here looks into (SPEC: RFC 5280 4.2.1.8); empty without one, with two, and where it is longer
  // than `most` octets. It means nothing before the chain has been judged.
  [[nodiscard]] std::string directory_attributes(std::size_t most) const;

  struct State;
  explicit PeerCertificate(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  [[nodiscard]] const State* state() const { return state_.get(); }

 private:
  std::shared_ptr<const State> state_;
};

}  // namespace guard::net
