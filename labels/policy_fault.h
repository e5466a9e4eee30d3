// PolicyFault: a contradiction in a security policy, and where it was said.
#pragma once

#include <string>
#include <string_view>

#include "labels/place.h"

namespace labels {

struct PolicyFault {
  Place place;
  std::string what;
  std::string expected;
};

[[nodiscard]] inline std::string in_quotes(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

}  // namespace labels
