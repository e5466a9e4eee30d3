#include "guard/filter/peer_places.h"

#include <utility>

#include "guard/base/check.h"
#include "guard/wire/control_messages.h"

namespace guard::filter {

std::expected<PeerPlaces, std::string_view> PeerPlaces::make(std::vector<PeerIndex> numbers,
                                                             std::size_t peers) {
  if (numbers.size() != peers) return std::unexpected("not one number for each peer of the policy");
  PeerPlaces made;
  for (PeerIndex place = 0; place < numbers.size(); ++place) {
    if (numbers[place] == wire::kNoPeer || !made.places_.emplace(numbers[place], place).second) {
      return std::unexpected("two peers of the policy with one number");
    }
  }
  made.numbers_ = std::move(numbers);
  return made;
}

std::optional<PeerIndex> PeerPlaces::place(PeerIndex number) const {
  const auto found = places_.find(number);
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

PeerIndex PeerPlaces::number(PeerIndex place) const {
  if (place == wire::kNoPeer) return place;
  CHECK(place < numbers_.size());
  return numbers_[place];
}

}  // namespace guard::filter
