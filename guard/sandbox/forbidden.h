// Forbidden: the system calls that a duty never has, where its table says what is forbidden and not
// what is allowed.
#pragma once

#include <seccomp.h>

#include <expected>
#include <string>

#include "guard/sandbox/sandbox.h"

namespace guard::sandbox {

// forbid adds them to a profile that allows everything else. The error names the step.
[[nodiscard]] std::expected<void, std::string> forbid(scmp_filter_ctx context, Duty duty);

}  // namespace guard::sandbox
