// Place: where in the policy file something was said.
#pragma once

#include <cstdint>
#include <string>

namespace policy {

// Place counts lines and columns from 1; zeros where a program made the thing.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  bool operator==(const Place&) const = default;
};

// Fault is a contradiction in a policy: ready to become a guard::FileError.
struct Fault {
  Place place;
  std::string what;
  std::string expected;

  bool operator==(const Fault&) const = default;
};

}  // namespace policy
