// CHECK: for what can only be false when this program has a bug.
//
// It is never compiled out, and its condition never depends on what a peer sent: a peer's fault
// is a value (std::expected). A failed CHECK ends the process; the supervisor starts it again,
// and the stanza in hand is withheld (FAIL_CLOSED).
#pragma once

namespace guard {

// Writes "file:line: CHECK failed: condition" to stderr and aborts.
[[noreturn]] void check_failed(const char* file, int line, const char* condition) noexcept;

}  // namespace guard

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::guard::check_failed(__FILE__, __LINE__, #condition))
