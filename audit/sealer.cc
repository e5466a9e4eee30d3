#include "audit/sealer.h"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <utility>

#include "audit/segment_files.h"
#include "audit/stub.h"

namespace audit {
namespace {

constexpr mode_t kSealedMode = 0440;
constexpr int kNiceness = 10;          // of the thread, behind what lets stanzas through
constexpr int kReaderPatience = 2000;  // milliseconds

// Makes indexes and summary, in one transaction.
OrDatabaseError<void> index(Database& database, const std::atomic<bool>* stop) {
  database.interrupt_when(stop);
  // Sorting in memory: addresses are not to reach a folder for temporary files. In WAL mode, which
  // a clean stop has ended: readers go on, and a crash leaves nothing that only a writer could
  // undo.
  if (const auto wal = database.enter_wal(); !wal) return wal;
  const std::string sql =
      "PRAGMA wal_autocheckpoint = 0; PRAGMA temp_store = MEMORY; "
      "PRAGMA cache_size = -16384; PRAGMA synchronous = NORMAL; "
      "BEGIN IMMEDIATE;" +
      seal_sql(guard::now_utc()) + "COMMIT";
  const auto done = database.run(sql.c_str());
  if (!done && sqlite3_get_autocommit(database.handle()) == 0) (void)database.run("ROLLBACK");
  database.interrupt_when(nullptr);
  return done;
}

}  // namespace

OrLogError<Summary> seal(const std::filesystem::path& segment, const std::atomic<bool>* stop) {
  const auto fault = [&](const DatabaseError& error) {
    return std::unexpected(log_error(segment, error));
  };
  const bool sealed = is_sealed(segment);
  auto opened =
      sealed ? Database::open_sealed(segment.string()) : Database::open_writer(segment.string());
  if (!opened) return fault(opened.error());
  Database database = std::move(*opened);
  std::optional<DatabaseError> broken;
  if (!sealed) {
    database.wait_for_locks(kReaderPatience);
    if (const auto done = index(database, stop); !done) broken = done.error();
    // The mode goes even where there was no room for indexes: readers need it.
    const auto left = database.leave_wal();
    if (!left && !broken) broken = left.error();
    if (broken) return fault(*broken);
  }
  const auto summary = read_summary(database);
  if (!summary) return fault(summary.error());
  if (!*summary) return std::unexpected(LogError{segment.string() + ": has no summary", false});
  if (sealed) return **summary;
  if (const auto closed = database.close(); !closed) return fault(closed.error());
  if (::chmod(segment.c_str(), kSealedMode) != 0) {
    return std::unexpected(system_error("mode cannot be set", segment));
  }
  if (const auto synced = sync_folder(segment.parent_path()); !synced) {
    return std::unexpected(synced.error());
  }
  return **summary;
}

Sealer::~Sealer() { finish(0); }

void Sealer::add(std::filesystem::path segment) { add(Job{std::move(segment), {}}); }

void Sealer::add_prune(std::filesystem::path segment, std::filesystem::path next) {
  add(Job{std::move(segment), std::move(next)});
}

void Sealer::add(Job job) {
  const std::scoped_lock lock(mutex_);
  waiting_.push_back(std::move(job));
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_all();
}

std::vector<Sealer::Result> Sealer::take_results() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(results_, {});
}

void Sealer::finish(int milliseconds) {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(milliseconds),
                      [this] { return waiting_.empty() && !busy_; });
    stop_ = true;
    changed_.notify_all();
  }
  thread_.join();
  stop_ = false;
}

void Sealer::work() {
  (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNiceness);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stop_ || !waiting_.empty(); });
    if (stop_) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    const bool pruned = !job.next.empty();
    Result result{job.segment,
                  pruned ? prune(job.segment, job.next, &stop_) : seal(job.segment, &stop_),
                  pruned};
    lock.lock();
    results_.push_back(std::move(result));
    busy_ = false;
    changed_.notify_all();
  }
}

}  // namespace audit
