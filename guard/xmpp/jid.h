// Jid: an address, split, checked and brought into its normal form (RFC 7622).
//
// Peers still use stringprep (RFC 6122) where the standard now says PRECIS. An address that the
// two read differently could be one account here and another one there, so it is refused
// (SPEC: S28). Domains alone need domain.h only.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "guard/xmpp/domain.h"

namespace guard::xmpp {

// JidFault says which part is at fault. All of them answer a stanza with jid-malformed.
enum class JidFault : std::uint8_t {
  kEmpty,  // the whole text
  kLocal,  // empty before '@', too long, a forbidden character, or read differently
  kDomain,
  kResource,  // empty behind '/', too long, a forbidden character, or read differently
};

[[nodiscard]] std::string_view to_string(JidFault fault);

// Jid holds the three parts in their normal form. Local and resource part are empty where absent.
struct Jid {
  std::string local;
  std::string domain;
  std::string resource;

  // to_string gives local@domain/resource; bare leaves the resource out.
  [[nodiscard]] std::string to_string() const;
  [[nodiscard]] std::string bare() const;
  [[nodiscard]] bool is_bare() const { return resource.empty(); }

  bool operator==(const Jid&) const = default;
};

// parse_jid splits and normalises. Each part has at most 1,023 octets before and after
// normalisation. The text must be UTF-8; anything else is a fault, never a crash.
[[nodiscard]] std::expected<Jid, JidFault> parse_jid(std::string_view text);

// JidText is a view of the three parts as written, neither checked nor normalised.
struct JidText {
  std::string_view local;
  std::string_view domain;
  std::string_view resource;
  bool has_local = false;
  bool has_resource = false;
};

// split_jid cuts at the first '/' and then at the first '@' before it (SPEC: RFC 7622 3.1).
[[nodiscard]] JidText split_jid(std::string_view text);

}  // namespace guard::xmpp
