// LogNotice: what the log has to say about itself. The recorder writes it down.
#pragma once

#include <string>
#include <string_view>

namespace audit {

// LogNotice is an event's name (catalogue.h) and its detail.
struct LogNotice {
  std::string_view event;
  std::string detail;
};

}  // namespace audit
