// Tail: what the end of the log says about work that was under way when a recorder died.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "audit/log_files.h"
#include "guard/base/side.h"

namespace audit {

// Tail is what the end of the log says about work that was under way.
struct Tail {
  // TailDelivery is one released delivery; `ended` where an outcome is recorded.
  struct TailDelivery {
    std::uint64_t sequence = 0;
    bool ended = false;
  };
  // deliveries by the peer's name, in order; none is missing that has no outcome.
  std::map<std::string, std::vector<TailDelivery>, std::less<>> deliveries;
  // Rows of requests that have ended, by those of their answers or of the error in their place,
  // among the rows that were read; ascending.
  std::vector<std::uint64_t> answered;
  // TailClose is a stream that a row has closed, with the condition that `detail` names.
  struct TailClose {
    std::uint64_t sequence = 0;
    std::uint64_t stream = 0;
    std::string detail;
  };
  // closes by the edge's epoch and side, in order, among the rows that were read.
  std::map<std::pair<std::uint64_t, guard::Side>, std::vector<TailClose>> closes;
  // The last ticket and the last event number of each epoch and side, among the rows that were
  // read. A side's tickets are of all the lanes that begin there.
  std::map<std::pair<std::uint64_t, guard::Side>, std::uint64_t> tickets;
  std::map<std::pair<std::uint64_t, guard::Side>, std::uint64_t> events;
};

// read_tail reads the records from `since` to the end, or from the last horizon where that is
// earlier, in all segments of a log. REQUIRES: the caller is the log's writer, and seals nothing.
[[nodiscard]] OrLogError<Tail> read_tail(const std::filesystem::path& directory,
                                         std::uint64_t since);

}  // namespace audit
