#include "labels/tool/rows.h"

#include <algorithm>

#include "guard/base/escape.h"

namespace labels::tool {

void Rows::add(std::string_view name, std::string_view value) {
  rows_.emplace_back(guard::for_terminal(name), guard::for_terminal(value));
}

std::string Rows::text() const {
  std::size_t widest = 0;
  for (const auto& [name, value] : rows_) widest = std::max(widest, guard::width(name));
  std::string out;
  for (const auto& [name, value] : rows_) {
    std::string line = std::string(indent_, ' ') + guard::fit(name, widest + 2) + value;
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

}  // namespace labels::tool
