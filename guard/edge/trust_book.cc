#include "guard/edge/trust_book.h"

#include <utility>

#include "guard/base/check.h"
#include "guard/base/utc_time.h"

namespace guard::edge {

std::expected<TrustBook, std::string> TrustBook::make(
    const wire::EdgeConfiguration& configuration) {
  TrustBook book;
  if (auto added = book.add(wire::kNoPeer, configuration.trust); !added) {
    return std::unexpected(std::move(added.error()));
  }
  if (auto added = book.extend(configuration); !added) {
    return std::unexpected(std::move(added.error()));
  }
  return book;
}

std::expected<void, std::string> TrustBook::extend(const wire::EdgeConfiguration& configuration) {
  for (const wire::NearPeer& peer : configuration.near_peers) {
    if (peer.trust.empty() || entries_.contains(peer.index)) continue;
    if (auto added = add(peer.index, peer.trust.front()); !added) return added;
  }
  return {};
}

std::expected<void, std::string> TrustBook::add(PeerIndex peer, const wire::Trust& trust) {
  Entry entry;
  entry.texts = {.authorities = trust.authorities,
                 .revocation = trust.revocation,
                 .lists = trust.lists,
                 .tolerate_seconds = trust.tolerate_seconds};
  auto made = net::Trust::make(entry.texts);
  if (!made) return std::unexpected(std::move(made.error()));
  entry.trust = std::move(*made);
  entries_.insert_or_assign(peer, std::move(entry));
  return {};
}

net::TrustVerdict TrustBook::judge(PeerIndex peer, const net::PeerCertificate& certificate,
                                   net::CertificateUse use) const {
  auto found = entries_.find(peer);
  if (found == entries_.end()) found = entries_.find(wire::kNoPeer);
  CHECK(found != entries_.end());
  return found->second.trust->judge(certificate, use, now_utc());
}

std::expected<void, std::string> TrustBook::replace(const wire::RevocationLists& lists) {
  const auto found = entries_.find(lists.peer);
  if (found == entries_.end() || !found->second.texts.revocation) {
    return std::unexpected("was given revocation lists that nobody asked for");
  }
  net::TrustTexts texts = found->second.texts;
  texts.lists = lists.lists;
  auto made = net::Trust::make(texts);
  if (!made) return std::unexpected(std::move(made.error()));
  found->second = {std::move(texts), std::move(*made)};
  return {};
}

}  // namespace guard::edge
