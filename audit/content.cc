#include "audit/content.h"

namespace audit {

std::expected<std::optional<Kept>, ReadError> find_content(const std::filesystem::path& log,
                                                           std::uint64_t sequence) {
  const std::vector<SegmentFile> files = readable_segments(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  for (const SegmentFile& file : files) {
    auto reader = Reader::open(file.path);
    if (!reader) return std::unexpected(reader.error());
    const auto bounds = reader->bounds();
    if (!bounds) return std::unexpected(bounds.error());
    if (sequence < bounds->first || sequence > bounds->last) continue;
    std::optional<Kept> kept;
    const auto read = reader->read(sequence, sequence, {}, false, [&](const StoredRecord& stored) {
      kept = Kept{stored.record, std::nullopt};
      return false;
    });
    if (!read) return std::unexpected(read.error());
    if (!kept) return std::nullopt;
    auto sealed = reader->content(sequence);
    if (!sealed) return std::unexpected(sealed.error());
    kept->sealed = std::move(*sealed);
    return kept;
  }
  return std::nullopt;
}

std::string what_is_wrong_with(const Kept& kept) {
  if (kept.record.content_size == 0) {
    if (kept.sealed) return "sealed content that the record does not speak of";
    const bool cut = ("," + kept.record.cut + ",").contains(",content,");
    return cut ? "its content was not kept: the peer's budget was used up"
               : "no content of it is kept";
  }
  if (!kept.sealed) return "the sealed content is missing";
  if (kept.sealed->size() != kept.record.content_size ||
      guard::Sha256().digest(guard::as_bytes(*kept.sealed)) != kept.record.content_hash) {
    return "the sealed content is not what was recorded";
  }
  return {};
}

std::expected<std::string, guard::Unopened> open_content(const Kept& kept, const std::string& key,
                                                         const std::string& certificate) {
  if (std::string wrong = what_is_wrong_with(kept); !wrong.empty()) {
    return std::unexpected(guard::Unopened{std::move(wrong)});
  }
  auto opened = guard::open_envelope(*kept.sealed, key, certificate);
  if (!opened) return opened;
  if (opened->size() != kept.record.received_size ||
      guard::Sha256().digest(guard::as_bytes(*opened)) != kept.record.received_hash) {
    return std::unexpected(
        guard::Unopened{"what was sealed is not what was received: the filter has lied"});
  }
  return opened;
}

}  // namespace audit
