// ReceivedStanzas: what came in on a stream, what of it the shell has said is handled, and how the
// peer is told where the stream is managed (XEP-0198). Pure. Either machine holds one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "guard/xmpp/place_set.h"
#include "guard/xmpp/stream_management.h"

namespace guard::xmpp {

class ReceivedStanzas {
 public:
  void take() { ++received_; }
  [[nodiscard]] std::uint64_t received() const { return received_; }
  [[nodiscard]] std::uint64_t unhandled() const { return received_ - handled_.size(); }

  // enable: the peer counts from here on; what came before does not count. REQUIRES: not managed;
  // `each` only before the first stanza.
  void enable(ManagementVersion version, bool each);
  [[nodiscard]] std::optional<ManagementVersion> version() const { return version_; }
  [[nodiscard]] bool each() const { return each_; }

  // handled notes what is handled and gives what the peer is told of it: nothing where the stream
  // is not managed. REQUIRES: it came and was not handled; `runs` only where each().
  [[nodiscard]] std::string handled(const StanzasHandled& handled);
  // count gives the <a/> that says how many are handled in order. REQUIRES: managed.
  [[nodiscard]] std::string count() const;
  // requested: the peer wants to know. It gives whether a stanza has come since the last time, so
  // that the question is as it should be.
  [[nodiscard]] bool requested();

 private:
  std::optional<ManagementVersion> version_;
  bool each_ = false;
  std::uint64_t begins_ = 0;
  std::uint64_t received_ = 0;
  PlaceSet handled_;
  std::uint64_t requested_at_ = 0;
};

}  // namespace guard::xmpp
