#include "guard/xmpp/stream_id.h"

#include <array>

#include "guard/base/bytes.h"
#include "guard/base/hex.h"

namespace guard::xmpp {

std::string StreamIds::next() {
  ++count_;
  const std::array<std::uint8_t, 4> counter = {
      static_cast<std::uint8_t>(count_ >> 24U), static_cast<std::uint8_t>(count_ >> 16U),
      static_cast<std::uint8_t>(count_ >> 8U), static_cast<std::uint8_t>(count_)};
  const Digest digest = Sha256().digest({BytesView(seed_), BytesView(counter)});
  return to_hex(BytesView(digest).first(16));
}

}  // namespace guard::xmpp
