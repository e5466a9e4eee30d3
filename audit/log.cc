#include "audit/log.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "audit/catalogue.h"
#include "audit/checkpoint.h"
#include "audit/request_desk.h"
#include "audit/sealer.h"
#include "audit/segment_files.h"
#include "audit/segment_writer.h"
#include "guard/base/check.h"

namespace audit {
namespace {

constexpr int kCheckpointFrames = 512;  // of 16 KiB: 8 MiB
constexpr std::uint64_t kFrameOctets = 16U << 10;
constexpr off_t kReserve = off_t{4} << 20;  // room for the closing record
constexpr const char* kReserveName = "reserve";
constexpr int kSealAtClose = 2000;  // milliseconds
constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kRetry = 60 * kSecond;  // after a segment could not be begun or sealed

std::int64_t monotonic() {
  const auto since = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(since).count();
}

void remove_segment(const std::filesystem::path& path) {
  for (const char* suffix : {"-shm", "-wal", ""}) ::unlink((path.string() + suffix).c_str());
}

}  // namespace

struct Log::State {
  std::filesystem::path directory;
  LogOptions options;
  std::unique_ptr<SegmentWriter> segment;
  Sealer sealer;
  std::optional<RequestDesk> desk;
  std::vector<std::filesystem::path> to_seal;
  std::vector<LogNotice> notices;
  std::int64_t opened_at = 0;  // the segment; of a monotonic clock, as the others
  std::int64_t looked_at = 0;  // the disk
  std::int64_t roll_after = 0;
  std::int64_t seal_after = 0;
  bool roll_wanted = false;
  bool disk_low = false;
  bool closed = false;

