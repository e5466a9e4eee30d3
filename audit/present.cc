#include "audit/present.h"

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "guard/base/base64.h"
#include "guard/base/escape.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

// What a column is, apart from how it is spelt: a number, or text; facts are JSON already.
struct Cell {
  enum class Kind { kNumber, kText, kJson } kind = Kind::kText;
  std::string text;
};

Cell cell(const char*, std::uint64_t value) { return {Cell::Kind::kNumber, std::to_string(value)}; }
Cell cell(const char*, guard::UtcTime value) {
  return {Cell::Kind::kText, value == guard::UtcTime{} ? "" : guard::to_iso8601(value)};
}
Cell cell(const char* name, const std::string& value) {
  const bool json = std::string_view(name) == "facts" && !value.empty();
  return {json ? Cell::Kind::kJson : Cell::Kind::kText, value};
}
Cell cell(const char*, const guard::Bytes& value) {
  return {Cell::Kind::kText, guard::to_base64(value)};
}
Cell cell(const char*, const std::optional<guard::Digest>& value) {
  return {Cell::Kind::kText, value ? guard::to_hex(*value) : ""};
}
template <class Named>
Cell cell(const char*, const std::optional<Named>& value) {
  return {Cell::Kind::kText, value ? std::string(guard::to_string(*value)) : ""};
}
template <class Enum>
  requires std::is_enum_v<Enum>
Cell cell(const char*, Enum value) {
  return {Cell::Kind::kText, std::string(to_string(value))};
}

std::string spell_json(const Cell& cell) {
  switch (cell.kind) {
    case Cell::Kind::kNumber:
      return cell.text;
    case Cell::Kind::kText:
      return guard::json_string(cell.text);
    case Cell::Kind::kJson:
      return guard::json_value(cell.text);
  }
  return {};
}

}  // namespace

std::string_view ended_text(const Found& found) {
  if (!releases(found.record.action)) return "";
  return found.ended ? to_string(*found.ended) : std::string_view("pending");
}

namespace {

std::string json_columns(const Record& record) {
  std::string line = "{";
  Record::columns(record, [&](const char* name, const auto& value) {
    line += '"';
    line += name;
    line += "\":";
    line += spell_json(cell(name, value));
    line += ',';
  });
  return line;
}

}  // namespace

std::string json_line(const Found& found) {
  std::string line = json_columns(found.record);
  if (!found.guard.empty()) line.insert(1, "\"guard\":" + guard::json_string(found.guard) + ",");
  return line + "\"ended\":" + guard::json_string(ended_text(found)) + "}\n";
}

std::string json_record(const Record& record) {
  std::string line = json_columns(record);
  line.back() = '}';
  return line + "\n";
}

std::vector<std::pair<std::string_view, std::string>> named_values(const Record& record) {
  std::vector<std::pair<std::string_view, std::string>> values;
  Record::columns(record, [&](const char* name, const auto& value) {
    Cell shown = cell(name, value);
    const bool nothing =
        shown.text.empty() || (shown.kind == Cell::Kind::kNumber && shown.text == "0");
    if (!nothing) values.emplace_back(name, std::move(shown.text));
  });
  return values;
}

namespace {

std::string csv_names() {
  std::string line;
  const Record blank;
  Record::columns(blank, [&](const char* name, const auto&) {
    line += name;
    line += ',';
  });
  return line;
}

std::string csv_columns(const Record& record) {
  std::string line;
  Record::columns(record, [&](const char* name, const auto& value) {
    const Cell shown = cell(name, value);
    line += shown.kind == Cell::Kind::kNumber ? shown.text : guard::csv_field(shown.text);
    line += ',';
  });
  return line;
}

std::string without_last_comma(std::string line) {
  line.pop_back();
  return line + "\r\n";
}

}  // namespace

std::string csv_header(bool several) {
  return (several ? "guard," : "") + csv_names() + "ended\r\n";
}

std::string csv_line(const Found& found) {
  const std::string name = found.guard.empty() ? "" : guard::csv_field(found.guard) + ",";
  return name + csv_columns(found.record) + guard::csv_field(ended_text(found)) + "\r\n";
}

