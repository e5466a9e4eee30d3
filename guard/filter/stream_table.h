// StreamTable: what the edge has said about each of its streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>
#include <unordered_map>

#include "guard/filter/addresses.h"
#include "guard/wire/messages.h"

namespace guard::filter {

// StreamTable is bounded: an edge that says more than it ever could if it kept its own limits is
// refused, and the filter's process ends.
class StreamTable {
 public:
  static constexpr std::size_t kMaxStreams = 65'536;
  static constexpr std::size_t kMaxPairs = 1'000'000;  // of all streams
  static constexpr std::size_t kMaxDomain = 1'023;     // octets (SPEC: RFC 7622 3.2)
  static constexpr std::size_t kMaxOctets = 64U
                                            << 20U;  // of all domains and attributes of all streams

  // set replaces what was known of a stream; without pairs the stream is forgotten. `certificate`
  // is what the context's attributes say. The error is a literal that says which bound was passed.
  [[nodiscard]] std::expected<void, std::string_view> set(
      wire::Context context, policy::CertificateClearance certificate = {});

  // find gives what is known of a stream, or nullptr; it lives until the next call of set.
  [[nodiscard]] const StreamContext* find(std::uint64_t stream) const;

  // clear forgets all streams: their edge is gone.
  void clear();

 private:
  std::unordered_map<std::uint64_t, StreamContext> streams_;
  std::size_t pairs_ = 0;
  std::size_t octets_ = 0;
};

}  // namespace guard::filter
