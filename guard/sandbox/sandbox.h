// Sandbox: what a process may still ask of the kernel once it is configured.
//
// A filter parses what hostile peers send, so it keeps nothing that it does not need: it reads,
// writes and closes the descriptors that it holds, manages its memory, tells the time, and ends.
// Who serves metrics may, beside that, take connections from the listener that it was given. An
// edge makes and takes TCP connections and has no file; a recorder has files and no network.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace guard::sandbox {

enum class Duty : std::uint8_t { kFilter, kMetrics, kEdge, kRecorder };

// enter_sandbox installs the profile for this process, for good: no new privileges, no core dump
// of stanzas, and a system call filter that kills the process on anything that is not in the
// duty's table (filter, metrics), or that is in its table of what is forbidden (edge, recorder):
// opening a file, making a socket, executing a program, new executable memory among them.
// Everything that opens files lazily (ICU's data, OpenSSL's configuration) must have been used
// once before. Errors: the text says which step the kernel refused; the process must not go on.
//
// Builds with AddressSanitizer keep a table of what is forbidden for all, because the sanitizer's
// own needs change from release to release; an edge may read files there, for reports.
[[nodiscard]] std::expected<void, std::string> enter_sandbox(Duty duty);

}  // namespace guard::sandbox
