// Place: where in a security policy's file something was said.
#pragma once

#include <cstdint>

namespace labels {

// Place counts lines and columns from 1; zeros where the thing was made by a program.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

}  // namespace labels
