#include "labels/tool/written.h"

#include <optional>
#include <utility>

#include "guard/base/base64.h"
#include "guard/base/hex.h"
#include "labels/label_writing.h"
#include "labels/losses.h"
#include "labels/marking.h"
#include "labels/sec_label.h"
#include "labels/tool/shown_label.h"

namespace labels::tool {
namespace {

std::string_view words(LabelFormat format) {
  switch (format) {
    case LabelFormat::kEss:
      return "an ESS label";
    case LabelFormat::k4774:
      return "an ADatP-4774 label";
    case LabelFormat::kXep0258:
      return "an XEP-0258 label (with ESS inside)";
    case LabelFormat::kPlain:
      return "a label in our XML";
    case LabelFormat::kIcism:
      return "an ICISM label";
  }
  return {};
}

// One complaint for each thing that would be lost.
std::optional<Answer> refusal(const PolicySet& policies, const Label& label,
                              const std::vector<Label>& equivalents, LabelFormat format) {
  std::vector<std::string> lost = losses(label, format);
  for (const Label& other : equivalents) {
    if (format != LabelFormat::kXep0258) {
      lost.push_back("the equivalent label, " +
                     shown_in_one_line(policy_of(policies, other.policy()), other));
      continue;
    }
    for (const std::string& one : losses(other, format)) {
      lost.push_back(one + " of the equivalent label");
    }
  }
  if (lost.empty()) return std::nullopt;
  Answer answer{.status = Status::kNo};
  for (const std::string& one : lost) {
    answer.complaints += complaint(std::string(words(format)) + " has no place for " + one);
  }
  return answer;
}

std::string sec_label(const PolicySet& policies, const Label& label,
                      const std::vector<Label>& equivalents, const Options& options) {
  std::optional<DisplayMarking> shown;
  if (const SecurityPolicy* policy = policy_of(policies, label.policy())) {
    shown = display_marking(*policy, label, {.languages = options.languages});
  }
  return write_sec_label(shown, &label, equivalents);
}

bool is_xml(const Written& written) { return written.format != LabelFormat::kEss; }

std::string encoded(const Written& written, Encoding encoding) {
  const guard::BytesView octets = guard::as_bytes(written.octets);
  return encoding == Encoding::kHex ? guard::to_hex(octets) : guard::to_base64(octets);
}

}  // namespace

std::expected<Written, Answer> write(const Given& given, const Label& label,
                                     const std::vector<Label>& equivalents,
                                     const Options& options) {
  const LabelFormat format = *options.format;
  if (auto refused = refusal(given.policies(), label, equivalents, format)) {
    return std::unexpected(*std::move(refused));
  }
  // The library writes it with the marking of no language.
  if (format == LabelFormat::kXep0258) {
    return Written{.format = format,
                   .octets = sec_label(given.policies(), label, equivalents, options)};
  }
  const auto octets = write_label(
      label, {.format = format, .icism = given.icism ? &*given.icism : nullptr}, given.policies());
  if (!octets) {
    return std::unexpected(
        no("it cannot be written as " + std::string(words(format)) + ": " + why(octets.error())));
  }
  return Written{.format = format, .octets = std::string(guard::as_text(*octets))};
}

Answer spelt(const Written& written, Encoding encoding) {
  if (encoding != Encoding::kPlain) return {.out = encoded(written, encoding) + "\n"};
  if (is_xml(written)) return {.out = written.octets + "\n"};
  return {.out = written.octets, .binary = true};
}

void write_members(guard::JsonWriter& json, std::string_view name, const Written& written,
                   Encoding encoding) {
  json.member("format", to_string(written.format));
  if (encoding == Encoding::kPlain && is_xml(written)) {
    json.member("encoding", "XML").member(name, written.octets);
    return;
  }
  json.member("encoding", encoding == Encoding::kHex ? "hex" : "base64");
  json.member(name, encoded(written, encoding));
}

}  // namespace labels::tool
