// Sandbox: what the filter's process may still ask of the kernel once it is configured.
//
// It parses what hostile peers send, so it keeps nothing that it does not need: it reads, writes
// and closes the descriptors that it holds, manages its memory, tells the time, and ends.
#pragma once

#include <expected>
#include <string>

namespace guard::filter {

// enter_sandbox installs the profile for this process, for good: no new privileges, no core dump
// of stanzas, and a system call filter that kills the process on anything that is not in its
// table: opening a file, making a socket, executing a program, new executable memory among them.
// Everything that opens files lazily (ICU's data, OpenSSL's configuration) must have been used
// once before. Errors: the text says which step the kernel refused; the process must not go on.
//
// Builds with AddressSanitizer keep the table of what is forbidden instead of what is allowed,
// because the sanitizer's own needs change from release to release.
[[nodiscard]] std::expected<void, std::string> enter_sandbox();

}  // namespace guard::filter
