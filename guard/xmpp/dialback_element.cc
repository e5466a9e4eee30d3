#include "guard/xmpp/dialback_element.h"

#include <utility>

#include "guard/xmpp/domain.h"
#include "guard/xmpp/stream_header.h"
#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {
namespace {

std::string_view name_of(DialbackVerdict verdict) {
  switch (verdict) {
    case DialbackVerdict::kValid:
      return "valid";
    case DialbackVerdict::kInvalid:
      return "invalid";
    case DialbackVerdict::kError:
      return "error";
  }
  return "error";
}

std::optional<DialbackVerdict> verdict_of(std::string_view type) {
  if (type == "valid") return DialbackVerdict::kValid;
  if (type == "invalid") return DialbackVerdict::kInvalid;
  if (type == "error") return DialbackVerdict::kError;
  return std::nullopt;
}

std::optional<std::string> address(const StreamElement& element, std::string_view name) {
  const std::string* const text = element.attribute(name);
  if (text == nullptr) return std::nullopt;
  auto domain = normal_domain(*text);
  if (!domain) return std::nullopt;
  return *std::move(domain);
}

}  // namespace

std::expected<DialbackElement, DialbackFault> read_dialback(const StreamElement& element) {
  DialbackElement result;
  if (element.is(kDialbackNs, "verify")) {
    result.kind = DialbackKind::kVerify;
  } else if (!element.is(kDialbackNs, "result")) {
    return std::unexpected(DialbackFault::kNotDialback);
  }
  auto from = address(element, "from");
  auto to = address(element, "to");
  if (!from || !to) return std::unexpected(DialbackFault::kAddress);
  result.from = *std::move(from);
  result.to = *std::move(to);
  if (const std::string* const id = element.attribute("id"); id != nullptr) result.id = *id;
  if (const std::string* const type = element.attribute("type"); type != nullptr) {
    result.verdict = verdict_of(*type);
    if (!result.verdict) return std::unexpected(DialbackFault::kType);
  }
  result.key = element.text;
  return result;
}

std::string write_dialback(const DialbackElement& element, StanzaError condition) {
  const std::string_view name = element.kind == DialbackKind::kVerify ? "db:verify" : "db:result";
  std::string text = "<";
  text += name;
  append_attribute(text, "from", element.from);
  append_attribute(text, "to", element.to);
  if (!element.id.empty()) append_attribute(text, "id", element.id);
  if (!element.verdict) {
    text += '>';
    append_escaped(text, element.key);
  } else {
    append_attribute(text, "type", name_of(*element.verdict));
    text += '>';
    if (*element.verdict == DialbackVerdict::kError) {
      text += write_error_element(condition, default_type(condition));
    }
  }
  return text.append("</").append(name).append(">");
}

}  // namespace guard::xmpp
