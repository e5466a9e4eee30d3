// Rows: names and values under each other, for a terminal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace labels::tool {

// Rows aligns the values. Both columns are escaped for a terminal (guard/base/escape.h), so that
// one row stays one line whatever a label holds.
class Rows {
 public:
  // `indent` columns stand before every row.
  explicit Rows(std::size_t indent = 0) : indent_(indent) {}

  void add(std::string_view name, std::string_view value);
  [[nodiscard]] std::string text() const;

 private:
  std::size_t indent_;
  std::vector<std::pair<std::string, std::string>> rows_;
};

}  // namespace labels::tool
