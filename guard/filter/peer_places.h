// PeerPlaces: from a peer's number, which it keeps from one policy to the next, to its place in the
// policy at hand, and back. Pure.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "guard/base/domain_table.h"

namespace guard::filter {

class PeerPlaces {
 public:
  // A PeerPlaces of nothing knows nobody.
  PeerPlaces() = default;

  // make takes the number of each of `peers` peers, by place. Errors: not one for each, one twice.
  [[nodiscard]] static std::expected<PeerPlaces, std::string_view> make(
      std::vector<PeerIndex> numbers, std::size_t peers);

  // place gives the peer's place; nullopt for a number that no peer of this policy has: a peer that
  // an earlier policy had, or nobody.
  [[nodiscard]] std::optional<PeerIndex> place(PeerIndex number) const;

  // number gives the number of the peer at that place; wire::kNoPeer stays what it is.
  // REQUIRES: the policy has that place.
  [[nodiscard]] PeerIndex number(PeerIndex place) const;

 private:
  std::vector<PeerIndex> numbers_;
  std::unordered_map<PeerIndex, PeerIndex> places_;
};

}  // namespace guard::filter
