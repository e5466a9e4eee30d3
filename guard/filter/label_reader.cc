#include "guard/filter/label_reader.h"

#include <expected>
#include <utility>

#include "guard/base/base64.h"
#include "guard/base/xml_text.h"
#include "guard/filter/vocabulary.h"
#include "labels/ess.h"
#include "labels/sec_label.h"

namespace guard::filter {
namespace {

using policy::LabelFault;

struct Fault {
  LabelFault fault;
  std::string_view detail;
};

// The only child element; nullptr where there are none or several, or text beside them.
const schemas::Element* only_child(const schemas::Element& element) {
  const schemas::Element* only = nullptr;
  for (const schemas::Child& child : element.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) {
      if (!is_white(*text)) return nullptr;
      continue;
    }
    if (only != nullptr) return nullptr;
    only = std::get<const schemas::Element*>(child);
  }
  return only;
}

bool has_child_elements(const schemas::Element& element) {
  for (const schemas::Child& child : element.children) {
    if (std::holds_alternative<const schemas::Element*>(child)) return true;
  }
  return false;
}

// SPEC: L4. White space is collapsed first: the first example of XEP-0258 has it.
std::string without_white_space(const schemas::Element& element) {
  std::string text;
  for (const schemas::Child& child : element.children) {
    const auto* run = std::get_if<std::string_view>(&child);
    if (run == nullptr) continue;
    for (const char c : *run) {
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') text += c;
    }
  }
  return text;
}

// Reads the one label in `holder`, a <label/> or <equivalentlabel/> that is not empty.
std::expected<labels::Label, Fault> read_one(const schemas::Element& holder, Bytes* received) {
  const schemas::Element* format = only_child(holder);
  if (format == nullptr) return std::unexpected(Fault{LabelFault::kStructure, "children"});
  if (!format->is(ns::kEssLabel, "esssecuritylabel")) {
    return std::unexpected(Fault{LabelFault::kFormat, ""});
  }
  if (has_child_elements(*format)) {
    return std::unexpected(Fault{LabelFault::kStructure, "markup-in-label"});
  }
  auto der = from_base64(without_white_space(*format));
  if (!der) return std::unexpected(Fault{LabelFault::kBase64, der.error().reason});
  auto label = labels::decode_ess(*der);
  if (received != nullptr) *received = std::move(*der);
  if (!label) {
    return std::unexpected(Fault{LabelFault::kEncoding, labels::to_string(label.error().reason)});
  }
  return std::move(*label);
}

void set_fault(policy::LabelFacts& facts, const Fault& fault) {
  if (facts.fault) return;  // the first one tells
  facts.fault = fault.fault;
  facts.fault_detail = fault.detail;
}

void read_parts(const schemas::Element& security_label, ReadLabel& read) {
  policy::LabelFacts& facts = read.facts;
  std::size_t primaries = 0;
  std::size_t equivalents = 0;
  for (const schemas::Child& child : security_label.children) {
    const auto* const* element = std::get_if<const schemas::Element*>(&child);
    if (element == nullptr) continue;
    if ((*element)->is(ns::kLabel, "label")) {
      if (++primaries > 1) return set_fault(facts, {LabelFault::kStructure, "labels"});
      if (!has_child_elements(**element)) continue;  // SPEC: L5, the default label
      auto label = read_one(**element, &read.received);
      if (!label) {
        set_fault(facts, label.error());
      } else {
        facts.label = std::move(*label);
      }
    } else if ((*element)->is(ns::kLabel, "equivalentlabel")) {
      if (++equivalents > labels::kMaxEquivalents) {
        return set_fault(facts, {LabelFault::kStructure, "equivalents"});
      }
      auto label = read_one(**element, nullptr);
      if (label) {
        facts.equivalents.push_back(std::move(*label));
      } else {
        set_fault(facts, label.error());
      }
    }
  }
  if (primaries == 0) set_fault(facts, {LabelFault::kStructure, "no-label"});
}

}  // namespace

ReadLabel read_label(const schemas::Element& stanza) {
  ReadLabel read;
  for (const schemas::Child& child : stanza.children) {
    const auto* const* element = std::get_if<const schemas::Element*>(&child);
    if (element == nullptr || !(*element)->is(ns::kLabel, "securitylabel")) continue;
    if (read.facts.present) {
      // SPEC: L4. Neither of the two counts.
      read.facts.fault = LabelFault::kTwice;
      read.facts.fault_detail.clear();
      read.facts.label.reset();
      read.facts.equivalents.clear();
      return read;
    }
    read.facts.present = true;
    read_parts(**element, read);
  }
  return read;
}

}  // namespace guard::filter
