// Query: which records an officer asks for.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/reader.h"

namespace audit {

// Filter: what is set must all agree. Empty strings ask for nothing.
struct Filter {
  std::optional<guard::UtcTime> since = {};  // from then
  std::optional<guard::UtcTime> until = {};  // before then
  std::optional<guard::Lane> direction = {};
  std::optional<Class> row_class = {};
  std::string peer = {};     // a peer's name: of sender, receiver, or whom an event is about
  std::string from = {};     // an address, a bare address, or a domain
  std::string to = {};       // the same
  std::string verdict = {};  // allowed, refused, withheld
  std::string reason = {};
  std::string rule = {};
  std::string policy = {};  // how its digest begins, in lower-case hexadecimal digits
  std::string label = {};  // part of the marking, in any case
  std::string event = {};
  std::string id = {};       // a stanza's id
  std::string text = {};     // part of reason, detail or facts, in any case
  std::string kind = {};     // message, presence, iq
  std::uint64_t limit = 0;   // at most so many records; 0: all
  bool reverse = false;      // newest first
  std::uint64_t after = 0;   // only what follows this sequence
  std::uint64_t before = 0;  // only what precedes this one; 0: no bound
};

// Found is a record and, where it released bytes, how that ended; nullopt while that is open.
// `guard` names its log where several are asked.
struct Found {
  const Record& record;
  std::optional<Result> ended;
  std::string_view guard = {};
};

// conditions_of are what SQLite is asked for a filter, but times, sequences and limit.
[[nodiscard]] std::vector<Condition> conditions_of(const Filter& filter);

// query calls `take` for each record of a log (a directory or one segment) that the filter asks
// for, in order of sequence. It stops early where `take` returns false.
[[nodiscard]] std::expected<void, ReadError> query(const std::filesystem::path& log,
                                                   const Filter& filter,
                                                   const std::function<bool(const Found&)>& take,
                                                   const Seen& seen = {});

// address_matches says whether `address` is the wanted full address, is of the wanted bare
// address, or of the wanted domain. Letters of ASCII compare in any case.
[[nodiscard]] bool address_matches(std::string_view wanted, std::string_view address);

// parse_moment reads ISO 8601, "today", "yesterday", "now", or a span before now: a number and one
// of s, m, h, d, w. Days begin at midnight UTC.
[[nodiscard]] std::optional<guard::UtcTime> parse_moment(std::string_view text, guard::UtcTime now);

}  // namespace audit
