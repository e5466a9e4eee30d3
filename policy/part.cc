#include "policy/part.h"

namespace policy {

std::string_view to_string(Part part) {
  switch (part) {
    case Part::kBody:
      return "body";
    case Part::kSubject:
      return "subject";
    case Part::kThread:
      return "thread";
    case Part::kShow:
      return "show";
    case Part::kStatus:
      return "status";
    case Part::kPriority:
      return "priority";
  }
  return {};
}

std::optional<Part> part_from(std::string_view name) {
  for (const Part part : kParts) {
    if (to_string(part) == name) return part;
  }
  return std::nullopt;
}

}  // namespace policy
