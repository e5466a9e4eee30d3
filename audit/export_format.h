// ExportFormat: one record as a line for somebody else's system. A line depends on its record
// alone, so that an export that is done again, or goes on, is the same to the octet.
//
// Whatever came from a peer is shown as for_terminal shows it, and then escaped for the format.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "audit/record.h"

namespace audit {

enum class ExportFormat : std::uint8_t {
  kJsonLines = 0,  // every column, as `query --json` has it, without "ended"
  kCsv,            // the same columns (RFC 4180), a header first
  kCef,            // ArcSight Common Event Format, version 0
  kSyslog,         // RFC 5424, one line for each message; facility 13 (log audit)
  kOcsf,           // Open Cybersecurity Schema Framework 1.1: 4001 for decisions, 0 for the others
};

// export_format_from names them: jsonl, csv, cef, syslog, ocsf.
[[nodiscard]] std::optional<ExportFormat> export_format_from(std::string_view name);

// export_header is what comes before the first record; export_line one record, with its line feed.
// `origin` is the log's name, `name` what one of several logs is called.
[[nodiscard]] std::string export_header(ExportFormat format, bool several = false);
[[nodiscard]] std::string export_line(ExportFormat format, const Record& record,
                                      std::string_view origin, std::string_view name = {});

// The escapes, which take any octets. cef_header keeps '|' and backslash apart (CEF), cef_value '='
// and backslash; syslog_value '"', ']' and backslash (SPEC: RFC 5424 6.3.3); html what HTML knows.
[[nodiscard]] std::string cef_header(std::string_view text);
[[nodiscard]] std::string cef_value(std::string_view text);
[[nodiscard]] std::string syslog_value(std::string_view text);
[[nodiscard]] std::string html(std::string_view text);

}  // namespace audit
