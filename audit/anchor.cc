#include "audit/anchor.h"

#include <utility>

namespace audit {

std::expected<std::vector<Anchor>, std::string> read_anchors(std::string_view name,
                                                             std::string_view text) {
  std::vector<Anchor> anchors;
  // A note ends with the last line that begins as a signature does.
  constexpr std::string_view kSignature = "\n\xe2\x80\x94 ";
  while (!text.empty()) {
    std::size_t end = text.find(kSignature);
    while (end != std::string_view::npos) {
      const std::size_t line = text.find('\n', end + 1);
      if (line == std::string_view::npos || text.substr(line).starts_with(kSignature)) {
        end = line;
        continue;
      }
      end = line + 1;
      break;
    }
    auto note = parse_note(text.substr(0, end));
    if (!note) return std::unexpected(std::string(note.error()));
    auto checkpoint = parse_checkpoint(note->text);
    if (!checkpoint) return std::unexpected(std::string(checkpoint.error()));
    anchors.push_back({std::string(name), std::string(text.substr(0, end)), std::move(*note),
                       std::move(*checkpoint)});
    if (end == std::string_view::npos) break;
    text.remove_prefix(end);
    while (text.starts_with('\n')) text.remove_prefix(1);
  }
  if (anchors.empty()) return std::unexpected("a checkpoint");
  return anchors;
}

}  // namespace audit
