#include "labels/label_reading.h"

#include <utility>

#include "guard/base/check.h"
#include "labels/binding_4778.h"
#include "labels/clearance_4774.h"
#include "labels/clearance_certificate.h"
#include "labels/clearance_der.h"
#include "labels/ess.h"
#include "labels/icism.h"
#include "labels/label_4774.h"
#include "labels/plain_clearance.h"
#include "labels/plain_label.h"
#include "labels/plain_policy.h"
#include "labels/sec_label.h"
#include "labels/stanza_text.h"
#include "schemas/reader.h"

namespace labels {
namespace {

using schemas::Element;

template <class T>
using Read = std::expected<T, guard::FileError>;

std::unexpected<guard::FileError> complaint(const std::string& file, std::string what,
                                            std::string expected) {
  return std::unexpected(
      guard::FileError{.file = file, .what = std::move(what), .expected = std::move(expected)});
}

std::unexpected<guard::FileError> complaint(const std::string& file, XmlFault fault) {
  return std::unexpected(guard::FileError{.file = file,
                                          .line = fault.line,
                                          .column = fault.column,
                                          .what = std::move(fault.what),
                                          .expected = std::move(fault.expected)});
}

std::unexpected<guard::FileError> der_complaint(const std::string& file, const LabelError& error,
                                                std::string expected) {
  return complaint(
      file, std::string(to_string(error.reason)) + " at octet " + std::to_string(error.offset),
      std::move(expected));
}

std::string in_spelling(std::string words, Spelling spelling) {
  return words + ", in " + std::string(to_string(spelling));
}

std::string_view name_of(LabelFormat format) {
  switch (format) {
    case LabelFormat::kEss:
      return "ESS";
    case LabelFormat::k4774:
      return "ADatP-4774";
    case LabelFormat::kXep0258:
      return "XEP-0258";
    case LabelFormat::kPlain:
      return "xmpp-guard XML";
    case LabelFormat::kIcism:
      return "ICISM";
  }
  return "unknown";
}

bool is_blank(guard::BytesView octets) {
  return guard::as_text(octets).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// What the labels of ADatP-4774 in a document say and a Label has no place for. The data that a
// binding holds, and its signatures, are no part of a label.
std::vector<std::string> besides_labels(const Element& root) {
  std::vector<std::string> words;
  std::vector<const Element*> open{&root};
  while (!open.empty()) {
    const Element& element = *open.back();
    open.pop_back();
    if (element.is(kBinding4778Namespace, "Data")) continue;
    if (element.is(kLabel4774Namespace, "OriginatorID")) {
      const std::string_view* type = element.attribute("IDType");
      words.push_back("the originator \"" + element.text() + "\" (" +
                      std::string(type != nullptr ? *type : "") + ")");
      continue;
    }
    if (element.is(kLabel4774Namespace, "SuccessionHandling")) {
      const Element* from = element.child(kLabel4774Namespace, "SuccessionDateTime");
      words.push_back("the label that follows from " + (from != nullptr ? from->text() : ""));
      continue;
    }
    const std::vector<const Element*> inside = element.elements();
    open.insert(open.end(), inside.rbegin(), inside.rend());
  }
  return words;
}

}  // namespace

// In this order, because they are destroyed in the opposite one.
struct LabelReader::Parts {
  Parts(PolicySet of, std::optional<IcismMap> map)
      : policies(std::move(of)), icism(std::move(map)), reader(schemas::Grammar::kLabel) {}

  [[nodiscard]] LabelSource source() const {
    return {.policies = &policies, .icism = icism ? &*icism : nullptr};
  }

  Read<schemas::Document> document(const std::string& file, guard::BytesView octets);
  Read<ReadLabel> der_label(const std::string& file, guard::BytesView octets, Spelling spelling);
  Read<ReadLabel> xml_label(const std::string& file, const Element& root);
  Read<ReadLabel> sec_label(const std::string& file, const Element& element, std::string around);
  Read<ReadLabel> binding(const std::string& file, const Element& root);
  Read<ReadLabel> stanza(const std::string& file, const Element& root);
  Read<ReadClearance> der_clearance(const std::string& file, guard::BytesView octets,
                                    Spelling spelling, std::string words);
  Read<ReadClearance> xml_clearance(const std::string& file, const Element& root);

