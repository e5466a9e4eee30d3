// unix_listener: a listening Unix socket at a path.
#pragma once

#include <sys/types.h>

#include <expected>
#include <filesystem>
#include <string>

#include "guard/base/descriptor.h"

namespace guard::supervisor {

// listen_at makes one, non-blocking and close-on-exec, whose file has this mode from the moment
// that it is there, or a narrower one. A socket that nobody listens on any more is replaced;
// anything else there is an error. Errors: the path, and what is wrong.
[[nodiscard]] std::expected<Descriptor, std::string> listen_at(const std::filesystem::path& path,
                                                               mode_t mode, int backlog);

}  // namespace guard::supervisor
