// LogLock: one guardd for each log.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "guard/base/descriptor.h"

namespace guard::supervisor {

// LockFault is why a log is not ours: what stands in the way, in words, and whether that is another
// guardd (else the directory cannot be used).
struct LockFault {
  std::string what;
  bool taken = false;
};

// lock_log makes the log's directory (mode 0750) where it is missing and locks LOG/lock. The lock
// is held as long as any copy of the descriptor is open: by guardd, and by the recorder that
// outlives it for a moment. It waits up to `patience_ms` for such a moment to pass.
[[nodiscard]] std::expected<Descriptor, LockFault> lock_log(const std::filesystem::path& log,
                                                            int patience_ms);

}  // namespace guard::supervisor
