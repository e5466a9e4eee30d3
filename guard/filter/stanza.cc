#include "guard/filter/stanza.h"

#include <algorithm>
#include <utility>

#include "guard/base/xml_text.h"
#include "guard/filter/label_reader.h"
#include "guard/filter/vocabulary.h"
#include "policy/answer.h"

namespace guard::filter {
namespace {

std::string_view value_of(const schemas::Element& element, std::string_view name) {
  const std::string_view* value = element.attribute(name);
  return value == nullptr ? std::string_view() : *value;
}

bool is_head_attribute(const schemas::Attribute& attribute) {
  if (attribute.ns == ns::kXml) return attribute.name == "lang";
  return attribute.ns.empty() && (attribute.name == "from" || attribute.name == "to" ||
                                  attribute.name == "id" || attribute.name == "type");
}

std::uint32_t text_octets(const schemas::Element& element) {
  std::size_t octets = 0;
  for (const schemas::Child& child : element.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) octets += text->size();
  }
  return static_cast<std::uint32_t>(std::min<std::size_t>(octets, UINT32_MAX));
}

std::optional<policy::Part> part_of(const policy::StanzaFacts& facts,
                                    const schemas::Element& element) {
  if (element.ns != ns::kServer) return std::nullopt;
  const auto part = policy::part_from(element.name);
  if (!part) return std::nullopt;
  const bool of_message = *part == policy::Part::kBody || *part == policy::Part::kSubject ||
                          *part == policy::Part::kThread;
  const auto kind = of_message ? policy::StanzaKind::kMessage : policy::StanzaKind::kPresence;
  return kind == facts.kind ? part : std::nullopt;
}

std::optional<policy::StanzaType> type_of(policy::StanzaKind kind, std::string_view type) {
  if (type.empty()) {
    if (kind == policy::StanzaKind::kMessage) return policy::StanzaType::kNormal;
    if (kind == policy::StanzaKind::kPresence) return policy::StanzaType::kAvailable;
    return std::nullopt;
  }
  if (type == "available") return std::nullopt;  // a word of ours, not of the standard
  return policy::type_from(type);
}

constexpr std::size_t kMaxEchoed = 256;  // characters, as the schema of a stanza has it

// A reply has the stanza's id; one that no stanza may have is not written back.
bool is_short(std::string_view id) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  return static_cast<std::size_t>(std::ranges::count_if(id, begins)) <= kMaxEchoed;
}

// What rooms send and are sent in messages is all one element; what is in it tells an invitation
// from a private message (SPEC: XEP-0045 7.5, 7.8.2). Where there is both, it is an invitation.
std::string_view fact_name(const policy::StanzaFacts& facts, const schemas::Element& element) {
  if (facts.kind != policy::StanzaKind::kMessage || !element.is(ns::kMucUser, "x")) {
    return element.name;
  }
  for (const std::string_view name : {"invite", "decline"}) {
    if (element.child(ns::kMucUser, name) != nullptr) return name;
  }
  return element.name;
}

void add_child(Stanza& stanza, const schemas::Element& element) {
  policy::StanzaFacts& facts = stanza.facts;
  if (const auto part = part_of(facts, element)) {
    policy::PartFact& fact = facts.part(*part);
    ++fact.count;
    fact.octets += text_octets(element);
    stanza.children.push_back({&element, true, *part, 0});
    return;
  }
  if (element.is(ns::kLabel, "securitylabel") || element.is(ns::kServer, "error")) return;
  if (facts.elements.size() == policy::kMaxElementFacts) {
    ++facts.more_elements;
    return;
  }
  stanza.children.push_back(
      {&element, false, policy::Part::kBody, static_cast<std::uint32_t>(facts.elements.size())});
  facts.elements.push_back({std::string(element.ns), std::string(fact_name(facts, element))});
}

}  // namespace

Envelope Stanza::envelope() const {
  return {.kind = facts.kind,
          .type = facts.type,
          .id = id,
          .from = facts.from,
          .to = facts.to,
          .answerable = policy::may_be_answered(facts) && is_short(id)};
}

Head read_head(const schemas::Element& root) {
  Head head;
  head.kind = root.name;
  head.type = value_of(root, "type");
  head.id = value_of(root, "id");
  if (const auto* lang = root.attribute(ns::kXml, "lang")) head.lang = *lang;
  if (const auto* from = root.attribute("from")) head.from = *from;
  if (const auto* to = root.attribute("to")) head.to = *to;
  return head;
}

bool set_head(Stanza& stanza, const Head& head, const Addresses& addresses) {
  const auto kind = policy::kind_from(head.kind);
  if (!kind) return false;
  const auto type = type_of(*kind, head.type);
  if (!type || !policy::fits(*kind, *type)) return false;
  stanza.facts.kind = *kind;
  stanza.facts.type = *type;
  stanza.facts.from = addresses.from;
  stanza.facts.to = addresses.to;
  stanza.id = head.id;
  stanza.lang = head.lang;
  stanza.facts.more_elements = 1;
  return true;
}

std::expected<void, ContentFault> set_content(Stanza& stanza, const schemas::Element& root) {
  if (!std::all_of(root.attributes.begin(), root.attributes.end(), is_head_attribute)) {
    return std::unexpected(ContentFault::kUnknownAttribute);
  }
  for (const schemas::Child& child : root.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) {
      if (!is_white(*text)) return std::unexpected(ContentFault::kMixedText);
      continue;
    }
    const schemas::Element& element = *std::get<const schemas::Element*>(child);
    if (element.is(ns::kServer, "error") && stanza.facts.type != policy::StanzaType::kError) {
      return std::unexpected(ContentFault::kUnknownElement);
    }
    add_child(stanza, element);
  }
  --stanza.facts.more_elements;  // set_head's: everything has been looked at
  ReadLabel label = read_label(root);
  stanza.facts.label = std::move(label.facts);
  stanza.label_received = std::move(label.received);
  return {};
}

void kept_children(const Stanza& stanza, const policy::Kept& kept,
                   std::vector<const schemas::Element*>& out) {
  out.clear();
  for (const Stanza::Child& child : stanza.children) {
    const bool keep =
        child.is_part ? kept.parts.has(child.part)
                      : std::binary_search(kept.elements.begin(), kept.elements.end(), child.index);
    if (keep) out.push_back(child.element);
  }
}

const ElementRule& rule_of(const policy::StanzaFacts& facts) {
  switch (facts.kind) {
    case policy::StanzaKind::kMessage:
      return message_rule();
    case policy::StanzaKind::kPresence:
      return presence_rule();
    case policy::StanzaKind::kIq:
      return facts.type == policy::StanzaType::kResult ? iq_result_rule() : iq_request_rule();
  }
  return message_rule();
}

void set_dropped(policy::StanzaFacts& facts, std::span<const std::string_view> dropped) {
  facts.dropped.assign(dropped.begin(), dropped.end());
  std::ranges::sort(facts.dropped);
  const auto repeated = std::ranges::unique(facts.dropped);
  facts.dropped.erase(repeated.begin(), repeated.end());
}

// SPEC: RFC 6120 8.2.3: a request has one payload, a result one at most.
std::optional<ContentFault> payload_fault(const policy::StanzaFacts& facts) {
  if (facts.kind != policy::StanzaKind::kIq || facts.type == policy::StanzaType::kError)
    return std::nullopt;
  const std::size_t payloads = facts.elements.size() + facts.more_elements;
  if (payloads > 1) return ContentFault::kTooMany;
  if (payloads == 0 && facts.type != policy::StanzaType::kResult) return ContentFault::kMissing;
  return std::nullopt;
}

}  // namespace guard::filter
