// AccessFile: the file in the log's directory by which guard-audit finds the guard that writes it
// (guard/control/log_access.h).
#pragma once

#include <expected>
#include <string>

#include "guard/supervisor/site.h"

namespace guard::supervisor {

// write_access_file puts it there as the site file has it (mode 0640), or takes it away. One that
// says the same already stays as it is. REQUIRES: the log's directory, and its lock. The error
// names the file.
[[nodiscard]] std::expected<void, std::string> write_access_file(const Site& site);

}  // namespace guard::supervisor
