// A frame between two processes, from one that has been taken over. Property: whatever is read
// is written again as the same octets (one spelling for each message).
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "guard/wire/codec.h"
#include "guard/wire/permitted.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace wire = guard::wire;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  wire::FrameReader reader;
  reader.add(input.substr(0, size / 2));
  reader.add(input.substr(size / 2));
  std::size_t consumed = 0;
  for (;;) {
    const auto message = reader.next();
    if (!message || !*message) break;
    std::string again;
    wire::append_frame(again, **message);
    if (input.substr(consumed, again.size()) != again) std::abort();
    consumed += again.size();
    (void)wire::permitted(wire::Role::kRecorder, wire::Channel::kTickets, **message);
  }
  (void)wire::decode_configuration<wire::EdgeConfiguration>(input);
  (void)wire::decode_configuration<wire::FilterConfiguration>(input);
  (void)wire::decode_configuration<wire::RecorderConfiguration>(input);
  return 0;
}
