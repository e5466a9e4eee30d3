// What a user of the host says to guardd, what guardd answers, the file in which blocks are kept,
// and the one that says whom to tell of a reading of the log: any octets give a value or an error,
// and a value is written as it was read.
#include <cstdint>
#include <string>
#include <string_view>

#include "guard/base/check.h"
#include "guard/control/log_access.h"
#include "guard/control/request.h"
#include "guard/supervisor/operator_state.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto request = guard::control::read_request(text)) {
    std::string line = write_request(*request);
    CHECK(line.back() == '\n');
    line.pop_back();
    CHECK(guard::control::read_request(line) == *request);
  }
  if (const auto answer = guard::control::read_answer(text)) {
    CHECK(guard::control::write_answer(*answer) == text);
  }
  if (const auto access = guard::control::parse_log_access(text)) {
    CHECK(guard::control::to_text(*access) == text);
  }
  if (const std::string words = guard::control::shown_words(text); !words.empty()) {
    std::string line = guard::control::write_request(
        {.command = guard::control::Command::kLogRead, .reason = words});
    line.pop_back();
    const auto read = guard::control::read_request(line);
    CHECK(read && read->reason == words);
  }
  if (const auto state = guard::supervisor::parse_operator_state("state", text)) {
    CHECK(guard::supervisor::parse_operator_state("state", write_operator_state(*state)) == *state);
  }
  return 0;
}
