// SentStanzas: what went out on a managed stream (XEP-0198), what of it the peer has acknowledged,
// and when it is to be asked. Pure. Either machine holds one: for a bidirectional stream it does
// not matter who has opened it.
//
// One <r/> at a time goes out behind a burst. What its answer did not cover is asked about again
// only with newer stanzas, or when the shell's time has passed: a peer that is slow to take
// responsibility is not asked in a circle. One that tells each stanza is asked only by time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "guard/xmpp/place_set.h"
#include "guard/xmpp/stream_management.h"

namespace guard::xmpp {

class SentStanzas {
 public:
  // `start` is what the count begins at: 0 but for tests of where it goes round.
  SentStanzas(ManagementVersion version, bool each, std::uint32_t start = 0)
      : version_(version), each_(each), start_(start) {}

  [[nodiscard]] ManagementVersion version() const { return version_; }
  [[nodiscard]] bool each() const { return each_; }
  [[nodiscard]] std::uint64_t unacknowledged() const { return sent_ - acknowledged_.size(); }
  // h is what the count of all that was sent would be, modulo 2^32.
  [[nodiscard]] std::uint32_t h() const { return start_ + static_cast<std::uint32_t>(sent_); }

  // sent notes so many more, and gives the <r/> that goes behind them, if one does.
  [[nodiscard]] std::string sent(std::uint32_t count);
  // ask gives an <r/> where something is not acknowledged and none is out.
  [[nodiscard]] std::string ask();

  struct Heard {
    bool too_high = false;           // more than was sent, or less than before: a stream error
    bool unasked = false;            // nothing of ours has called for it
    std::optional<PlaceRun> more{};  // what it acknowledges, some of it perhaps once more
    bool newer = false;              // its <r/> went out before stanzas that are not acknowledged
  };
  [[nodiscard]] Heard answered(std::uint32_t h);
  // told takes a <handled/> of a peer that tells each.
  [[nodiscard]] Heard told(const PlaceRun& run);

 private:
  ManagementVersion version_;
  bool each_;
  std::uint32_t start_;
  std::uint64_t sent_ = 0;
  PlaceSet acknowledged_;
  bool asked_ = false;              // an <r/> without an answer
  std::uint64_t asked_at_ = 0;      // what was sent before it
  std::uint32_t answers_owed_ = 0;  // one for each <r/>, whether it says something new or not
};

}  // namespace guard::xmpp
