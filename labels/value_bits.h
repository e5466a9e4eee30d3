// ValueBits and ValueMask: sets of the values of one security policy, as bits. A policy numbers its
// values from 0 (compiled_policy.h).
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace labels {

// ValueBits is a set with room for every value of its policy. It needs heap memory only for a
// policy of more than kInlineWords * 64 values.
class ValueBits {
 public:
  static constexpr std::size_t kInlineWords = 16;

  explicit ValueBits(std::size_t values) : size_((values + 63) / 64) {
    if (size_ > kInlineWords) {
      more_.assign(size_, 0);
    } else {
      std::fill_n(few_.begin(), size_, 0);
    }
  }

  // REQUIRES: `value` is a value of the policy.
  void set(std::uint32_t value) { words()[value / 64] |= std::uint64_t{1} << (value % 64); }
  [[nodiscard]] bool has(std::uint32_t value) const {
    return ((words()[value / 64] >> (value % 64)) & 1U) != 0;
  }
  [[nodiscard]] std::span<std::uint64_t> words() {
    return {size_ > kInlineWords ? more_.data() : few_.data(), size_};
  }
  [[nodiscard]] std::span<const std::uint64_t> words() const {
    return {size_ > kInlineWords ? more_.data() : few_.data(), size_};
  }

 private:
  std::size_t size_;
  std::array<std::uint64_t, kInlineWords> few_;
  std::vector<std::uint64_t> more_;
};

// for_each_value calls `use` with every value whose bit is set in `word`, the word of that number.
template <typename Use>
void for_each_value(std::size_t word_number, std::uint64_t word, Use&& use) {
  for (; word != 0; word &= word - 1) {
    use(static_cast<std::uint32_t>(word_number * 64) +
        static_cast<std::uint32_t>(std::countr_zero(word)));
  }
}

// ValueMask is a set that is small beside the policy: only the words that are not zero.
class ValueMask {
 public:
  void add(std::uint32_t value) {
    const std::uint32_t number = value / 64;
    auto at = std::ranges::lower_bound(parts_, number, {}, &Part::number);
    if (at == parts_.end() || at->number != number) at = parts_.insert(at, {number, 0});
    at->bits |= std::uint64_t{1} << (value % 64);
  }
  [[nodiscard]] bool empty() const { return parts_.empty(); }
  // meets says whether `set` holds one of these values or more; covered_by, whether it holds all;
  // count_in, how many of them.
  [[nodiscard]] bool meets(std::span<const std::uint64_t> set) const {
    return std::ranges::any_of(parts_,
                               [&](const Part& p) { return (set[p.number] & p.bits) != 0; });
  }
  [[nodiscard]] bool covered_by(std::span<const std::uint64_t> set) const {
    return std::ranges::all_of(parts_,
                               [&](const Part& p) { return (set[p.number] & p.bits) == p.bits; });
  }
  [[nodiscard]] std::size_t count_in(std::span<const std::uint64_t> set) const {
    std::size_t count = 0;
    for (const Part& p : parts_) {
      count += static_cast<std::size_t>(std::popcount(set[p.number] & p.bits));
    }
    return count;
  }
  // meets_both says whether one of these values is in both sets.
  [[nodiscard]] bool meets_both(std::span<const std::uint64_t> one,
                                std::span<const std::uint64_t> other) const {
    return std::ranges::any_of(
        parts_, [&](const Part& p) { return (one[p.number] & other[p.number] & p.bits) != 0; });
  }
  template <typename Use>
  void for_each(Use&& use) const {
    for (const Part& p : parts_) for_each_value(p.number, p.bits, use);
  }

 private:
  struct Part {
    std::uint32_t number;  // of the word
    std::uint64_t bits;
  };
  std::vector<Part> parts_;
};

}  // namespace labels
