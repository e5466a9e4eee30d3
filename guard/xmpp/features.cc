#include "guard/xmpp/features.h"

#include <charconv>

#include "guard/xmpp/stream_header.h"
#include "guard/xmpp/xml_escape.h"

namespace guard::xmpp {
namespace {

void append_limit(std::string& text, std::string_view name, std::optional<std::uint64_t> value) {
  if (!value) return;
  text.append("<").append(name).append(">").append(std::to_string(*value));
  text.append("</").append(name).append(">");
}

std::optional<std::uint64_t> read_limit(const StreamElement& limits, std::string_view name) {
  const StreamElement* const element = limits.child(kLimitsNs, name);
  if (element == nullptr) return std::nullopt;
  const char* const end = element->text.data() + element->text.size();
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(element->text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

bool offers_external(const StreamElement& mechanisms) {
  for (const StreamElement& mechanism : mechanisms.children) {
    if (mechanism.is(kSaslNs, "mechanism") && mechanism.text == "EXTERNAL") return true;
  }
  return false;
}

}  // namespace

std::string write_features(const Features& features) {
  std::string text = "<stream:features>";
  if (features.starttls) {
    text += "<starttls";
    append_attribute(text, "xmlns", kTlsNs);
    text += "><required/></starttls>";
  }
  if (features.external) {
    text += "<mechanisms";
    append_attribute(text, "xmlns", kSaslNs);
    text += "><mechanism>EXTERNAL</mechanism></mechanisms>";
  }
  if (features.dialback) {
    text += "<dialback";
    append_attribute(text, "xmlns", kDialbackFeatureNs);
    text += features.dialback_errors ? "><errors/></dialback>" : "/>";
  }
  if (features.both_ways) {
    text += "<bidi";
    append_attribute(text, "xmlns", kBidiFeatureNs);
    text += "/>";
  }
  if (features.limits.max_bytes || features.limits.idle_seconds) {
    text += "<limits";
    append_attribute(text, "xmlns", kLimitsNs);
    text += '>';
    append_limit(text, "max-bytes", features.limits.max_bytes);
    append_limit(text, "idle-seconds", features.limits.idle_seconds);
    text += "</limits>";
  }
  if (features.management) {
    // COMPAT(prosody 0.12): the older one first, as it writes them itself.
    for (const auto version : {ManagementVersion::k2, ManagementVersion::k3}) {
      text += "<sm";
      append_attribute(text, "xmlns", namespace_of(version));
      text += "/>";
    }
  }
  if (features.tells_each) text += write_handled({});
  return text += "</stream:features>";
}

std::optional<Features> read_features(const StreamElement& element) {
  if (!element.is(kStreamsNs, "features")) return std::nullopt;
  Features features;
  features.starttls = element.child(kTlsNs, "starttls") != nullptr;
  const StreamElement* const mechanisms = element.child(kSaslNs, "mechanisms");
  features.external = mechanisms != nullptr && offers_external(*mechanisms);
  const StreamElement* const dialback = element.child(kDialbackFeatureNs, "dialback");
  features.dialback = dialback != nullptr;
  features.dialback_errors =
      dialback != nullptr && dialback->child(kDialbackFeatureNs, "errors") != nullptr;
  if (const StreamElement* const limits = element.child(kLimitsNs, "limits"); limits != nullptr) {
    features.limits.max_bytes = read_limit(*limits, "max-bytes");
    features.limits.idle_seconds = read_limit(*limits, "idle-seconds");
  }
  features.both_ways = element.child(kBidiFeatureNs, "bidi") != nullptr;
  features.tells_each = element.child(kHandledNs, "handled") != nullptr;
  for (const auto version : {ManagementVersion::k2, ManagementVersion::k3}) {
    if (element.child(namespace_of(version), "sm") != nullptr) features.management = version;
  }
  return features;
}

}  // namespace guard::xmpp
