// DenialList: reasons gathered by the judgements of labels, or only that there is one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "labels/denial.h"

namespace labels {

// DenialList serves one body of rules in two ways. Quick: the first add() says "stop", nothing is
// worded. Full: every reason is kept. So quick and full answers cannot differ in meaning.
class DenialList {
 public:
  enum class Mode : bool { kQuick, kFull };
  explicit DenialList(Mode mode) : mode_(mode) {}

  // add notes a reason; `word` makes its words, and is called only where they are wanted. Returns
  // whether to go on with the other rules.
  template <typename Word>
  [[nodiscard]] bool add(DenialReason reason, Word&& word) {
    any_ = true;
    if (mode_ == Mode::kQuick) return false;
    list_.push_back({.reason = reason, .what = std::forward<Word>(word)()});
    return true;
  }
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] std::vector<Denial> take() { return std::move(list_); }

 private:
  Mode mode_;
  bool any_ = false;
  std::vector<Denial> list_;
};

// ValueList collects values for a reason and writes "3 (ALPHA), 5 and 2 more": a label may hold
// thousands, and what it holds is in the audit log already.
class ValueList {
 public:
  static constexpr std::size_t kNamed = 8;

  // add takes a number, and its name or nullptr.
  void add(std::uint32_t lacv, const std::string* name) {
    if (++count_ > kNamed) return;
    if (!text_.empty()) text_ += ", ";
    text_ += std::to_string(lacv);
    if (name != nullptr) text_ += " (" + *name + ")";
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::string text() const {
    if (count_ <= kNamed) return text_;
    return text_ + " and " + std::to_string(count_ - kNamed) + " more";
  }

 private:
  std::string text_;
  std::size_t count_ = 0;
};

}  // namespace labels