  OrLogError<SegmentWriter::Birth> find_end();
  [[nodiscard]] bool roll_is_due() const;
  OrLogError<void> begin_next();
  void hear_sealer();
  void hear(const Sealer::Result& pruned);
  void hear_operators();
  void look_at_disk();
};

// ---------------------------------------------------------------- opening

OrLogError<std::unique_ptr<Log>> Log::open(const std::filesystem::path& directory,
                                           LogOptions options) {
  auto state = std::make_unique<State>();
  state->directory = directory;
  state->options = std::move(options);
  state->desk.emplace(directory, state->options.prune);
  if (const auto made = create_folder(directory); !made) return std::unexpected(made.error());
  if (const auto reserved = create_file(directory / kReserveName, kReserve); !reserved) {
    return std::unexpected(reserved.error());
  }
  auto birth = state->find_end();
  if (!birth) return std::unexpected(birth.error());
  const SigningKey* root = state->options.root ? &*state->options.root : nullptr;
  const bool first = birth->start.number == 1;
  auto created = SegmentWriter::create(std::move(*birth), root, std::string(kRootKeyName));
  state->options.root.reset();
  if (!created) return std::unexpected(created.error());
  state->segment = std::move(*created);
  state->opened_at = monotonic();
  if (!first) {
    state->notices.push_back(
        {event::kSegmentOpened, std::to_string(state->segment->end().start.number)});
  }
  return std::unique_ptr<Log>(new Log(std::move(state)));
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}

// A connection that is closed checkpoints; one that has failed must not touch the file again.
Log::~Log() = default;

// Verifies the end of the last segment and says how the next one begins. A segment that has no
// record was begun by a recorder that died at once; its place is taken.
OrLogError<SegmentWriter::Birth> Log::State::find_end() {
  SegmentWriter::Birth birth;
  birth.sign_microseconds = options.sign_microseconds;
  std::vector<SegmentFile> files = segment_files(directory);
  while (!files.empty()) {
    const SegmentFile& file = files.back();
    auto database = open_own(file.path);
    if (!database) return std::unexpected(log_error(file.path, database.error()));
    const auto tables = database->ask("SELECT count(*) FROM sqlite_schema");
    if (!tables) return std::unexpected(log_error(file.path, tables.error()));
    bool empty = *tables == "0";
    if (!empty) {
      auto end = read_end(*database, file.path);
      if (!end) return std::unexpected(end.error());
      empty = end->empty();
      if (end->start.number != file.number) {
        return std::unexpected(LogError{file.path.string() + ": is segment " +
                                            std::to_string(end->start.number) + " by its content",
                                        false});
      }
      if (!empty) {
        birth.start.number = file.number + 1;
        birth.start.origin = end->start.origin;
        birth.start.first_sequence = end->last.sequence + 1;
        birth.start.previous_chain = end->last.chain;
        birth.start.before = end->tree;
        birth.last_time = end->last.time;
        break;
      }
    }
    database = Database();
    remove_segment(file.path);
    files.pop_back();
  }
  const std::vector<SegmentFile> kept = kept_files(directory);
  if (!kept.empty() && kept.back().pruned) {
    return std::unexpected(LogError{directory.string() + ": the segments after " +
                                        kept.back().path.filename().string() + " are missing",
                                    false});
  }
  for (const SegmentFile& file : files) {
    if (!is_sealed(file.path)) to_seal.push_back(file.path);
  }
  birth.start.number = std::max<std::uint64_t>(birth.start.number, 1);
  birth.start.created = guard::now_utc();
  birth.path = directory / segment_name(birth.start.number);
  return birth;
}

// ---------------------------------------------------------------- writing

OrLogError<void> Log::append(std::span<const Record> batch,
                             std::span<const SealedContent> contents) {
  const auto done = state_->segment->append(batch, contents);
  if (done) state_->desk->recorded(batch);
  return done;
}

const Position& Log::last() const { return state_->segment->end().last; }

OrLogError<Tail> Log::tail(std::uint64_t since) const {
  return read_tail(state_->directory, since);
}

void Log::roll() { state_->roll_wanted = true; }

std::vector<LogNotice> Log::take_notices() { return std::exchange(state_->notices, {}); }

OrLogError<void> Log::maintain() {
  State& state = *state_;
  SegmentWriter& segment = *state.segment;
  if (segment.failed()) return {};
  if (segment.due()) {
    if (const auto done = segment.sign(); !done) return done;
  }
  const int frames = segment.frames();
  if (frames >= kCheckpointFrames) {
    if (const auto done = segment.checkpoint(); !done) return done;
  }
  const std::uint64_t write_ahead = static_cast<std::uint64_t>(frames) * kFrameOctets;
  if (write_ahead >= state.options.write_ahead_octets) state.roll_wanted = true;
  const std::int64_t now = monotonic();
  if (now - state.looked_at >= state.options.look_microseconds) {
    state.looked_at = now;
    state.hear_sealer();
    state.hear_operators();
    state.look_at_disk();
    std::error_code ignored;
    const auto size = std::filesystem::file_size(segment.path(), ignored);
    if (!ignored && size >= state.options.segment_octets) state.roll_wanted = true;
    if (now - state.opened_at >= state.options.segment_seconds * kSecond) state.roll_wanted = true;
  }
  if (state.roll_wanted && now >= state.roll_after && !segment.end().empty()) {
    return state.begin_next();
  }
  return {};
}

// Begins the next segment, and hands this one to the sealer. Where there is no room for a next one
// this one goes on: a segment that is too long is better than a service that stops early.
OrLogError<void> Log::State::begin_next() {
  roll_wanted = false;
  if (const auto done = segment->sign(); !done) return done;
  const SegmentEnd& end = segment->end();
  SegmentWriter::Birth birth;
  birth.start.number = end.start.number + 1;
  birth.start.origin = end.start.origin;
  birth.start.first_sequence = end.last.sequence + 1;
  birth.start.previous_chain = end.last.chain;
  birth.start.before = end.tree;
  birth.start.created = guard::now_utc();
  birth.path = directory / segment_name(birth.start.number);
  birth.last_time = end.last.time;
  birth.sign_microseconds = options.sign_microseconds;
  const std::filesystem::path path = birth.path;
  auto next = SegmentWriter::create(std::move(birth), segment->key(),
                                    key_name(end.start.origin, end.start.number));
  if (!next) {
    if (!next.error().full) return std::unexpected(next.error());
    remove_segment(path);
    roll_after = monotonic() + kRetry;
    roll_wanted = true;
    notices.push_back({event::kSegmentNotOpened, "the disk has no room"});
    return {};
  }
  std::unique_ptr<SegmentWriter> old = std::exchange(segment, std::move(*next));
  opened_at = monotonic();
  notices.push_back({event::kSegmentOpened, std::to_string(segment->end().start.number)});
  to_seal.push_back(old->path());
  return old->leave(false);
}

void Log::State::hear_sealer() {
  for (Sealer::Result& result : sealer.take_results()) {
    if (result.pruned) {
      hear(result);
      continue;
    }
    const std::string name = result.segment.filename().string();
    if (result.summary) {
      notices.push_back({event::kSegmentSealed, name + ": " +
                                                    std::to_string(result.summary->records) +
                                                    " records, the last is " +
                                                    std::to_string(result.summary->last_sequence)});
      continue;
    }
    // Readers in the way, or no room: records and proofs are whole without indexes.
    notices.push_back({event::kSegmentNotSealed, name});
    to_seal.push_back(std::move(result.segment));
    seal_after = monotonic() + kRetry;
  }
  if (monotonic() < seal_after) return;
  for (std::filesystem::path& each : std::exchange(to_seal, {})) sealer.add(std::move(each));
}

void Log::State::hear(const Sealer::Result& pruned) {
  const std::string name = pruned.segment.filename().string() + ": ";
  if (pruned.summary) {
    notices.push_back({event::kSegmentPruned, name + std::to_string(pruned.summary->records) +
                                                  " records, the last was " +
                                                  std::to_string(pruned.summary->last_sequence)});
  } else {
    notices.push_back({event::kSegmentNotPruned, name + pruned.summary.error().what});
  }
  desk->job_done();
}

void Log::State::hear_operators() {
  RequestDesk::Step step = desk->look(segment->end());
  for (LogNotice& notice : step.notices) notices.push_back(std::move(notice));
  if (step.roll) roll_wanted = true;
  for (RequestDesk::PruneJob& job : step.prune) {
    sealer.add_prune(std::move(job.segment), std::move(job.next));
  }
}

void Log::State::look_at_disk() {
  const auto octets = free_octets(directory);
  if (!octets) return;
  const std::uint64_t bound = options.warn_octets;
  if (!disk_low && *octets < bound) {
    disk_low = true;
    notices.push_back({event::kDiskLow, std::to_string(*octets >> 20) + " MiB are free"});
  } else if (disk_low && *octets > bound + bound / 4) {
    disk_low = false;
    notices.push_back({event::kDiskGood, std::to_string(*octets >> 20) + " MiB are free"});
  }
}

// ---------------------------------------------------------------- ends

OrLogError<void> Log::write_closing_record(Record record) {
  State& state = *state_;
  CHECK(state.segment->failed());
  state.sealer.finish(0);
  if (::unlink((state.directory / kReserveName).c_str()) != 0) {
    return std::unexpected(system_error("cannot be removed", state.directory / kReserveName));
  }
  if (const auto opened = state.segment->reopen(); !opened) return opened;
  record.sequence = last().sequence + 1;
  record.time = std::max(record.time, last().time);
  if (const auto done = append({&record, 1}); !done) return done;
  return state.segment->leave(true);
}

OrLogError<void> Log::close() {
  State& state = *state_;
  const bool empty = state.segment->end().empty();
  const std::filesystem::path path = state.segment->path();
  // Without a record there is nothing to seal: the next open takes its place.
  if (const auto left = state.segment->leave(true); !left) return left;
  if (!empty) {
    state.sealer.add(path);
    for (std::filesystem::path& each : std::exchange(state.to_seal, {})) {
      state.sealer.add(std::move(each));
    }
  }
  state.sealer.finish(kSealAtClose);
  return {};
}

}  // namespace audit
