// Trust: the authorities that a peer's certificate has to lead up to, and the lists of what they
// have revoked (RFC 5280, RFC 6120 section 13.7).
//
// Who controls its input: the operator, by way of guardd; the certificates that it judges come from
// whoever made them.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/net/peer_certificate.h"
#include "guard/xmpp/certificate_match.h"

namespace guard::net {

// TrustTexts is what a Trust is made of.
struct TrustTexts {
  std::string authorities;             // PEM
  bool revocation = false;             // every certificate below an authority needs a list
  std::vector<std::string> lists;      // CRLs, DER
  std::uint32_t tolerate_seconds = 0;  // that a list counts for, past its nextUpdate
};

// CertificateUse: what the certificate has to be good for.
enum class CertificateUse : std::uint8_t {
  kServer,  // of a server that we have connected to
  kClient,  // of a server that has connected to us
  // kEither: the same, where serverAuth alone will do.
  // COMPAT(prosody 0.12): its own default accepts such certificates, so administrators make them.
  kEither,
};

// TrustVerdict is what a certificate is worth.
struct TrustVerdict {
  xmpp::CertificateFacts facts;
  // When it is to be judged again at the latest, where its chain is valid: something in the chain
  // expires then, or a list becomes too old.
  std::optional<UtcTime> until;
};

// Trust is immutable; it outlives no certificate that it judges, and keeps nothing of them.
class Trust {
 public:
  // make reads the texts; the error says, in words of our own, which could not be used. Without any
  // authority nothing is trusted.
  [[nodiscard]] static std::expected<std::unique_ptr<Trust>, std::string> make(
      const TrustTexts& texts);
  ~Trust();
  Trust(const Trust&) = delete;
  Trust& operator=(const Trust&) = delete;

  // judge verifies the chain at that time. Keys and signatures below 112 bits of strength do not
  // count. An authority that is trusted itself needs no root above it, and is not looked for in a
  // list. An OCSP response that came with the certificate is heard where revocation counts, and can
  // only refuse: it replaces no list. Where an authority of the chain is bound to names (name
  // constraints), only dNSNames count: authorities are rarely bound for the other forms, and an
  // SRVName would slip through.
  [[nodiscard]] TrustVerdict judge(const PeerCertificate& certificate, CertificateUse use,
                                   UtcTime now) const;

 private:
  Trust();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace guard::net
