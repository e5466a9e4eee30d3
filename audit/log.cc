#include "audit/log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "audit/database.h"
#include "audit/row_table.h"
#include "audit/segment_files.h"
#include "guard/base/check.h"

namespace audit {
namespace {

constexpr std::uint64_t kVerified = 1024;   // records at the end, when a log is opened
constexpr int kCheckpointFrames = 512;      // of 16 KiB: 8 MiB
constexpr off_t kReserve = off_t{4} << 20;  // room for the closing record
constexpr const char* kReserveName = "reserve";

LogError system_error(std::string_view what, const std::filesystem::path& path) {
  return {path.string() + ": " + std::string(what) + ": " + std::strerror(errno),
          errno == ENOSPC || errno == EDQUOT};
}

LogError log_error(const std::filesystem::path& path, const DatabaseError& error) {
  return {path.string() + ": " + error.what + " (SQLite " + std::to_string(error.code) + ")",
          error.full()};
}

// Makes what has been created in a directory durable.
std::expected<void, LogError> sync_directory(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return std::unexpected(system_error("cannot be opened", directory));
  const int result = ::fsync(fd);
  const LogError error = system_error("cannot be synced", directory);
  ::close(fd);
  if (result != 0) return std::unexpected(error);
  return {};
}

// Creates an empty file of that size, mode 0640, where there is none. The mode is set whatever the
// umask: the -wal and -shm files take it over from the database.
std::expected<void, LogError> create_file(const std::filesystem::path& path, off_t size) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return std::unexpected(system_error("cannot be created", path));
  std::optional<LogError> error;
  if (::fchmod(fd, 0640) != 0) error = system_error("mode cannot be set", path);
  if (!error && size > 0) {
    errno = ::posix_fallocate(fd, 0, size);
    if (errno != 0) error = system_error("room cannot be reserved", path);
  }
  if (!error && ::fsync(fd) != 0) error = system_error("cannot be synced", path);
  ::close(fd);
  if (error) return std::unexpected(*error);
  return {};
}

}  // namespace

struct Log::State {
  std::filesystem::path directory;
  std::filesystem::path path;
  Database database;
  Statement insert, begin, commit;
  Position last;
  guard::Sha256 sha;
  std::string encoding;
  int frames = 0;       // in the write-ahead file, after the last commit
  bool failed = false;  // by an error, or closed

  std::expected<void, LogError> open_file();
  std::expected<void, LogError> prepare();
  std::expected<void, LogError> create_tables();
  std::expected<void, LogError> verify_end();
  std::expected<void, DatabaseError> insert_all(std::span<const Record> batch, Position& end);
  LogError fail(const DatabaseError& error) {
    failed = true;
    return log_error(path, error);
  }
};

// ---------------------------------------------------------------- opening

std::expected<std::unique_ptr<Log>, LogError> Log::open(const std::filesystem::path& directory) {
  auto state = std::make_unique<State>();
  state->directory = directory;
  if (::mkdir(directory.c_str(), 0750) == 0) {
    if (::chmod(directory.c_str(), 0750) != 0) {
      return std::unexpected(system_error("mode cannot be set", directory));
    }
  } else if (errno != EEXIST) {
    return std::unexpected(system_error("cannot be created", directory));
  }
  const auto reserved = create_file(directory / kReserveName, kReserve);
  if (!reserved) return std::unexpected(reserved.error());
  const std::vector<SegmentFile> files = segment_files(directory);
  state->path = files.empty() ? directory / segment_name(1) : files.back().path;
  if (const auto made = create_file(state->path, 0); !made) return std::unexpected(made.error());
  if (const auto synced = sync_directory(directory); !synced) {
    return std::unexpected(synced.error());
  }
  if (const auto opened = state->open_file(); !opened) return std::unexpected(opened.error());
  return std::unique_ptr<Log>(new Log(std::move(state)));
}

Log::Log(std::unique_ptr<State> state) : state_(std::move(state)) {}

// A connection that is closed checkpoints; one that has failed must not touch the file again.
Log::~Log() = default;

