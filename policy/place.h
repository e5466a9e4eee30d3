// Place: where in the policy file something was said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

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

// in_file_order sorts faults by place, leaves those of one place in the order in which they were
// found, and keeps the first `most`.
[[nodiscard]] std::vector<Fault> in_file_order(std::vector<Fault> faults, std::size_t most);

}  // namespace policy
