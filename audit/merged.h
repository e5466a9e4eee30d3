// Merged: the records of several logs, from several guards, in the order of their times.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "audit/query.h"

namespace audit {

// Source is one log of several, and what it is called; only what follows `after` is asked of it.
struct Source {
  std::string guard;
  std::filesystem::path log;
  std::uint64_t after = 0;
};

// sources_of reads "NAME=LOG" or "LOG", which is its own name. A LOG that is there is one, whatever
// it has in its name. The error says which name stands for two.
[[nodiscard]] std::expected<std::vector<Source>, std::string> sources_of(
    const std::vector<std::string>& arguments);

// query_all is query over several logs. Times are each guard's own clock; records of one log keep
// their order, of equal times the log that was named first comes first. Of one log Found::guard is
// empty, and `seen` is told how far it is. The filter's `after` and `before` are of one log: REQUIRES: they are 0 where there are
// several (Source::after is not).
[[nodiscard]] std::expected<void, ReadError> query_all(
    const std::vector<Source>& sources, const Filter& filter,
    const std::function<bool(const Found&)>& take, const Seen& seen = {});

}  // namespace audit