std::expected<void, LogError> Log::State::open_file() {
  auto opened = Database::open_writer(path.string());
  if (!opened) return std::unexpected(log_error(path, opened.error()));
  database = std::move(*opened);
  sqlite3_db_config(database.handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  database.wait_for_locks(5000);  // of a reader, for the change of the journal's mode
  if (const auto made = create_tables(); !made) return made;
  database.wait_for_locks(0);
  sqlite3_wal_hook(
      database.handle(),
      [](void* counter, sqlite3*, const char*, int count) {
        *static_cast<int*>(counter) = count;
        return SQLITE_OK;
      },
      &frames);
  if (const auto prepared = prepare(); !prepared) return prepared;
  return verify_end();
}

std::expected<void, LogError> Log::State::create_tables() {
  const auto run = [&](const std::string& sql) -> std::expected<void, LogError> {
    if (const auto done = database.run(sql.c_str()); !done) {
      return std::unexpected(log_error(path, done.error()));
    }
    return {};
  };
  if (const auto done = run("PRAGMA page_size = 16384"); !done) return done;
  const auto mode = database.ask("PRAGMA journal_mode = WAL");
  if (!mode) return std::unexpected(log_error(path, mode.error()));
  if (*mode != "wal") return std::unexpected(LogError{path.string() + ": cannot use WAL", false});
  if (const auto done = run("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0"); !done) {
    return done;
  }
  const auto tables = database.ask("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(log_error(path, tables.error()));
  if (*tables == "0") {
    const std::string id = std::to_string(kApplicationId);
    return run("BEGIN IMMEDIATE; PRAGMA application_id = " + id +
               "; PRAGMA user_version = " + std::to_string(kFormat) + ";" + create_sql() +
               "INSERT INTO segment VALUES (1, 1, zeroblob(32), " +
               std::to_string(guard::now_utc().microseconds) + "); COMMIT");
  }
  const auto id = database.ask("PRAGMA application_id");
  if (!id) return std::unexpected(log_error(path, id.error()));
  const auto version = database.ask("PRAGMA user_version");
  if (!version) return std::unexpected(log_error(path, version.error()));
  if (*id != std::to_string(kApplicationId) || *version != std::to_string(kFormat)) {
    return std::unexpected(LogError{path.string() + ": is no audit log of this format", false});
  }
  return {};
}

std::expected<void, LogError> Log::State::prepare() {
  for (const auto& [statement, sql] : {std::pair<Statement*, std::string>{&insert, insert_sql()},
                                       {&begin, "BEGIN IMMEDIATE"},
                                       {&commit, "COMMIT"}}) {
    auto prepared = database.prepare(sql);
    if (!prepared) return std::unexpected(log_error(path, prepared.error()));
    *statement = std::move(*prepared);
  }
  return {};
}

// Verifies the last records, and sets `last`.
std::expected<void, LogError> Log::State::verify_end() {
  auto rows = database.prepare("SELECT " + select_list() +
                               " FROM record WHERE sequence > (SELECT coalesce(max(sequence), 0) "
                               "FROM record) - ? ORDER BY sequence");
  if (!rows) return std::unexpected(log_error(path, rows.error()));
  rows->bind(1, kVerified + 1);
  bool first = true;
  std::uint64_t seen = 0;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(log_error(path, row.error()));
    if (!*row) break;
    const auto stored = read_row(*rows);
    const auto broken = [&](std::string_view why) {
      return std::unexpected(LogError{path.string() + ": record after " +
                                          std::to_string(last.sequence) + ": " + std::string(why),
                                      false});
    };
    if (!stored) return broken("column " + stored.error() + " is malformed");
    const std::uint64_t sequence = stored->record.sequence;
    // The first one read is only there for its chain, unless it begins the log.
    if (!first || sequence == 1) {
      if (sequence != last.sequence + 1) return broken("one is missing");
      encoding.clear();
      append_encoding(encoding, stored->record);
      if (leaf_hash(sha, encoding) != stored->leaf) return broken("its content has been changed");
      if (next_chain(sha, last.chain, stored->leaf) != stored->chain) {
        return broken("the chain is broken");
      }
    }
    first = false;
    ++seen;
    last = {sequence, stored->chain, stored->record.time};
  }
  // They follow each other; so their number says whether the first is where it should be.
  if (seen != std::min(last.sequence, kVerified + 1)) {
    return std::unexpected(LogError{path.string() + ": records are missing at the end", false});
  }
  const auto strays = database.ask("SELECT count(*) FROM record WHERE sequence < 1");
  if (!strays) return std::unexpected(log_error(path, strays.error()));
  if (*strays != "0") {
    return std::unexpected(LogError{path.string() + ": holds rows before the first record", false});
  }
  return {};
}

// ---------------------------------------------------------------- writing

std::expected<void, LogError> Log::append(std::span<const Record> batch) {
  State& state = *state_;
  if (state.failed) return std::unexpected(LogError{state.path.string() + ": is closed", false});
  if (batch.empty()) return {};
  Position end = state.last;
  if (const auto done = state.insert_all(batch, end); !done) {
    const LogError error = state.fail(done.error());
    (void)state.database.run("ROLLBACK");
    return std::unexpected(error);
  }
  state.last = end;
  return {};
}

std::expected<void, DatabaseError> Log::State::insert_all(std::span<const Record> batch,
                                                          Position& end) {
  const auto step = [](Statement& statement) -> std::expected<void, DatabaseError> {
    const auto done = statement.step();
    statement.reset();
    if (!done) return std::unexpected(done.error());
    return {};
  };
  if (const auto begun = step(begin); !begun) return begun;
  for (const Record& record : batch) {
    CHECK(record.sequence == end.sequence + 1 && record.time >= end.time);
    encoding.clear();
    append_encoding(encoding, record);
    const guard::Digest leaf = leaf_hash(sha, encoding);
    const guard::Digest chain = next_chain(sha, end.chain, leaf);
    bind_row(insert, record, leaf, chain);
    if (const auto inserted = step(insert); !inserted) return inserted;
    end = {record.sequence, chain, record.time};
  }
  return step(commit);
}

std::expected<void, LogError> Log::maintain() {
  State& state = *state_;
  if (state.failed || state.frames < kCheckpointFrames) return {};
  state.frames = 0;
  if (const auto done = state.database.checkpoint(); !done) {
    return std::unexpected(state.fail(done.error()));
  }
  return {};
}

const Position& Log::last() const { return state_->last; }

std::expected<void, LogError> Log::write_closing_record(Record record) {
  State& state = *state_;
  CHECK(state.failed);
  // Not the failed commit again: the connection goes, the file is opened as after a crash, its
  // end verified, and one other record is written in the room that this gives back.
  if (::unlink((state.directory / kReserveName).c_str()) != 0) {
    return std::unexpected(system_error("cannot be removed", state.directory / kReserveName));
  }
  state.insert = {};
  state.begin = {};
  state.commit = {};
  state.database = {};
  state.last = {};
  if (const auto opened = state.open_file(); !opened) return opened;
  state.failed = false;
  record.sequence = state.last.sequence + 1;
  record.time = std::max(record.time, state.last.time);
  if (const auto done = append({&record, 1}); !done) return done;
  return close();
}

std::expected<void, LogError> Log::close() {
  State& state = *state_;
  if (state.failed) return std::unexpected(LogError{state.path.string() + ": is closed", false});
  state.failed = true;
  state.insert = {};
  state.begin = {};
  state.commit = {};
  state.database.wait_for_locks(2000);
  const auto mode = state.database.ask("PRAGMA journal_mode = DELETE");
  const bool busy = !mode && (mode.error().code & 0xff) == SQLITE_BUSY;
  if (!mode && !busy) return std::unexpected(log_error(state.path, mode.error()));
  if (const auto closed = state.database.close(); !closed) {
    return std::unexpected(log_error(state.path, closed.error()));
  }
  return {};
}

// ---------------------------------------------------------------- recovery

namespace {

// Marks the deliveries of one outcome row as ended.
void end_range(std::vector<Tail::TailDelivery>& list, std::uint64_t first, std::uint64_t last) {
  auto at = std::ranges::lower_bound(list, first, {}, &Tail::TailDelivery::sequence);
  for (; at != list.end() && at->sequence <= last; ++at) at->ended = true;
}

void add_to_tail(Tail& tail, const Record& record) {
  if (record.row_class == Class::kDecision && record.direction) {
    tail.tickets[{record.epoch, *record.direction}] = record.number;
    if (record.action == Action::kClose) {
      tail.closes[{record.epoch, *record.direction}].push_back(
          {record.sequence, record.stream, record.detail});
    }
  }
  if (record.row_class == Class::kEvent && record.side && record.number != 0) {
    tail.events[{record.epoch, *record.side}] = record.number;
  }
  if (record.row_class == Class::kOutcome) {
    if (const auto found = tail.deliveries.find(record.peer); found != tail.deliveries.end()) {
      end_range(found->second, record.first_sequence, record.last_sequence);
    }
  }
  if (releases(record.action)) {
    tail.deliveries[std::string(delivered_to(record))].push_back({record.sequence, false});
  }
}

}  // namespace

std::expected<Tail, LogError> Log::tail(std::uint64_t since) const {
  State& state = *state_;
  const auto horizon = state.database.ask(
      "SELECT horizon FROM record INDEXED BY record_others WHERE class <> 'decision' AND "
      "horizon > 0 ORDER BY sequence DESC LIMIT 1");
  if (!horizon) return std::unexpected(log_error(state.path, horizon.error()));
  const std::uint64_t from =
      std::min<std::uint64_t>(since, horizon->empty() ? 1 : std::stoull(*horizon));
  // A start waits for this: facts, labels and addresses are most of a row, and not needed.
  const SomeColumns columns{"sequence", "class",  "direction",      "sender",       "receiver",
                            "action",   "epoch",  "number",         "stream",       "side",
                            "peer",     "detail", "first_sequence", "last_sequence"};
  auto rows = state.database.prepare("SELECT " + columns.list() +
                                     " FROM record WHERE sequence >= ? ORDER BY sequence");
  if (!rows) return std::unexpected(log_error(state.path, rows.error()));
  rows->bind(1, from);
  Tail tail;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(log_error(state.path, row.error()));
    if (!*row) break;
    const auto record = columns.read(*rows);
    if (!record) {
      return std::unexpected(
          LogError{state.path.string() + ": column " + record.error() + " is malformed", false});
    }
    add_to_tail(tail, *record);
  }
  return tail;
}

}  // namespace audit
