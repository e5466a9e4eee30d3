#include "labels/tool/answer.h"

#include "guard/base/escape.h"

namespace labels::tool {

std::string complaint(std::string_view what) {
  return "guard-label: " + guard::for_terminal(what) + "\n";
}

Answer bad_input(const guard::FileError& error) {
  return {.status = Status::kBad, .complaints = guard::for_terminal(error.to_string()) + "\n"};
}

Answer wrong_usage(std::string_view what) {
  return {.status = Status::kUsage, .complaints = complaint(what)};
}

Answer no(std::string_view what) { return {.status = Status::kNo, .complaints = complaint(what)}; }

}  // namespace labels::tool
