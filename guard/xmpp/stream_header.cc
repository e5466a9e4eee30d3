#include "guard/xmpp/stream_header.h"

#include <algorithm>

#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {

std::string write_stream_header(std::string_view from, std::string_view to, std::string_view id) {
  std::string text = "<?xml version='1.0'?><stream:stream";
  append_attribute(text, "xmlns", kServerNs);
  append_attribute(text, "xmlns:stream", kStreamsNs);
  append_attribute(text, "xmlns:db", kDialbackNs);
  if (!id.empty()) append_attribute(text, "id", id);
  if (!from.empty()) append_attribute(text, "from", from);
  if (!to.empty()) append_attribute(text, "to", to);
  append_attribute(text, "version", "1.0");
  append_attribute(text, "xml:lang", "en");
  return text += '>';
}

std::optional<StreamError> check_version(const StreamHeader& header) {
  const auto unsupported = StreamError::kUnsupportedVersion;
  if (!header.version) return unsupported;
  const std::string_view version = *header.version;
  const std::string_view major = version.substr(0, version.find('.'));
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (major.empty() || major.size() > 4 || !std::ranges::all_of(major, is_digit)) {
    return unsupported;
  }
  if (std::ranges::all_of(major, [](char c) { return c == '0'; })) return unsupported;
  return std::nullopt;
}

}  // namespace guard::xmpp