  PolicySet policies;
  std::optional<IcismMap> icism;
  schemas::FileReader reader;
};

Read<schemas::Document> LabelReader::Parts::document(const std::string& file,
                                                     guard::BytesView octets) {
  const std::string_view text = guard::as_text(octets);
  const std::optional<StanzaText> stanza = stanza_text(text);
  auto read = reader.read_text(stanza ? std::string_view(stanza->text) : text, file);
  // An unknown root could have been any element of any schema: a page of names helps nobody. Only
  // there can a binding stand.
  if (!read && read.error().expected.contains("'BindingInformation'")) {
    read.error().expected = "a label, a clearance or a stanza, with its namespace";
  }
  if (!read && stanza && read.error().line == stanza->line &&
      read.error().column >= stanza->column + stanza->added) {
    read.error().column -= stanza->added;
  }
  return read;
}

Read<ReadLabel> LabelReader::Parts::der_label(const std::string& file, guard::BytesView octets,
                                              Spelling spelling) {
  auto der = octets_of(octets, spelling);
  if (!der) return complaint(file, std::move(der.error()), "a label");
  auto read = read_ess(*der);
  if (!read) return der_complaint(file, read.error(), "an ESSSecurityLabel in DER");
  ReadLabel result{.format = LabelFormat::kEss,
                   .spelling = spelling,
                   .description = in_spelling("ESS", spelling),
                   .encoding = read->encoding};
  if (read->open.empty()) {
    result.label = std::move(read->label);
    return result;
  }
  const std::string id = read->label.policy().to_dotted();
  const PolicyNames* names = policies.find(read->label.policy());
  if (names == nullptr) {
    return complaint(file, "enumerated tags of SDN.801c under the unknown policy " + id,
                     "its security policy, which says what they are");
  }
  auto label = settle(*std::move(read), names->policy());
  if (!label) {
    return complaint(file, std::string(to_string(label.error())) + " in an enumerated tag",
                     "values of one enumerated kind of the tag set");
  }
  result.label = *std::move(label);
  return result;
}

Read<ReadLabel> LabelReader::Parts::sec_label(const std::string& file, const Element& element,
                                              std::string around) {
  auto read = read_sec_label(element, source());
  if (!read) return complaint(file, std::move(read.error().fault));
  ReadLabel result{.format = LabelFormat::kXep0258, .spelling = Spelling::kXml};
  result.display_marking = std::move(read->display_marking);
  std::string inside = "an empty label";
  if (read->label) {
    result.format = read->label->format;
    result.encoding = read->label->encoding;
    inside = name_of(read->label->format);
    result.label = std::move(read->label->label);
  }
  for (HeldLabel& one : read->equivalents) result.equivalents.push_back(std::move(one.label));
  result.description = inside + ", in an XEP-0258 securitylabel" + around;
  return result;
}

Read<ReadLabel> LabelReader::Parts::stanza(const std::string& file, const Element& root) {
  const Element* found = nullptr;
  for (const Element* child : root.elements()) {
    if (!child->is(kSecLabelNamespace, "securitylabel")) continue;
    if (found != nullptr) {
      return complaint(file, xml_fault(root, *child, LabelReason::kStructure,
                                       "a second securitylabel in the stanza", "one"));
    }
    found = child;
  }
  if (found == nullptr) {
    return complaint(file, xml_fault(root, root, LabelReason::kStructure,
                                     "no securitylabel in the stanza", "one"));
  }
  return sec_label(file, *found, ", in a stanza (" + std::string(root.name) + ")");
}

Read<ReadLabel> LabelReader::Parts::binding(const std::string& file, const Element& root) {
  auto read = read_binding_4778(root, policies);
  if (!read) return complaint(file, std::move(read.error()));
  ReadLabel result{.format = LabelFormat::k4774,
                   .spelling = Spelling::kXml,
                   .description = "ADatP-4774, in an ADatP-4778 binding",
                   .signatures = read->signatures};
  for (Label4774& one : read->labels) {
    switch (one.role) {
      case Role4774::kOriginator:
        if (result.label) {
          return complaint(file, "two originator's labels in the binding",
                           "one, so that it is clear which is meant");
        }
        result.label = std::move(one.label);
        break;
      case Role4774::kAlternative:
        result.equivalents.push_back(std::move(one.label));
        break;
      case Role4774::kMetadata:
        result.metadata.push_back(std::move(one.label));
        break;
    }
  }
  if (!result.label) {
    return complaint(file, "no originator's label in the binding", "one");
  }
  if (result.signatures != 0) {
    result.description +=
        " with " + std::to_string(result.signatures) + " signature(s) that are NOT verified";
  }
  return result;
}

Read<ReadLabel> LabelReader::Parts::xml_label(const std::string& file, const Element& root) {
  if (root.ns == "jabber:server") return stanza(file, root);
  if (root.is(kSecLabelNamespace, "securitylabel")) return sec_label(file, root, "");
  if (root.is(kBinding4778Namespace, "BindingInformation")) return binding(file, root);
  if (is_label_4774(root)) {
    auto read = read_label_4774(root, policies);
    if (!read) return complaint(file, std::move(read.error()));
    return ReadLabel{.format = LabelFormat::k4774,
                     .spelling = Spelling::kXml,
                     .description = "ADatP-4774 (" + std::string(root.name) + ")",
                     .label = std::move(read->label)};
  }
  if (root.is(kPlainNamespace, "label")) {
    auto read = read_plain_label(root, policies);
    if (!read) return complaint(file, std::move(read.error()));
    return ReadLabel{.format = LabelFormat::kPlain,
                     .spelling = Spelling::kXml,
                     .description = "xmpp-guard XML",
                     .label = *std::move(read)};
  }
  if (is_icism_label(root)) {
    if (!icism) return complaint(file, "an ICISM label", "a mapping table to read it by");
    auto read = read_icism_label(root, *icism);
    if (!read) return complaint(file, std::move(read.error()));
    return ReadLabel{.format = LabelFormat::kIcism,
                     .spelling = Spelling::kXml,
                     .description = "ICISM",
                     .label = *std::move(read)};
  }
  return complaint(
      file, xml_fault(root, root, LabelReason::kFormat,
                      "the element " + std::string(root.name) + " in " + std::string(root.ns),
                      "a label"));
}

Read<ReadClearance> LabelReader::Parts::der_clearance(const std::string& file,
                                                      guard::BytesView octets, Spelling spelling,
                                                      std::string words) {
  auto read = read_clearance_der(octets);
  if (!read) return der_complaint(file, read.error(), "a clearance in DER (X.501, RFC 5755)");
  std::string description = in_spelling(std::move(words), spelling);
  if (read->open.empty()) {
    return ReadClearance{.spelling = spelling,
                         .description = std::move(description),
                         .clearance = std::move(read->clearance)};
  }
  const std::string id = read->clearance.policy().to_dotted();
  const PolicyNames* names = policies.find(read->clearance.policy());
  if (names == nullptr) {
    return complaint(file, "enumerated tags of SDN.801c under the unknown policy " + id,
                     "its security policy, which says what they are");
  }
  auto clearance = settle(*std::move(read), names->policy());
  if (!clearance) {
    return complaint(file, std::string(to_string(clearance.error())) + " in an enumerated tag",
                     "values of one enumerated kind of the tag set");
  }
  return ReadClearance{.spelling = spelling,
                       .description = std::move(description),
                       .clearance = *std::move(clearance)};
}

Read<ReadClearance> LabelReader::Parts::xml_clearance(const std::string& file,
                                                      const Element& root) {
  if (root.is(kClearance4774Namespace, "ConfidentialityClearance")) {
    auto read = read_clearance_4774(root, policies);
    if (!read) return complaint(file, std::move(read.error()));
    return ReadClearance{.spelling = Spelling::kXml,
                         .description = "ADatP-4774 clearance",
                         .clearance = *std::move(read)};
  }
  if (root.is(kPlainNamespace, "clearance")) {
    const auto names = plain_policy(root, policies);
    if (!names) return complaint(file, names.error());
    auto read = read_plain_clearance(root, (*names)->policy());
    if (!read) return complaint(file, std::move(read.error().front()));
    return ReadClearance{
        .spelling = Spelling::kXml, .description = "xmpp-guard XML", .clearance = *std::move(read)};
  }
  return complaint(
      file, xml_fault(root, root, LabelReason::kFormat,
                      "the element " + std::string(root.name) + " in " + std::string(root.ns),
                      "a clearance"));
}

LabelReader::LabelReader(PolicySet policies, std::optional<IcismMap> icism)
    : parts_(std::make_unique<Parts>(std::move(policies), std::move(icism))) {}
LabelReader::~LabelReader() = default;
LabelReader::LabelReader(LabelReader&&) noexcept = default;
LabelReader& LabelReader::operator=(LabelReader&&) noexcept = default;

const PolicySet& LabelReader::policies() const { return parts_->policies; }

Read<ReadLabel> LabelReader::read_label(const std::string& file, guard::BytesView octets) {
  if (octets.size() > kMaxLabelFile) {
    return complaint(file, std::to_string(octets.size()) + " octets",
                     std::to_string(kMaxLabelFile) + " at most");
  }
  if (is_blank(octets)) return complaint(file, "nothing in it", "a label");
  const Spelling spelling = spelling_of(octets);
  if (spelling == Spelling::kPem) return complaint(file, "a PEM file", "a label");
  if (spelling != Spelling::kXml) return parts_->der_label(file, octets, spelling);
  const auto document = parts_->document(file, octets);
  if (!document) return std::unexpected(document.error());
  auto read = parts_->xml_label(file, document->root());
  if (read) read->besides = besides_labels(document->root());
  return read;
}

Read<ReadClearance> LabelReader::read_clearance(const std::string& file, guard::BytesView octets) {
  if (octets.size() > kMaxLabelFile) {
    return complaint(file, std::to_string(octets.size()) + " octets",
                     std::to_string(kMaxLabelFile) + " at most");
  }
  if (is_blank(octets)) return complaint(file, "nothing in it", "a clearance");
  const Spelling spelling = spelling_of(octets);
  if (spelling == Spelling::kXml) {
    const auto document = parts_->document(file, octets);
    if (!document) return std::unexpected(document.error());
    return parts_->xml_clearance(file, document->root());
  }
  guard::Bytes content(octets.begin(), octets.end());
  if (spelling != Spelling::kPem) {
    auto der = octets_of(octets, spelling);
    if (!der) return complaint(file, std::move(der.error()), "a clearance");
    content = *std::move(der);
  }
  if (!is_certificate(content)) {
    return parts_->der_clearance(file, content, spelling, "X.501 clearance");
  }
  const auto found = clearance_in_certificate(content);
  if (!found) return complaint(file, found.error().what, found.error().expected);
  return parts_->der_clearance(file, *found, spelling, "X.501 clearance of a certificate");
}

}  // namespace labels
