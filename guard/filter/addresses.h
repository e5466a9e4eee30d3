// Addresses: whom a stanza is from and for, held against what is authenticated on its stream.
//
// INVARIANT(SIDE_BOUND): `from` is of a domain that the peer has authenticated on this very stream,
// and the pair (from domain, to domain) is one that it has been let in for.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>
#include <vector>

#include "guard/base/domain_table.h"
#include "guard/wire/messages.h"
#include "guard/xmpp/jid.h"
#include "policy/certificate_clearance.h"

namespace guard::filter {

// StreamContext is what the edge says about a stream; the edge may lie about which of its own
// peers a stream belongs to, and about nothing else that counts here.
struct StreamContext {
  PeerIndex peer = wire::kNoPeer;
  std::vector<wire::DomainPair> pairs;  // in ascending order
  // What the certificate that has let the stream in says, where the policy asks for it.
  policy::CertificateClearance certificate = {};
  std::size_t attribute_octets = 0;  // that it was read from
};

enum class AddressFault : std::uint8_t {
  kMissing,        // no to or no from (SPEC: RFC 6120 8.1.1.2, 8.1.2.2): improper-addressing
  kForeignFrom,    // a from that is not of an authenticated domain: invalid-from
  kUnknownPair,    // a pair that is not authenticated, a to that has no domain: host-unknown
  kMalformedFrom,  // the domain is right and the rest is no address: nobody to answer to
};

struct Addresses {
  xmpp::Jid from;
  xmpp::Jid to;
  bool to_malformed = false;  // the domain is right and the rest is no address; `to` is the domain
};

// check_addresses takes the attributes as the peer wrote them.
[[nodiscard]] std::expected<Addresses, AddressFault> check_addresses(
    std::optional<std::string_view> from, std::optional<std::string_view> to,
    const StreamContext& context);

}  // namespace guard::filter
