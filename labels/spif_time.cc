#include "labels/spif_time.h"

#include <chrono>
#include <cstddef>

namespace labels {
namespace {

constexpr std::int64_t kDay = 86'400;

// Scanner reads fixed fields from the front of a text; once one does not fit, nothing does.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // digits reads a number of exactly `count` digits.
  std::optional<std::int64_t> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool at_digit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<std::int64_t> read_day(Scanner& in, bool dashes) {
  const auto year = in.digits(4);
  if (dashes && !in.skip('-')) return std::nullopt;
  const auto month = in.digits(2);
  if (dashes && !in.skip('-')) return std::nullopt;
  const auto day = in.digits(2);
  if (!year || !month || !day || *year == 0) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * kDay;
}

// The seconds into a day; with colons they must be there, without they may be left out.
std::optional<std::int64_t> read_clock(Scanner& in, bool colons) {
  const auto hour = in.digits(2);
  if (colons && !in.skip(':')) return std::nullopt;
  const auto minute = in.digits(2);
  if (!hour || !minute || *hour > 23 || *minute > 59) return std::nullopt;
  std::int64_t seconds = 0;
  if (colons || in.at_digit()) {
    if (colons && !in.skip(':')) return std::nullopt;
    const auto read = in.digits(2);
    if (!read || *read > 59) return std::nullopt;
    seconds = *read;
  }
  if (in.skip('.')) {
    if (!in.at_digit()) return std::nullopt;
    while (in.at_digit()) static_cast<void>(in.digits(1));
  }
  return *hour * 3'600 + *minute * 60 + seconds;
}

// The zone's offset in seconds, and the end of the text.
std::optional<std::int64_t> read_zone(Scanner& in, bool colons) {
  std::int64_t offset = 0;
  if (!in.done() && !in.skip('Z')) {
    const bool ahead = in.skip('+');
    if (!ahead && !in.skip('-')) return std::nullopt;
    const auto hours = in.digits(2);
    if (colons && !in.skip(':')) return std::nullopt;
    const auto minutes = in.digits(2);
    if (!hours || !minutes || *hours > 14 || *minutes > 59) return std::nullopt;
    offset = (*hours * 3'600 + *minutes * 60) * (ahead ? 1 : -1);
  }
  if (!in.done()) return std::nullopt;
  return offset;
}

}  // namespace

std::optional<std::int64_t> read_spif_time(std::string_view text, DayEnd day_end) {
  Scanner in(text);
  const bool extended = text.size() > 4 && text[4] == '-';
  const auto day = read_day(in, extended);
  if (!day) return std::nullopt;
  std::int64_t clock = day_end == DayEnd::kLastSecond ? kDay - 1 : 0;
  if (extended ? in.skip('T') : in.at_digit()) {
    const auto read = read_clock(in, extended);
    if (!read) return std::nullopt;
    clock = *read;
  } else if (!extended) {
    return std::nullopt;  // GeneralizedTime has an hour and minutes
  }
  const auto zone = read_zone(in, extended);
  if (!zone) return std::nullopt;
  return *day + clock - *zone;
}

}  // namespace labels
