// Reads whose content is kept, and the certificates of those who can open it.
#include <charconv>

#include "guard/base/cms_envelope.h"
#include "policy/file_reading.h"

namespace policy {
namespace {

constexpr const char* kExpected = "a certificate, PEM or DER, with an RSA or EC key for encryption";

void read_octets(FileReading& reading, const schemas::Element& element) {
  const std::string_view* text = element.attribute("content-octets");
  if (text == nullptr) return;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  const bool whole = error == std::errc() && end == text->data() + text->size();
  if (whole && number >= KeptContent::kLeastOctets && number <= KeptContent::kMostOctets) {
    reading.content.kept.octets_per_minute = number;
    return;
  }
  reading.fault(element, "content-octets is " + std::string(*text),
                std::to_string(KeptContent::kLeastOctets) + " to " +
                    std::to_string(KeptContent::kMostOctets));
}

// Everybody's certificate, or nothing after a fault.
void read_certificates(FileReading& reading, const schemas::Element& element) {
  std::vector<Officer>& officers = reading.content.kept.officers;
  std::vector<const schemas::Element*> places;
  std::vector<std::string> texts;
  for (const schemas::Element* child : element.elements()) {
    const std::string file = value(*child, "file");
    auto text = reading.officer_source ? reading.officer_source(file)
                                       : std::expected<NamedText, std::string>(std::unexpected(
                                             std::string("cannot be read: no files here")));
    if (!text) {
      reading.fault(*child, "the certificate \"" + file + "\" " + text.error(), kExpected);
      return;
    }
    places.push_back(child);
    texts.push_back(text->text);
    officers.push_back({.file = file, .certificate = std::move(text->text)});
  }
  const auto made = guard::Recipients::make(texts);
  if (made) return;
  const guard::Recipients::Fault& fault = made.error();
  const schemas::Element& at = fault.which < places.size() ? *places[fault.which] : element;
  const std::string whose =
      fault.which < places.size() ? "\"" + officers[fault.which].file + "\": " : std::string();
  reading.fault(at, whose + fault.what, kExpected);
}

}  // namespace

std::string_view to_string(ContentOf value) {
  switch (value) {
    case ContentOf::kNone:
      return "none";
    case ContentOf::kRefused:
      return "refused";
    case ContentOf::kAll:
      return "all";
  }
  return "none";
}

void read_kept_content(FileReading& reading, const schemas::Element& policy) {
  KeptContent& kept = reading.content.kept;
  const std::string word = value(policy, "content");
  for (const ContentOf of : {ContentOf::kRefused, ContentOf::kAll}) {
    if (word == to_string(of)) kept.of = of;
  }
  const schemas::Element* officers = policy.child(kPolicyNamespace, "officers");
  if (officers == nullptr) {
    if (kept.of == ContentOf::kNone) return;
    reading.fault(policy, "content is \"" + word + "\", and there are no officers to open it",
                  "officers, or content=\"none\"");
    return;
  }
  if (kept.of == ContentOf::kNone) {
    reading.fault(*officers, "there are officers, and no content is kept for them to open",
                  "content=\"refused\" or content=\"all\" at the policy, or no officers");
  }
  read_octets(reading, *officers);
  read_certificates(reading, *officers);
}

}  // namespace policy
