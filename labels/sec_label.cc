#include "labels/sec_label.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "guard/base/base64.h"
#include "guard/base/xml_text.h"
#include "labels/ess.h"
#include "labels/icism.h"
#include "labels/label_4774.h"

namespace labels {
namespace {

using schemas::Element;

bool has_child_elements(const Element& element) {
  return std::ranges::any_of(element.children, [](const schemas::Child& child) {
    return std::holds_alternative<const Element*>(child);
  });
}

// The only child element; nullptr where there are none or several, or text beside them.
const Element* only_child(const Element& element) {
  const Element* only = nullptr;
  for (const schemas::Child& child : element.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) {
      if (!guard::is_white(*text)) return nullptr;
      continue;
    }
    if (only != nullptr) return nullptr;
    only = std::get<const Element*>(child);
  }
  return only;
}

// SPEC: XEP-0258 10.3 permits white space around base64; its first example has it.
std::string without_white_space(const Element& element) {
  std::string text;
  for (const schemas::Child& child : element.children) {
    const auto* run = std::get_if<std::string_view>(&child);
    if (run == nullptr) continue;
    if (run->find_first_of(" \t\r\n") == std::string_view::npos) {
      text += *run;
      continue;
    }
    for (const char c : *run) {
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') text += c;
    }
  }
  return text;
}

// Reader reads the parts of one securitylabel.
class Reader {
 public:
  Reader(const Element& root, const LabelSource& source) : root_(root), source_(source) {}

  // The one label in `holder`, a <label/> or <equivalentlabel/> that is not empty.
  std::expected<HeldLabel, SecLabelFault> read(const Element& holder, bool primary) {
    octets_.clear();
    auto held = read_format(holder, primary);
    if (held) return *std::move(held);
    return std::unexpected(
        SecLabelFault{.fault = std::move(held.error()), .in_primary = primary, .octets = octets_});
  }

  std::unexpected<SecLabelFault> refuse(const Element& at, LabelReason reason, std::string what,
                                        std::string expected) const {
    return std::unexpected(
        SecLabelFault{.fault = xml_fault(root_, at, reason, std::move(what), std::move(expected))});
  }

 private:
  std::unexpected<XmlFault> fault(const Element& at, LabelReason reason, std::string what,
                                  std::string expected = {}) const {
    return std::unexpected(xml_fault(root_, at, reason, std::move(what), std::move(expected)));
  }
  // A fault found below `at`, told from the securitylabel.
  std::unexpected<XmlFault> below(const Element& at, XmlFault inner) const {
    std::string path = path_to(root_, at);
    if (!path.empty() && !inner.path.empty()) path += '/';
    inner.path = path + inner.path;
    return std::unexpected(std::move(inner));
  }

  std::expected<HeldLabel, XmlFault> read_format(const Element& holder, bool primary) {
    const Element* format = only_child(holder);
    if (format == nullptr) {
      return fault(holder, LabelReason::kStructure, "not exactly one label in it", "one");
    }
    if (format->is(kEssLabelNamespace, "esssecuritylabel")) return read_ess_element(*format);
    if (is_label_4774(*format) && source_.policies != nullptr) {
      return read_4774(*format, primary);
    }
    if (is_icism_label(*format) && source_.icism != nullptr) {
      auto label = read_icism_label(*format, *source_.icism);
      if (!label) return below(*format, std::move(label.error()));
      return HeldLabel{.format = LabelFormat::kIcism, .label = *std::move(label)};
    }
    return fault(*format, LabelReason::kFormat,
                 "a label of the format \"" + std::string(format->ns) + "\"",
                 "a format that is read here");
  }

  std::expected<HeldLabel, XmlFault> read_ess_element(const Element& element) {
    if (has_child_elements(element)) {
      return fault(element, LabelReason::kStructure, "markup in the label", "base64");
    }
    auto der = guard::from_base64(without_white_space(element));
    if (!der) {
      return fault(
          element, LabelReason::kBase64,
          std::string(der.error().reason) + " at character " + std::to_string(der.error().offset),
          "canonical base64");
    }
    octets_ = *std::move(der);
    auto read = read_ess(octets_);
    if (!read) {
      return fault(element, read.error().reason,
                   std::string(to_string(read.error().reason)) + " at octet " +
                       std::to_string(read.error().offset),
                   "the DER of a label");
    }
    const CategoryEncoding encoding = read->encoding;
    auto label = settled(*std::move(read));
    if (!label) {
      return fault(element, label.error(), "a tag whose kind the security policy does not tell",
                   "an enumerated tag of it");
    }
    return HeldLabel{.format = LabelFormat::kEss,
                     .label = *std::move(label),
                     .encoding = encoding,
                     .octets = octets_};
  }

