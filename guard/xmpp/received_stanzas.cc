#include "guard/xmpp/received_stanzas.h"

#include "guard/base/check.h"

namespace guard::xmpp {

void ReceivedStanzas::enable(ManagementVersion version, bool each) {
  CHECK(!version_ && (!each || received_ == 0));
  version_ = version;
  each_ = each;
  begins_ = requested_at_ = received_;
}

std::string ReceivedStanzas::handled(const StanzasHandled& handled) {
  CHECK(handled.runs.empty() || (each_ && handled.count == 0));
  std::string told;
  for (const PlaceRun& run : handled.runs) {
    CHECK(run.last <= received_ && handled_.add(run) == run.last - run.first + 1);
    told += write_handled(run);
  }
  if (handled.count == 0) return told;
  const std::uint64_t before = handled_.prefix();
  CHECK(handled.count <= received_ - before);
  handled_.add({before + 1, before + handled.count});
  if (!version_ || handled_.prefix() <= begins_) return told;
  return count();
}

std::string ReceivedStanzas::count() const {
  const std::uint64_t prefix = handled_.prefix();
  const std::uint64_t counted = prefix > begins_ ? prefix - begins_ : 0;
  return write_management({.kind = ManagementKind::kAnswer,
                           .version = version_.value(),
                           .h = static_cast<std::uint32_t>(counted)});  // modulo 2^32
}

bool ReceivedStanzas::requested() {
  const bool fresh = requested_at_ != received_;
  requested_at_ = received_;
  return fresh;
}

}  // namespace guard::xmpp
