#include "audit/export_format.h"

#include <algorithm>
#include <utility>

#include "audit/present.h"
#include "guard/base/escape.h"

namespace audit {
namespace {

// Puts a backslash before each of `special`; `text` has been made fit for a terminal.
std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : guard::for_terminal(text)) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// How bad it is, 0 to 10: what was let through, what was not, what should not happen.
int severity(const Record& record) {
  if (record.verdict == Verdict::kRefused) return 5;
  if (record.verdict == Verdict::kWithheld) return 8;
  if (record.event.ends_with("-violation") || record.event.starts_with("clock-") ||
      record.event.starts_with("disk-") || record.event.starts_with("log-")) {
    return 8;
  }
  return record.event == "process-died" ? 7 : 2;
}

// The stable name of what happened.
std::string_view name_of(const Record& record) {
  switch (record.row_class) {
    case Class::kDecision:
      return record.reason;
    case Class::kEvent:
      return record.event;
    case Class::kOutcome:
      return to_string(record.result);
  }
  return {};
}

std::string cef_line(const Record& record, std::string_view name) {
  std::string line = "CEF:0|xmpp-guard|xmpp-guard|1|" + cef_header(name_of(record)) + "|" +
                     std::string(to_string(record.row_class)) + " " + cef_header(name_of(record)) +
                     "|" + std::to_string(severity(record)) + "|";
  const auto pair = [&](std::string_view key, std::string_view value) {
    if (!value.empty()) line.append(key).append("=").append(cef_value(value)).append(" ");
  };
  pair("rt", std::to_string(record.time.microseconds / 1000));
  pair("externalId", std::to_string(record.sequence));
  pair("dvchost", name);
  pair("act", to_string(record.verdict));
  pair("suser", record.from_address);
  pair("duser", record.to_address);
  pair("src", record.address);
  pair("reason", record.reason);
  pair("cs1Label", "label");
  pair("cs1", record.marking);
  pair("cs2Label", "rule");
  pair("cs2", record.rule);
  // Every other column under its own name; CEF lets a producer add keys.
  for (const auto& [column, value] : named_values(record)) {
    std::string key = "xg";
    for (std::size_t i = 0; i < column.size(); ++i) {
      const bool capital = i == 0 || column[i - 1] == '_';
      if (column[i] == '_') continue;
      key += capital ? static_cast<char>(column[i] - 'a' + 'A') : column[i];
    }
    pair(key, value);
  }
  line.back() = '\n';
  return line;
}

std::string syslog_line(const Record& record, std::string_view origin, std::string_view name) {
  const int bad = severity(record);
  const int priority = 13 * 8 + (bad >= 8 ? 3 : bad >= 5 ? 4 : 6);
  std::string host(origin);
  std::ranges::replace(host, '/', '-');
  // MSGID has at most 32 characters, printable and without spaces.
  std::string id = with_backslashes(name_of(record), "").substr(0, 32);
  std::ranges::replace_if(id, [](char c) { return c <= 0x20 || c >= 0x7f; }, '_');
  std::string line = "<" + std::to_string(priority) + ">1 " + guard::to_iso8601(record.time) + " " +
                     (host.empty() ? "-" : host) + " xmpp-guard - " + (id.empty() ? "-" : id) +
                     " [record@32473";
  if (!name.empty()) line += " guard=\"" + syslog_value(name) + "\"";
  for (const auto& [key, value] : named_values(record)) {
    line.append(" ").append(key).append("=\"").append(syslog_value(value)).append("\"");
  }
  return line + "]\n";
}

// One JSON object, with the guard's name first where there is one.
std::string named_json(const Record& record, std::string_view name) {
  std::string line = json_record(record);
  if (!name.empty()) line.insert(1, "\"guard\":" + guard::json_string(name) + ",");
  return line;
}

std::string ocsf_line(const Record& record, std::string_view name) {
  const bool decision = record.row_class == Class::kDecision;
  const bool allowed = record.verdict == Verdict::kAllowed;
  const int bad = severity(record);
  std::string line = "{\"category_uid\":";
  line += decision ? "4,\"class_uid\":4001,\"type_uid\":400106,\"activity_id\":6"
                   : "0,\"class_uid\":0,\"type_uid\":99,\"activity_id\":99";
  line += ",\"time\":" + std::to_string(record.time.microseconds / 1000) + ",\"severity_id\":" +
          (bad >= 8   ? "4"
           : bad >= 5 ? "3"
                      : "1");
  if (decision) {
    line +=
        allowed ? ",\"action_id\":1,\"disposition_id\":1" : ",\"action_id\":2,\"disposition_id\":2";
    line += ",\"src_endpoint\":{\"name\":" + guard::json_string(record.from_address) +
            "},\"dst_endpoint\":{\"name\":" + guard::json_string(record.to_address) + "}";
  }
  line += ",\"message\":" + guard::json_string(name_of(record)) +
          ",\"metadata\":{\"version\":\"1.1.0\",\"uid\":\"" + std::to_string(record.sequence) +
          "\",\"product\":{\"name\":\"xmpp-guard\",\"vendor_name\":\"xmpp-guard\"}},\"unmapped\":";
  std::string columns = named_json(record, name);
  columns.pop_back();
  return line + columns + "}\n";
}

}  // namespace

std::string cef_header(std::string_view text) { return with_backslashes(text, "\\|"); }
std::string cef_value(std::string_view text) { return with_backslashes(text, "\\="); }
std::string syslog_value(std::string_view text) { return with_backslashes(text, "\\\"]"); }

std::string html(std::string_view text) {
  std::string out;
  for (const char c : guard::for_terminal(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::optional<ExportFormat> export_format_from(std::string_view name) {
  constexpr std::pair<std::string_view, ExportFormat> kNames[] = {
      {"jsonl", ExportFormat::kJsonLines},
      {"csv", ExportFormat::kCsv},
      {"cef", ExportFormat::kCef},
      {"syslog", ExportFormat::kSyslog},
      {"ocsf", ExportFormat::kOcsf}};
  for (const auto& [known, format] : kNames) {
    if (name == known) return format;
  }
  return std::nullopt;
}

std::string export_header(ExportFormat format, bool several) {
  if (format != ExportFormat::kCsv) return "";
  return (several ? "guard," : "") + record_csv_header();
}

std::string export_line(ExportFormat format, const Record& record, std::string_view origin,
                        std::string_view name) {
  switch (format) {
    case ExportFormat::kJsonLines:
      return named_json(record, name);
    case ExportFormat::kCsv:
      return (name.empty() ? "" : guard::csv_field(name) + ",") + record_csv_line(record);
    case ExportFormat::kCef:
      return cef_line(record, name);
    case ExportFormat::kSyslog:
      return syslog_line(record, origin, name);
    case ExportFormat::kOcsf:
      return ocsf_line(record, name);
  }
  return {};
}

}  // namespace audit