  std::expected<Label, LabelReason> settled(EssLabel read) const {
    if (read.open.empty()) return std::move(read.label);
    const PolicyNames* names =
        source_.policies == nullptr ? nullptr : source_.policies->find(read.label.policy());
    if (names == nullptr) return std::unexpected(LabelReason::kEnumeratedOpen);
    return settle(std::move(read), names->policy());
  }

  std::expected<HeldLabel, XmlFault> read_4774(const Element& element, bool primary) {
    auto read = read_label_4774(element, *source_.policies);
    if (!read) return below(element, std::move(read.error()));
    const Role4774 wanted = primary ? Role4774::kOriginator : Role4774::kAlternative;
    if (read->role != wanted) {
      return fault(
          element, LabelReason::kStructure,
          "a " + std::string(element.name) + " in " + (primary ? "label" : "equivalentlabel"),
          primary ? "the originator's" : "an alternative one");
    }
    return HeldLabel{.format = LabelFormat::k4774, .label = std::move(read->label)};
  }

  const Element& root_;
  const LabelSource& source_;
  guard::Bytes octets_;
};

void append_ess(std::string& out, std::string_view holder, const Label& label) {
  out += '<';
  out += holder;
  out += "><esssecuritylabel";
  guard::append_attribute(out, "xmlns", kEssLabelNamespace);
  out += '>';
  out += guard::to_base64(encode_ess(label));
  out += "</esssecuritylabel></";
  out += holder;
  out += '>';
}

}  // namespace

std::expected<SecLabel, SecLabelFault> read_sec_label(const Element& element,
                                                      const LabelSource& source) {
  Reader reader(element, source);
  SecLabel read;
  std::size_t primaries = 0;
  for (const schemas::Child& child : element.children) {
    const auto* const* found = std::get_if<const Element*>(&child);
    if (found == nullptr) continue;
    const Element& part = **found;
    if (part.is(kSecLabelNamespace, "displaymarking")) {
      read.display_marking = part.text();
    } else if (part.is(kSecLabelNamespace, "label")) {
      if (++primaries > 1) {
        return reader.refuse(part, LabelReason::kStructure, "a second label", "one");
      }
      if (!has_child_elements(part)) continue;  // the default label is asked for
      auto held = reader.read(part, true);
      if (!held) return std::unexpected(std::move(held.error()));
      read.label = *std::move(held);
    } else if (part.is(kSecLabelNamespace, "equivalentlabel")) {
      if (read.equivalents.size() == kMaxEquivalents) {
        return reader.refuse(part, LabelReason::kStructure, "too many equivalents",
                             std::to_string(kMaxEquivalents) + " at most");
      }
      auto held = reader.read(part, false);
      if (!held) return std::unexpected(std::move(held.error()));
      for (const HeldLabel& other : read.equivalents) {
        if (other.label.policy() != held->label.policy()) continue;
        return reader.refuse(part, LabelReason::kDuplicateField,
                             "a second equivalent under " + other.label.policy().to_dotted(),
                             "one for each policy");
      }
      read.equivalents.push_back(*std::move(held));
    }
  }
  if (primaries == 0) {
    return reader.refuse(element, LabelReason::kStructure, "no label", "one");
  }
  return read;
}

const Label* effective_label(const SecLabel& label, const Oid& governing) {
  if (!label.label) return nullptr;
  if (label.label->label.policy() == governing) return &label.label->label;
  for (const HeldLabel& one : label.equivalents) {
    if (one.label.policy() == governing) return &one.label;
  }
  return nullptr;
}

std::string write_sec_label(const std::optional<DisplayMarking>& marking, const Label* label,
                            const std::vector<Label>& equivalents) {
  std::string out = "<securitylabel";
  guard::append_attribute(out, "xmlns", kSecLabelNamespace);
  out += '>';
  if (marking) {
    out += "<displaymarking";
    if (!marking->background.empty()) {
      guard::append_attribute(out, "bgcolor", marking->background);
    }
    if (!marking->foreground.empty()) {
      guard::append_attribute(out, "fgcolor", marking->foreground);
    }
    out += '>';
    guard::append_text(out, marking->text);
    out += "</displaymarking>";
  }
  if (label == nullptr) {
    out += "<label/>";
  } else {
    append_ess(out, "label", *label);
  }
  std::vector<const Label*> ordered;
  for (const Label& one : equivalents) ordered.push_back(&one);
  std::ranges::sort(ordered, [](const Label* a, const Label* b) { return *a < *b; });
  for (const Label* one : ordered) append_ess(out, "equivalentlabel", *one);
  out += "</securitylabel>";
  return out;
}

}  // namespace labels
