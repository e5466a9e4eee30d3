// certificate_checks: whether the certificates of an edge fit what it has to show and to hide.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/base/file_error.h"
#include "guard/supervisor/credentials.h"
#include "guard/wire/configuration.h"

namespace guard::supervisor {

// uncovered gives the domains (A-labels) that the edge speaks for by name and that no credential
// covers. What is behind a wildcard or a default route cannot be counted.
[[nodiscard]] std::vector<std::string> uncovered(const wire::EdgeConfiguration& edge,
                                                 const std::vector<Credential>& credentials);

// FarNames says whose a name in a certificate is, and who may see whom. It borrows the
// configuration.
class FarNames {
 public:
  explicit FarNames(const wire::EdgeConfiguration& edge);

  // owner gives the peer of a name, as certificates spell names: a far one, or one of the side.
  [[nodiscard]] std::optional<PeerIndex> owner(const std::string& name) const;
  // viewers lists one near peer for each view.
  [[nodiscard]] const std::vector<const wire::NearPeer*>& viewers() const { return viewers_; }
  [[nodiscard]] const wire::EdgeConfiguration& edge() const { return edge_; }

 private:
  const wire::EdgeConfiguration& edge_;
  DomainTable owners_;
  std::vector<const wire::NearPeer*> viewers_;
};

// names_apart: INVARIANT(INVISIBLE): whoever is shown a certificate reads all its names, so all of
// them must belong to peers that the same near peers may see. The error names what would be
// shown to whom; there is at most one.
[[nodiscard]] std::vector<FileError> names_apart(const Credential& credential,
                                                 const FarNames& names);

// trusted_across gives an error for each trust of the other side that would accept the credential:
// an edge that has been taken over must hold no key that anybody there would believe.
[[nodiscard]] std::vector<FileError> trusted_across(const Credential& credential,
                                                    const wire::EdgeConfiguration& other_edge);

}  // namespace guard::supervisor
