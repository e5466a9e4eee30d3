// AnchorLine: a checkpoint as one syslog message (SPEC: RFC 5424), so that a log host keeps what
// the guard's host could change.
//
//   <110>1 TIME HOST guard-audit - anchor [anchor@32473 origin="…" size="4711" note="BASE64"] text
//
// Facility 13 (log audit), severity informational. The note is there whole, signatures and all.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "audit/checkpoint.h"
#include "guard/base/utc_time.h"

namespace audit {

// syslog_anchor returns the message without a line feed. `host` is cut to what HOSTNAME may be.
[[nodiscard]] std::string syslog_anchor(const Checkpoint& checkpoint, std::string_view note,
                                        guard::UtcTime time, std::string_view host);

// octet_counted frames a message for a stream (SPEC: RFC 5425 4.3).
[[nodiscard]] std::string octet_counted(std::string_view message);

// is_syslog says whether a text has such messages, whatever else is in it.
[[nodiscard]] bool is_syslog(std::string_view text);

// notes_in_syslog returns the notes of all such messages, one after the other, as a file of anchors
// has them. The error says what was expected. Who controls the input: whoever wrote to the log
// host.
[[nodiscard]] std::expected<std::string, std::string> notes_in_syslog(std::string_view text);

}  // namespace audit
