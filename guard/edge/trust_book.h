// TrustBook: what certificates of this side's peers have to lead up to: the side's authorities, or
// a peer's own instead of them, with the lists of what has been revoked.
#pragma once

#include <expected>
#include <map>
#include <memory>
#include <string>

#include "guard/net/trust.h"
#include "guard/wire/configuration.h"
#include "guard/wire/messages.h"

namespace guard::edge {

class TrustBook {
 public:
  // make reads everything; the error names, in words of our own, what could not be used.
  [[nodiscard]] static std::expected<TrustBook, std::string> make(
      const wire::EdgeConfiguration& configuration);

  // extend adds the authorities of peers that are new in another policy; the others' stay. The
  // error leaves a book that is not to be used.
  [[nodiscard]] std::expected<void, std::string> extend(
      const wire::EdgeConfiguration& configuration);

  // judge says what a certificate is worth now, as that peer's.
  [[nodiscard]] net::TrustVerdict judge(PeerIndex peer, const net::PeerCertificate& certificate,
                                        net::CertificateUse use) const;

  // replace takes new lists; the old ones are forgotten. The error leaves everything as it was.
  [[nodiscard]] std::expected<void, std::string> replace(const wire::RevocationLists& lists);

 private:
  struct Entry {
    net::TrustTexts texts;
    std::unique_ptr<net::Trust> trust;
  };
  [[nodiscard]] std::expected<void, std::string> add(PeerIndex peer, const wire::Trust& trust);

  std::map<PeerIndex, Entry> entries_;  // kNoPeer: the side's
};

}  // namespace guard::edge
