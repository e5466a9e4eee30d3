#include "labels/label_time.h"

#include <chrono>
#include <cstddef>
#include <cstdio>

#include "guard/base/check.h"

namespace labels {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t at_midnight(chrono::year_month_day date) {
  return chrono::sys_time<chrono::milliseconds>(chrono::sys_days(date)).time_since_epoch().count();
}

constexpr std::int64_t kFirst = at_midnight(chrono::year{1} / 1 / 1);
constexpr std::int64_t kPastLast = at_midnight(chrono::year{10'000} / 1 / 1);

// Cursor takes fixed pieces from the front of a text; once one is missing it stays failed.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  int number(std::size_t digits, int most) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (i >= rest_.size() || rest_[i] < '0' || rest_[i] > '9') return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(digits);
    return value > most ? fail() : value;
  }
  void mark(char expected) {
    if (!peek(expected)) {
      fail();
    } else {
      rest_.remove_prefix(1);
    }
  }
  [[nodiscard]] bool peek(char expected) const { return rest_.starts_with(expected); }
  [[nodiscard]] bool well() const { return well_; }
  [[nodiscard]] std::size_t digits_ahead() const {
    const std::size_t end = rest_.find_first_not_of("0123456789");
    return end == std::string_view::npos ? rest_.size() : end;
  }
  [[nodiscard]] bool done() const { return well_ && rest_.empty(); }

 private:
  int fail() {
    well_ = false;
    return 0;
  }

  std::string_view rest_;
  bool well_ = true;
};

int read_fraction(Cursor& cursor) {
  if (!cursor.peek('.')) return 0;
  cursor.mark('.');
  const std::size_t digits = cursor.digits_ahead();
  if (digits == 0 || digits > 3) return -1;
  int value = cursor.number(digits, 999);
  for (std::size_t i = digits; i < 3; ++i) value *= 10;
  return value;
}

// Minutes east of Greenwich.
int read_zone(Cursor& cursor) {
  if (cursor.peek('Z')) {
    cursor.mark('Z');
    return 0;
  }
  const bool west = cursor.peek('-');
  cursor.mark(west ? '-' : '+');
  const int hours = cursor.number(2, 14);
  cursor.mark(':');
  const int minutes = cursor.number(2, hours == 14 ? 0 : 59);
  return (west ? -1 : 1) * (hours * 60 + minutes);
}

}  // namespace

bool is_label_time(LabelTime time) {
  return time.milliseconds >= kFirst && time.milliseconds < kPastLast;
}

std::optional<LabelTime> parse_label_time(std::string_view text) {
  Cursor cursor(text);
  const int year = cursor.number(4, 9'999);
  cursor.mark('-');
  const int month = cursor.number(2, 12);
  cursor.mark('-');
  const int day = cursor.number(2, 31);
  cursor.mark('T');
  const int hours = cursor.number(2, 23);
  cursor.mark(':');
  const int minutes = cursor.number(2, 59);
  cursor.mark(':');
  const int seconds = cursor.number(2, 59);
  const int fraction = read_fraction(cursor);
  const int zone = read_zone(cursor);
  if (!cursor.done() || fraction < 0) return std::nullopt;
  const chrono::year_month_day date{chrono::year{year}, chrono::month{static_cast<unsigned>(month)},
                                    chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  const std::int64_t clock = ((hours * 60 + minutes - zone) * 60 + seconds) * std::int64_t{1'000};
  const LabelTime time{at_midnight(date) + clock + fraction};
  if (!is_label_time(time)) return std::nullopt;
  return time;
}

std::string to_string(LabelTime time) {
  CHECK(is_label_time(time));
  const chrono::sys_time<chrono::milliseconds> moment{chrono::milliseconds{time.milliseconds}};
  const auto day = chrono::floor<chrono::days>(moment);
  const chrono::year_month_day date{day};
  const chrono::hh_mm_ss clock{moment - day};
  char text[48];
  std::snprintf(
      text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  std::string written = text;
  while (written.back() == '0') written.pop_back();
  if (written.back() == '.') written.pop_back();
  return written + "Z";
}

}  // namespace labels
