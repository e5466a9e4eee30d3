// RequestDesk: takes what operators ask of the log (request.h), on behalf of its writer.
//
//   LOG/request ─→ checked ─→ a notice, recorded ─→ at work ─→ a notice for each segment ─→ idle
//                     └─ refused: a notice says why, the file goes
//
// INVARIANT(AUDIT_BEFORE_PRUNE): nothing is removed before the row that says so, and who has
// asked and signed, is durable. After a crash the file is still there, and all begins anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "audit/log_notice.h"
#include "audit/record.h"
#include "audit/request.h"
#include "audit/segment_end.h"

namespace audit {

class RequestDesk {
 public:
  RequestDesk(std::filesystem::path log, PruneRights rights)
      : log_(std::move(log)), rights_(std::move(rights)) {}

  // PruneJob is a segment that goes, and the file of the one after it.
  struct PruneJob {
    std::filesystem::path segment;
    std::filesystem::path next;
  };
  // Step is what is to be done now.
  struct Step {
    std::vector<LogNotice> notices;
    bool roll = false;
    std::vector<PruneJob> prune;
  };
  // look is to be called about every second. `open` is the segment that is written.
  [[nodiscard]] Step look(const SegmentEnd& open);

  // recorded: these rows are durable.
  void recorded(std::span<const Record> rows);

  // job_done: one of the jobs has ended, well or not.
  void job_done();

 private:
  enum class State : std::uint8_t { kIdle, kNoted, kRecorded, kAtWork };
  void take(const WaitingRequest& waiting, const SegmentEnd& open, Step& step);
  void take_prune(const SignedRequest& request, const std::string& by, const SegmentEnd& open,
                  Step& step);
  void refuse(std::string why, Step& step);
  [[nodiscard]] std::optional<std::string> objection(const Request& request,
                                                     const SegmentEnd& open) const;
  [[nodiscard]] std::vector<PruneJob> jobs() const;

  std::filesystem::path log_;
  PruneRights rights_;
  State state_ = State::kIdle;
  std::uint64_t segment_ = 0;  // the last that goes
  std::string approval_;       // detail of the row that has to be durable
  std::size_t at_work_ = 0;
};

}  // namespace audit
