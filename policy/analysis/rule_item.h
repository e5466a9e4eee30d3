// RuleItem: the parts and elements of a stanza that rules tell apart. For rule_case.cc.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "policy/part.h"
#include "policy/rule.h"
#include "policy/stanza_facts.h"

namespace policy {

// RuleItem is a part, or an element of a name that rules tell apart from others.
struct RuleItem {
  std::optional<Part> part;
  ElementFact element;
};

// ItemSet is a set of items by their number.
class ItemSet {
 public:
  ItemSet(std::size_t size, bool all)
      : words_((size + kBits - 1) / kBits, all ? ~std::uint64_t{0} : std::uint64_t{0}) {}

  [[nodiscard]] bool has(std::size_t i) const { return (words_[i / kBits] >> i % kBits & 1U) != 0; }
  void add(std::size_t i) { words_[i / kBits] |= std::uint64_t{1} << i % kBits; }
  void remove(std::size_t i) { words_[i / kBits] &= ~(std::uint64_t{1} << i % kBits); }

  friend ItemSet both(const ItemSet& a, const ItemSet& b) {
    ItemSet result = a;
    for (std::size_t i = 0; i < result.words_.size(); ++i) result.words_[i] &= b.words_[i];
    return result;
  }
  auto operator<=>(const ItemSet&) const = default;

 private:
  static constexpr std::size_t kBits = 64;
  std::vector<std::uint64_t> words_;
};

// lists says whether a rule names the item.
[[nodiscard]] bool lists(const Rule& rule, const RuleItem& item);

// is_content says whether the item makes a message one with content.
[[nodiscard]] bool is_content(const RuleItem& item);

// items_of lists the items that rules of this class tell apart, and one more of each sort.
[[nodiscard]] std::vector<RuleItem> items_of(StanzaClass about,
                                             const std::vector<const Rule*>& rules);

}  // namespace policy
