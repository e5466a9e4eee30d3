#include "audit/request_desk.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "audit/catalogue.h"
#include "audit/segment_files.h"
#include "audit/segment_table.h"
#include "audit/stub.h"

namespace audit {
namespace {

// Whether a delivery of the records up to `size` may still be without its outcome: a recorder that
// starts has to read back to there. nullopt where a segment cannot be read now: after a crash,
// until it is sealed.
std::optional<bool> under_way(const std::filesystem::path& log, const Request& request) {
  const std::vector<SegmentFile> files = segment_files(log);
  for (auto file = files.rbegin(); file != files.rend() && file->number > request.segment; ++file) {
    auto database = is_sealed(file->path) ? Database::open_sealed(file->path.string())
                                          : Database::open_reader(file->path.string());
    if (!database) return std::nullopt;
    const auto horizon = database->ask(
        "SELECT horizon FROM record INDEXED BY record_others WHERE class <> 'decision' AND "
        "horizon > 0 ORDER BY sequence DESC LIMIT 1");
    if (!horizon) return std::nullopt;
    if (horizon->empty()) continue;
    std::uint64_t number = 0;
    std::from_chars(horizon->data(), horizon->data() + horizon->size(), number);
    return number <= request.size;
  }
  return false;
}

}  // namespace

RequestDesk::Step RequestDesk::look(const SegmentEnd& open) {
  Step step;
  switch (state_) {
    case State::kNoted:
    case State::kAtWork:
      return step;
    case State::kRecorded:
      step.prune = jobs();
      at_work_ = step.prune.size();
      state_ = at_work_ == 0 ? State::kIdle : State::kAtWork;
      if (at_work_ == 0) remove_waiting_request(log_);
      return step;
    case State::kIdle:
      break;
  }
  const auto waiting = read_waiting_request(log_);
  if (!waiting) {
    refuse(waiting.error(), step);
  } else if (*waiting) {
    take(**waiting, open, step);
  }
  return step;
}

void RequestDesk::refuse(std::string why, Step& step) {
  remove_waiting_request(log_);
  step.notices.push_back({event::kRequestRefused, std::move(why)});
}

void RequestDesk::take(const WaitingRequest& waiting, const SegmentEnd& open, Step& step) {
  const auto request = parse_request(waiting.file);
  if (!request) return refuse("expected " + std::string(request.error()), step);
  const std::string by = "uid " + std::to_string(waiting.owner);
  if (request->request.origin != open.start.origin) {
    return refuse("it is about another log; asked by " + by, step);
  }
  switch (request->request.what) {
    case Request::What::kSeal:
      remove_waiting_request(log_);
      step.roll = true;
      step.notices.push_back({event::kSealRequested, "asked by " + by});
      return;
    case Request::What::kPrune:
      return take_prune(*request, by, open, step);
  }
}

void RequestDesk::take_prune(const SignedRequest& request, const std::string& by,
                             const SegmentEnd& open, Step& step) {
  const auto waits = under_way(log_, request.request);
  if (!waits) return;  // the next look may read it
  if (const auto wrong = objection(request.request, open)) {
    return refuse(*wrong + "; asked by " + by, step);
  }
  if (*waits) {
    return refuse("deliveries of these records are still under way; asked by " + by, step);
  }
  const auto signers = approve(request, rights_);
  if (!signers) return refuse(signers.error() + "; asked by " + by, step);
  for (const auto& [key, subject] : *signers) {
    step.notices.push_back({event::kPruneSigned, subject});
  }
  segment_ = request.request.segment;
  approval_ = approval_text(request.request, by);
  step.notices.push_back({event::kPruneApproved, approval_});
  state_ = State::kNoted;
}

std::optional<std::string> RequestDesk::objection(const Request& request,
                                                  const SegmentEnd& open) const {
  if (request.segment >= open.start.number) return "the open segment is never pruned";
  const std::vector<SegmentFile> files = kept_files(log_);
  const auto next = std::ranges::find(files, request.segment + 1, &SegmentFile::number);
  if (next == files.end()) return "the segment after those is missing";
  for (const SegmentFile& file : files) {
    if (file.number <= request.segment && !is_sealed(file.path)) {
      return file.path.filename().string() + " is not sealed";
    }
  }
  const auto after = start_of(next->path);
  if (!after) return after.error().what;
  guard::Sha256 sha;
  if (after->before.size() != request.size || after->before.root(sha) != request.root) {
    return "its records are not those of this log";
  }
  return std::nullopt;
}

std::vector<RequestDesk::PruneJob> RequestDesk::jobs() const {
  std::vector<PruneJob> jobs;
  const std::vector<SegmentFile> files = kept_files(log_);
  for (std::size_t at = 0; at + 1 < files.size() && files[at].number <= segment_; ++at) {
    if (!files[at].pruned) jobs.push_back({files[at].path, files[at + 1].path});
  }
  return jobs;
}

void RequestDesk::recorded(std::span<const Record> rows) {
  if (state_ != State::kNoted) return;
  const bool durable = std::ranges::any_of(rows, [&](const Record& row) {
    return row.row_class == Class::kEvent && row.event == event::kPruneApproved &&
           row.detail == approval_;
  });
  if (durable) state_ = State::kRecorded;
}

void RequestDesk::job_done() {
  if (at_work_ == 0 || --at_work_ > 0) return;
  remove_waiting_request(log_);
  state_ = State::kIdle;
}

}  // namespace audit
