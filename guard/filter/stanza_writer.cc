#include "guard/filter/stanza_writer.h"

#include <algorithm>
#include <optional>

#include "guard/base/check.h"
#include "guard/base/xml_text.h"
#include "guard/filter/canonical_value.h"
#include "guard/xmpp/jid.h"

namespace guard::filter {
namespace {

bool names(const AttributeRule& rule, const schemas::Attribute& attribute) {
  if (rule.name == "xml:lang") return attribute.name == "lang" && attribute.ns == ns::kXml;
  return attribute.name == rule.name && attribute.ns.empty();
}

const schemas::Attribute* find(const schemas::Element& element, const AttributeRule& rule) {
  for (const schemas::Attribute& attribute : element.attributes) {
    if (names(rule, attribute)) return &attribute;
  }
  return nullptr;
}

ContentFault fault_of(ValueVerdict verdict) {
  if (verdict == ValueVerdict::kBadAddress) return ContentFault::kAddress;
  return verdict == ValueVerdict::kUnlisted ? ContentFault::kUnlisted : ContentFault::kValue;
}

// text_of gives the character data of an element; `joined` holds it where it is in several runs.
std::expected<std::string_view, ContentFault> text_of(const schemas::Element& element,
                                                      std::string& joined) {
  if (element.children.empty()) return std::string_view();
  if (element.children.size() == 1) {
    if (const auto* text = std::get_if<std::string_view>(&element.children[0])) return *text;
  }
  joined.clear();
  for (const schemas::Child& child : element.children) {
    const auto* text = std::get_if<std::string_view>(&child);
    if (text == nullptr) return std::unexpected(ContentFault::kUnknownElement);
    joined += *text;
  }
  return std::string_view(joined);
}

std::expected<void, ContentFault> check_empty(const schemas::Element& element) {
  for (const schemas::Child& child : element.children) {
    const auto* text = std::get_if<std::string_view>(&child);
    if (text == nullptr) return std::unexpected(ContentFault::kUnknownElement);
    if (!is_white(*text)) return std::unexpected(ContentFault::kMixedText);
  }
  return {};
}

}  // namespace

std::string_view to_string(ContentFault fault) {
  switch (fault) {
    case ContentFault::kUnknownElement:
      return "element-unknown";
    case ContentFault::kUnknownAttribute:
      return "attribute-unknown";
    case ContentFault::kTooMany:
      return "element-repeated";
    case ContentFault::kValue:
    case ContentFault::kUnlisted:
      return "value-not-allowed";
    case ContentFault::kAddress:
      return "payload-jid-malformed";
    case ContentFault::kForeignAddress:
      return "payload-jid-foreign";
    case ContentFault::kMixedText:
      return "text-misplaced";
    case ContentFault::kMissing:
      return "payload-missing";
  }
  return "internal";
}

void StanzaWriter::write_head(std::string& out, const StanzaHead& head) {
  out += '<';
  out += head.name;
  if (!head.from.empty()) append_attribute(out, "from", head.from);
  if (!head.id.empty()) append_attribute(out, "id", head.id);
  if (!head.to.empty()) append_attribute(out, "to", head.to);
  if (!head.type.empty()) append_attribute(out, "type", head.type);
  if (!head.lang.empty()) append_attribute(out, "xml:lang", head.lang);
  out += '>';
}

void StanzaWriter::close_stanza(std::string& out, std::string_view name) {
  out += "</";
  out += name;
  out += '>';
}

void StanzaWriter::append_bare_unavailable(std::string& out, std::string_view from,
                                           std::string_view to) {
  write_head(out, {.name = "presence", .from = from, .to = to, .type = "unavailable"});
  out.back() = '/';
  out += '>';
}

StanzaWriter::Result StanzaWriter::write(std::string& out, const StanzaHead& head,
                                         const ElementRule& rule,
                                         std::span<const schemas::Element* const> children,
                                         std::string_view regenerated) {
  const std::size_t before = out.size();
  ranked_.clear();
  segments_.clear();
  from_domain_ = xmpp::split_jid(head.from).domain;
  to_domain_ = xmpp::split_jid(head.to).domain;
  features_ = head.features;
  domains_ = head.domains;
  jids_ = 0;
  write_head(out, head);
  const std::size_t content = out.size();
  Result result;
  for (const schemas::Element* child : children) {
    if (result) result = rank(*child, rule);
  }
  if (result) result = append_ranked(out, 0, rule, regenerated);
  if (!result) {
    out.resize(before);
    return result;
  }
  if (out.size() == content) {
    out.back() = '/';
    out += '>';
  } else {
    close_stanza(out, head.name);
  }
  return {};
}

StanzaWriter::Result StanzaWriter::append_attributes(std::string& out,
                                                     const schemas::Element& element,
                                                     const ElementRule& rule) {
  std::size_t found = 0;
  for (const AttributeRule& wanted : rule.attributes) {
    const schemas::Attribute* attribute = find(element, wanted);
    if (attribute == nullptr) continue;
    ++found;
    if (wanted.kind == ValueKind::kDropped) continue;
    if (wanted.kind == ValueKind::kText) {
      append_attribute(out, wanted.name, attribute->value);
      continue;
    }
    value_.clear();
    const ValueVerdict verdict =
        append_canonical(value_, attribute->value, wanted.kind, words_of(wanted));
    if (verdict != ValueVerdict::kWritten) return std::unexpected(fault_of(verdict));
    if (wanted.kind == ValueKind::kJid) {
      if (Result result = check_jid(value_); !result) return result;
    }
    append_attribute(out, wanted.name, value_);
  }
  if (found != element.attributes.size()) return std::unexpected(ContentFault::kUnknownAttribute);
  return {};
}

// An address in the payload that names a third domain could name any: it would be text.
StanzaWriter::Result StanzaWriter::check_jid(std::string_view canonical) {
  if (++jids_ > kMaxPayloadJids) return std::unexpected(ContentFault::kTooMany);
  const std::string_view domain = xmpp::split_jid(canonical).domain;
  if (belongs_to(domain, from_domain_) || belongs_to(domain, to_domain_)) return {};
  if (domains_.has(domain)) return {};
  return std::unexpected(ContentFault::kForeignAddress);
}

// The recursion is as deep as the vocabulary's tables, not as the input.
// NOLINTNEXTLINE(misc-no-recursion)
StanzaWriter::Result StanzaWriter::append_element(std::string& out, const schemas::Element& element,
                                                  const ElementRule& rule,
                                                  std::string_view outer_ns) {
  const std::size_t start = out.size();
  out += '<';
  out += rule.name;
  if (rule.ns != outer_ns) append_attribute(out, "xmlns", rule.ns);
  if (Result result = append_attributes(out, element, rule); !result) {
    const bool omitted = (result.error() == ContentFault::kUnlisted && rule.omit_unlisted) ||
                         (result.error() == ContentFault::kForeignAddress && rule.omit_foreign);
    if (!omitted) return result;
    out.resize(start);
    return {};
  }
  out += '>';
  const std::size_t content = out.size();
  if (Result result = append_content(out, element, rule); !result) return result;
  if (out.size() == content) {
    out.back() = '/';
    out += '>';
  } else {
    close_stanza(out, rule.name);
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): see append_element.
StanzaWriter::Result StanzaWriter::append_content(std::string& out, const schemas::Element& element,
                                                  const ElementRule& rule) {
  switch (rule.content) {
    case Content::kEmpty:
      return check_empty(element);
    case Content::kDropped:
      return {};
    case Content::kText: {
      std::string joined;
      const auto text = text_of(element, joined);
      if (!text) return std::unexpected(text.error());
      if (rule.text == ValueKind::kText) {
        append_text(out, *text);
        return {};
      }
      value_.clear();
      const ValueVerdict verdict = append_canonical(value_, *text, rule.text);
      if (verdict != ValueVerdict::kWritten) return std::unexpected(fault_of(verdict));
      append_text(out, value_);
      return {};
    }
    case Content::kElements:
      return append_inner(out, element, rule);
    case Content::kRegenerated:
      CHECK(false);  // rank passes over these
  }
  return {};
}

StanzaWriter::Result StanzaWriter::rank(const schemas::Element& child, const ElementRule& parent) {
  const ElementRule* known = find_child(parent, child.ns, child.name);
  if (known == nullptr) return std::unexpected(ContentFault::kUnknownElement);
  if (known->content != Content::kRegenerated) {
    ranked_.push_back({static_cast<std::uint32_t>(known - parent.children.data()), &child});
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): see append_element.
StanzaWriter::Result StanzaWriter::append_inner(std::string& out, const schemas::Element& element,
                                                const ElementRule& rule) {
  const std::size_t base = ranked_.size();
  for (const schemas::Child& child : element.children) {
    if (const auto* text = std::get_if<std::string_view>(&child)) {
      if (!is_white(*text)) return std::unexpected(ContentFault::kMixedText);
      continue;
    }
    Result result = rank(*std::get<const schemas::Element*>(child), rule);
    if (!result) return result;
  }
  return append_ranked(out, base, rule, {});
}

// Writes the children ranked from `base` on, and forgets them.
// NOLINTNEXTLINE(misc-no-recursion): see append_element.
StanzaWriter::Result StanzaWriter::append_ranked(std::string& out, std::size_t base,
                                                 const ElementRule& rule,
                                                 std::string_view regenerated) {
  const std::size_t end = ranked_.size();
  const auto by_rank = [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; };
  const auto first = ranked_.begin() + static_cast<std::ptrdiff_t>(base);
  if (!std::is_sorted(first, ranked_.end(), by_rank)) {
    std::sort(first, ranked_.end(), by_rank);  // what is equal is sorted by octets below
  }
  std::size_t at = base;
  const ElementRule* last = nullptr;
  for (std::uint32_t rank = 0; rank < rule.children.size(); ++rank) {
    const ElementRule& child = rule.children[rank];
    if (child.content == Content::kRegenerated) {
      out += regenerated;
      continue;
    }
    const std::size_t begin = at;
    while (at < end && ranked_[at].rank == rank) ++at;
    if (begin == at) continue;
    if (at - begin > child.most) return std::unexpected(ContentFault::kTooMany);
    if (child.alone_in_namespace) {
      if (last != nullptr && last->ns == child.ns) return std::unexpected(ContentFault::kTooMany);
      last = &child;
    }
    if (Result result = append_run(out, begin, at, child, rule.ns); !result) return result;
  }
  ranked_.resize(base);
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): see append_element.
StanzaWriter::Result StanzaWriter::append_run(std::string& out, std::size_t begin, std::size_t end,
                                              const ElementRule& rule, std::string_view outer_ns) {
  if (end - begin == 1) return append_element(out, *ranked_[begin].element, rule, outer_ns);
  const std::size_t first_segment = segments_.size();
  for (std::size_t at = begin; at < end; ++at) {
    const std::size_t start = out.size();
    const schemas::Element& element = *ranked_[at].element;
    if (Result result = append_element(out, element, rule, outer_ns); !result) return result;
    if (out.size() == start) continue;  // left out
    Segment segment{start, out.size() - start, {}};
    if (!rule.key.empty()) {
      const schemas::Attribute* key = find(element, rule.attributes.front());
      // The first letter tells "absent" from "empty".
      if (key != nullptr) segment.key = "=";
      if (key != nullptr &&
          append_canonical(segment.key, key->value, rule.attributes.front().kind,
                           words_of(rule.attributes.front())) != ValueVerdict::kWritten) {
        return std::unexpected(ContentFault::kValue);
      }
    }
    segments_.push_back(std::move(segment));
  }
  return sort_run(out, first_segment, rule);
}

// Sorts what the segments from `first_segment` on cover (they adjoin, up to the end of `out`).
StanzaWriter::Result StanzaWriter::sort_run(std::string& out, std::size_t first_segment,
                                            const ElementRule& rule) {
  if (first_segment == segments_.size()) return {};
  const std::size_t begin = segments_[first_segment].begin;
  const auto text = [&](const Segment& s) { return std::string_view(out).substr(s.begin, s.size); };
  const auto first = segments_.begin() + static_cast<std::ptrdiff_t>(first_segment);
  std::sort(first, segments_.end(), [&](const Segment& a, const Segment& b) {
    if (a.key != b.key) return a.key < b.key;
    return text(a) < text(b);
  });
  const auto same = [&](const Segment& a, const Segment& b) {
    return rule.key.empty() ? text(a) == text(b) : a.key == b.key;
  };
  auto end = segments_.end();
  if (rule.merge_equal) {
    end = std::unique(first, end, same);
  } else if (std::adjacent_find(first, end, same) != end) {
    return std::unexpected(ContentFault::kTooMany);
  }
  sorted_.clear();
  for (auto segment = first; segment != end; ++segment) sorted_ += text(*segment);
  out.replace(begin, std::string::npos, sorted_);
  segments_.resize(first_segment);
  return {};
}

}  // namespace guard::filter