std::string record_csv_header() { return without_last_comma(csv_names()); }

std::string record_csv_line(const Record& record) {
  return without_last_comma(csv_columns(record));
}

// ---------------------------------------------------------------- table

namespace {

struct Heading {
  std::string_view name;
  std::size_t least = 0;  // columns that it keeps when others have to give; 0: never cut
};

constexpr std::array<Heading, 12> kHeadings = {{{"GUARD", 6},
                                                {"SEQ", 0},
                                                {"TIME (UTC)", 0},
                                                {"WAY", 0},
                                                {"VERDICT", 0},
                                                {"REASON", 10},
                                                {"RULE", 6},
                                                {"KIND", 6},
                                                {"FROM", 10},
                                                {"TO", 10},
                                                {"LABEL", 8},
                                                {"ENDED", 0}}};

std::string way_of(const Record& record) {
  if (record.direction) {
    return std::string(guard::to_string(near_side(*record.direction))) + ">" +
           std::string(guard::to_string(far_side(*record.direction)));
  }
  return record.side ? std::string(guard::to_string(*record.side)) : "";
}

std::string time_of(const Record& record) {
  std::string time = guard::to_iso8601(record.time).substr(0, 23);  // milliseconds
  std::ranges::replace(time, 'T', ' ');
  return time;
}

}  // namespace

void Table::add(const Found& found) {
  const Record& record = found.record;
  std::vector<std::string> row = {std::string(found.guard), std::to_string(record.sequence),
                                  time_of(record), way_of(record)};
  const bool event = record.row_class == Class::kEvent;
  const bool outcome = record.row_class == Class::kOutcome;
  if (outcome) {
    row.insert(row.end(),
               {"outcome", std::string(to_string(record.result)), "",
                std::to_string(record.first_sequence) + "-" + std::to_string(record.last_sequence),
                "", record.peer, ""});
  } else if (event) {
    row.insert(row.end(), {"event", record.event, record.detail, record.kind,
                           record.from_address.empty() ? record.address : record.from_address,
                           record.to_address, ""});
  } else {
    const std::string kind = record.type.empty() ? record.kind : record.kind + " " + record.type;
    const std::string from = record.from_address.empty() ? record.sender : record.from_address;
    row.insert(row.end(), {std::string(to_string(record.verdict)), record.reason, record.rule, kind,
                           from, record.to_address, record.marking});
  }
  std::string ended(ended_text(found));
  if (record.action == Action::kReply) ended = "reply " + ended;
  row.push_back(std::move(ended));
  for (std::string& text : row) text = guard::for_terminal(text);
  rows_.push_back(std::move(row));
}

std::string Table::print(std::size_t columns) const {
  std::array<std::size_t, kHeadings.size()> widths{};
  // Of one log there is no first column.
  const bool several = std::ranges::any_of(rows_, [](const auto& row) { return !row[0].empty(); });
  const std::size_t begin = several ? 0 : 1;
  for (std::size_t i = begin; i < kHeadings.size(); ++i) {
    widths[i] = kHeadings[i].name.size();
    for (const auto& row : rows_) widths[i] = std::max(widths[i], guard::width(row[i]));
  }
  const auto total = [&] {
    std::size_t sum = 2 * (widths.size() - begin - 1);
    for (const std::size_t each : widths) sum += each;
    return sum;
  };
  // The widest that can give gives, a column at a time.
  columns = std::max<std::size_t>(columns, 60);
  while (total() > columns) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const std::size_t least = std::max(kHeadings[i].least, kHeadings[i].name.size());
      if (kHeadings[i].least == 0 || widths[i] <= least) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
  const auto line = [&](const auto& text_of) {
    std::string text;
    for (std::size_t i = begin; i < widths.size(); ++i) {
      if (i > begin) text += "  ";
      text += guard::fit(text_of(i), widths[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    return text + '\n';
  };
  std::string out = line([](std::size_t i) { return kHeadings[i].name; });
  for (const auto& row : rows_) {
    out += line([&](std::size_t i) { return std::string_view(row[i]); });
  }
  return out;
}

}  // namespace audit
