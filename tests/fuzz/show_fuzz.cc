// What is shown of a record: escaping for terminal, JSON and CSV takes any octets, and keeps its
// word about what comes out.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/query.h"
#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "guard/base/escape.h"

namespace {

bool has_controls(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = guard::as_text({data, size});
  const std::string shown = guard::for_terminal(text);
  CHECK(!has_controls(shown));
  CHECK(guard::for_terminal(shown).size() >= shown.size());
  CHECK(guard::width(guard::fit(shown, 20)) == 20);
  const std::string json = guard::json_string(text);
  CHECK(!has_controls(json));
  CHECK(guard::json_value(json) == json);  // it is one JSON value
  const std::string value = guard::json_value(text);
  CHECK(!has_controls(value));
  CHECK(guard::json_value(value) == value);
  const std::string field = guard::csv_field(text);
  CHECK(std::ranges::count(field, '"') % 2 == 0);
  (void)audit::address_matches("good.example", text);
  (void)audit::address_matches(text, "a@good.example/x");
  (void)audit::parse_moment(text, guard::UtcTime{1'700'000'000'000'000});
  return 0;
}
