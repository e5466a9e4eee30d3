// Content: what is kept of a stanza's content, and what an officer's key shows of it.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "audit/reader.h"
#include "guard/base/cms_envelope.h"

namespace audit {

// Kept is a record, and the sealed content beside it: nullopt where there is none.
struct Kept {
  Record record;
  std::optional<std::string> sealed;
};

// find_content looks for a record in a log (a directory or one segment); nullopt where it is not
// there.
[[nodiscard]] std::expected<std::optional<Kept>, ReadError> find_content(
    const std::filesystem::path& log, std::uint64_t sequence);

// what_is_wrong_with says why the sealed octets are not those that the record is about; "" where
// they are.
[[nodiscard]] std::string what_is_wrong_with(const Kept& kept);

// open_content opens the envelope and gives the stanza as it was received. The error says why not:
// the key is another's, the envelope was changed, or what lies in it is not what the edge has
// announced (then a filter has lied).
[[nodiscard]] std::expected<std::string, guard::Unopened> open_content(
    const Kept& kept, const std::string& key, const std::string& certificate);

}  // namespace audit
