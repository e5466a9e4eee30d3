// Present: records as text: a table for a terminal, JSON lines, CSV.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "audit/query.h"

namespace audit {

// ended_text says how a delivery ended: written, expired, in-doubt, pending; "" where the record
// released nothing.
[[nodiscard]] std::string_view ended_text(const Found& found);

// json_line is one JSON object with every column of the record, and "ended". Times are ISO 8601,
// digests hexadecimal, the label base64, facts the JSON value that they are. Of several logs
// "guard" comes first.
[[nodiscard]] std::string json_line(const Found& found);

// json_record is the same without "ended": it never changes, whatever becomes of the stanza.
[[nodiscard]] std::string json_record(const Record& record);

// csv_header and csv_line have the same columns; of several logs the first one is the guard's name.
[[nodiscard]] std::string csv_header(bool several = false);
[[nodiscard]] std::string csv_line(const Found& found);
// record_csv_header and record_csv_line are the same without "ended".
[[nodiscard]] std::string record_csv_header();
[[nodiscard]] std::string record_csv_line(const Record& record);

// named_values are a record's columns that are not empty, spelt as in JSON but without quotes.
[[nodiscard]] std::vector<std::pair<std::string_view, std::string>> named_values(
    const Record& record);

// Table gathers rows and prints them within a width. Outcome rows have no line of their own: they
// are the last column of the records that they are about.
class Table {
 public:
  void add(const Found& found);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  // print returns header and rows, each at most `columns` wide (at least 60 are taken) where that
  // can be had by cutting addresses, rule and marking.
  [[nodiscard]] std::string print(std::size_t columns) const;

 private:
  std::vector<std::vector<std::string>> rows_;  // for_terminal has seen every cell
};

}  // namespace audit
