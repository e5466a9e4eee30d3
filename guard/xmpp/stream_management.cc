#include "guard/xmpp/stream_management.h"

#include <array>
#include <charconv>
#include <utility>

#include "guard/base/check.h"
#include "guard/xmpp/stream_error.h"
#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {
namespace {

constexpr std::string_view kNs2 = "urn:xmpp:sm:2";
constexpr std::string_view kNs3 = "urn:xmpp:sm:3";
constexpr std::string_view kStanzaErrorsNs = "urn:ietf:params:xml:ns:xmpp-stanzas";
constexpr std::size_t kDigits = 10;       // of 2^32 - 1
constexpr std::size_t kPlaceDigits = 19;  // of 2^63 - 1

constexpr std::array<std::pair<ManagementKind, std::string_view>, 6> kNames = {
    {{ManagementKind::kEnable, "enable"},
     {ManagementKind::kEnabled, "enabled"},
     {ManagementKind::kFailed, "failed"},
     {ManagementKind::kResume, "resume"},
     {ManagementKind::kRequest, "r"},
     {ManagementKind::kAnswer, "a"}}};

std::string_view name_of(ManagementKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  CHECK(false && "a kind without a name");
  return {};
}

// Digits and nothing else: no sign, no white space.
template <typename Number>
std::optional<Number> read_count(const std::string* text, std::size_t digits) {
  if (text == nullptr || text->empty() || text->size() > digits) return std::nullopt;
  const char* const end = text->data() + text->size();
  Number value = 0;
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

}  // namespace

std::string_view namespace_of(ManagementVersion version) {
  return version == ManagementVersion::k2 ? kNs2 : kNs3;
}

std::optional<ManagementVersion> management_version(std::string_view ns) {
  if (ns == kNs2) return ManagementVersion::k2;
  if (ns == kNs3) return ManagementVersion::k3;
  return std::nullopt;
}

std::expected<ManagementElement, ManagementFault> read_management(const StreamElement& element) {
  const auto version = management_version(element.ns);
  if (!version) return std::unexpected(ManagementFault::kNotManagement);
  for (const auto& [kind, name] : kNames) {
    if (element.name != name) continue;
    ManagementElement read{.kind = kind, .version = *version};
    if (kind == ManagementKind::kAnswer) {
      const auto h = read_count<std::uint32_t>(element.attribute("h"), kDigits);
      if (!h) return std::unexpected(ManagementFault::kNoCount);
      read.h = *h;
    }
    if (kind == ManagementKind::kEnable || kind == ManagementKind::kEnabled) {
      read.each = element.child(kHandledNs, "handled") != nullptr;
    }
    return read;
  }
  return std::unexpected(ManagementFault::kNotManagement);
}

std::string write_management(const ManagementElement& element) {
  CHECK(element.kind != ManagementKind::kFailed);
  std::string text = "<";
  text += name_of(element.kind);
  append_attribute(text, "xmlns", namespace_of(element.version));
  if (element.kind == ManagementKind::kAnswer) {
    append_attribute(text, "h", std::to_string(element.h));
  }
  if (!element.each) return text += "/>";
  return text.append(">") + write_handled({}) + "</" + std::string(name_of(element.kind)) + ">";
}

std::string write_handled(const std::optional<PlaceRun>& run) {
  std::string text = "<handled";
  append_attribute(text, "xmlns", kHandledNs);
  if (run) {
    append_attribute(text, "first", std::to_string(run->first));
    append_attribute(text, "last", std::to_string(run->last));
  }
  return text += "/>";
}

std::optional<PlaceRun> read_handled(const StreamElement& element) {
  if (!element.is(kHandledNs, "handled")) return std::nullopt;
  const auto first = read_count<std::int64_t>(element.attribute("first"), kPlaceDigits);
  const auto last = read_count<std::int64_t>(element.attribute("last"), kPlaceDigits);
  if (!first || !last || *first < 1 || *last < *first) return std::nullopt;
  return PlaceRun{static_cast<std::uint64_t>(*first), static_cast<std::uint64_t>(*last)};
}

std::string write_management_failed(ManagementVersion version, StanzaError condition) {
  std::string text = "<failed";
  append_attribute(text, "xmlns", namespace_of(version));
  text.append("><").append(to_string(condition));
  append_attribute(text, "xmlns", kStanzaErrorsNs);
  return text += "/></failed>";
}

std::string write_count_error(std::uint32_t h, std::uint32_t sent) {
  std::string text = "<stream:error><undefined-condition";
  append_attribute(text, "xmlns", kStreamErrorsNs);
  text += "/><handled-count-too-high";
  // The element is of version 3 whatever the stream speaks: version 2 has none.
  append_attribute(text, "xmlns", kNs3);
  append_attribute(text, "h", std::to_string(h));
  append_attribute(text, "send-count", std::to_string(sent));
  return text += "/></stream:error>";
}

}  // namespace guard::xmpp
