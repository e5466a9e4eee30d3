#include "audit/anchor_line.h"

#include "audit/export_format.h"
#include "audit/note.h"
#include "guard/base/base64.h"
#include "guard/base/bytes.h"

namespace audit {
namespace {

constexpr std::string_view kElement = "[anchor@32473 ";
constexpr std::string_view kNote = " note=\"";
constexpr std::size_t kMostHost = 255;  // RFC 5424 6

}  // namespace

std::string syslog_anchor(const Checkpoint& checkpoint, std::string_view note, guard::UtcTime time,
                          std::string_view host) {
  std::string name(host.substr(0, kMostHost));
  for (char& c : name) {
    if (c <= 0x20 || c >= 0x7f) c = '-';
  }
  const std::string size = std::to_string(checkpoint.size);
  return "<110>1 " + guard::to_iso8601(time) + " " + (name.empty() ? "-" : name) +
         " guard-audit - anchor " + std::string(kElement) + "origin=\"" +
         syslog_value(checkpoint.origin) + "\" size=\"" + size + "\"" + std::string(kNote) +
         guard::to_base64(guard::as_bytes(note)) + "\"] the audit log " + checkpoint.origin +
         " has " + size + " records";
}

std::string octet_counted(std::string_view message) {
  return std::to_string(message.size()) + " " + std::string(message);
}

bool is_syslog(std::string_view text) { return text.contains(kElement); }

std::expected<std::string, std::string> notes_in_syslog(std::string_view text) {
  std::string notes;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t element = line.find(kElement);
    if (element == std::string_view::npos) continue;
    const std::size_t begin = line.find(kNote, element);
    const std::size_t value = begin == std::string_view::npos ? begin : begin + kNote.size();
    const std::size_t quote = value == std::string_view::npos ? value : line.find('"', value);
    if (quote == std::string_view::npos) return std::unexpected("a note in each anchor message");
    const auto octets = guard::from_base64(line.substr(value, quote - value));
    if (!octets) return std::unexpected("base64 in each anchor message");
    const std::string_view note = guard::as_text(*octets);
    if (!parse_note(note)) return std::unexpected("a signed note in each anchor message");
    notes.append(note).append("\n");
  }
  return notes;
}

}  // namespace audit
