// Conversation: one request to guardd, and its answer.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "guard/control/request.h"

namespace guard::control {

// ask says a request at guardd's control socket and waits for the answer, for at most so long
// without an octet. With `owner` only a process of this user, or of root, is asked: the kernel says
// whose the other end is. The error says that nobody, or somebody else, is there, or that the
// answer is malformed.
[[nodiscard]] std::expected<Answer, std::string> ask(const std::string& path,
                                                     const Request& request,
                                                     std::chrono::seconds patience,
                                                     std::optional<uid_t> owner = std::nullopt);

}  // namespace guard::control
