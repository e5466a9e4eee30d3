// PlaceSet: stanzas of one direction of a stream, by their places (the first is 1), of which an end
// of it knows something: that they are handled, or acknowledged. Pure.
//
// Memory: one entry for each gap.
#pragma once

#include <cstdint>
#include <map>

#include "guard/xmpp/stream_event.h"

namespace guard::xmpp {

class PlaceSet {
 public:
  // add takes more places and gives how many of them are new. REQUIRES: 1 <= first <= last.
  std::uint64_t add(const PlaceRun& run);
  // prefix: all places up to this one are there, and the next is not.
  [[nodiscard]] std::uint64_t prefix() const {
    return runs_.empty() || runs_.begin()->first != 1 ? 0 : runs_.begin()->second;
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::map<std::uint64_t, std::uint64_t> runs_;  // first to last; neither touch nor overlap
  std::uint64_t size_ = 0;
};

}  // namespace guard::xmpp
