// NoteBook: what guardd has to say in the audit log, until that is on disk. Pure.
//
//   add ──→ waits ──send──→ sent ──stored──→ gone
//             ↑               │
//             └─recorder_gone─┘  told again
//
// INVARIANT(NOTHING_SILENT): a recorder that dies takes none with it. Whether it had written what
// it was told nobody knows then: it is told again, marked so, and may stand in the log twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "guard/base/utc_time.h"
#include "guard/wire/control_messages.h"

namespace guard::supervisor {

class NoteBook {
 public:
  static constexpr std::size_t kMost = 1024;

  // add takes a note. Past kMost that are not stored it is only counted; the count is told as
  // `notes-lost` when there is room again.
  void add(UtcTime time, std::string event, std::string detail);

  // send returns those that wait, in order: they are sent now.
  [[nodiscard]] std::vector<wire::Note> send();

  // stored: all notes up to this number are on disk.
  void stored(std::uint64_t number, UtcTime now);

  // recorder_gone: what it was sent waits again.
  void recorder_gone();

  [[nodiscard]] std::size_t size() const { return notes_.size(); }

 private:
  std::deque<wire::Note> notes_;  // by number
  std::size_t sent_ = 0;          // of them, from the front
  std::uint64_t last_number_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace guard::supervisor
