// Anchor: a checkpoint that was kept outside the log.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "audit/checkpoint.h"

namespace audit {

struct Anchor {
  std::string name;  // of the file, for what is said about it
  std::string text;  // the note as it was kept
  Note note;
  Checkpoint checkpoint;
};

// read_anchors reads one note after another from a text. The error says what was expected.
[[nodiscard]] std::expected<std::vector<Anchor>, std::string> read_anchors(std::string_view name,
                                                                           std::string_view text);

}  // namespace audit
