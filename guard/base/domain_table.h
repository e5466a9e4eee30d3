// DomainTable: which peer a domain belongs to, by exact name, by domain and subdomains, or by the
// default route. Never DNS, never the peer's word (SPEC: design of peer controls).
//
// Names are compared octet by octet: callers bring them to their normal form first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace guard {

enum class DomainMatch : std::uint8_t { kExact = 0, kSubdomains = 1, kDefault = 2 };

// PeerIndex is, in a policy, the place of a peer in its file, from 0; between processes the number
// that guardd has given it (guard/README.md, Numbers).
using PeerIndex = std::uint32_t;

// DomainTable maps domains to peers. Lookup costs one hash for each label of the domain,
// whatever the number of peers. Copyable value.
class DomainTable {
 public:
  // add claims a domain for a peer. kSubdomains claims the domain itself and everything below it;
  // kDefault takes the name "" and claims whatever nothing else does. False, and no change, when
  // the same claim is there already.
  [[nodiscard]] bool add(std::string_view domain, DomainMatch match, PeerIndex peer);

  // find returns the peer of `domain`: the exact claim, else the longest matching kSubdomains,
  // else the default route, else nothing.
  [[nodiscard]] std::optional<PeerIndex> find(std::string_view domain) const;

  // names says whether the peer claims `domain` itself, exactly.
  [[nodiscard]] bool names(PeerIndex peer, std::string_view domain) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  using Claims = std::unordered_map<std::string, PeerIndex, Hash, std::equal_to<>>;

  Claims exact_;
  Claims subdomains_;
  std::optional<PeerIndex> default_;
};

}  // namespace guard
