#include "audit/stub.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "audit/database.h"
#include "audit/segment_files.h"
#include "guard/base/hex.h"

namespace audit {
namespace {

constexpr mode_t kSealedMode = 0440;

// What goes over, one table after the other, in one transaction.
OrDatabaseError<void> copy_hashes(Database& stub, const std::filesystem::path& segment) {
  if (const auto done = stub.attach_sealed(segment.string(), "old"); !done) return done;
  // It is thrown away where it is not finished: no journal.
  const std::string sql =
      "PRAGMA journal_mode = OFF; PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; BEGIN;" +
      stub_sql() +
      "INSERT INTO main.segment SELECT * FROM old.segment;"
      "INSERT INTO main.checkpoint SELECT * FROM old.checkpoint ORDER BY size DESC LIMIT 1;"
      "INSERT INTO main.subtree SELECT * FROM old.subtree;"
      "INSERT INTO main.summary SELECT * FROM old.summary;"
      "INSERT INTO main.record SELECT sequence, leaf FROM old.record ORDER BY sequence;"
      "COMMIT; DETACH old";
  return stub.run(sql.c_str());
}

// Reads the hashes back. "" where they have the tree.
OrDatabaseError<std::string> compare(Database& stub, const Frontier& after) {
  const auto start = read_start(stub);
  if (!start) return std::unexpected(start.error());
  auto rows = stub.prepare("SELECT sequence, leaf FROM record ORDER BY sequence");
  if (!rows) return std::unexpected(rows.error());
  guard::Sha256 sha;
  Frontier tree = start->before;
  std::vector<Subtree> complete;
  while (true) {
    const auto row = rows->step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    guard::Digest leaf{};
    if (rows->integer(0) != static_cast<std::int64_t>(tree.size() + 1) ||
        rows->blob(1).size() != leaf.size()) {
      return "a record is missing, or its hash is malformed";
    }
    std::ranges::copy(rows->blob(1), leaf.begin());
    tree.append(sha, leaf, complete);
  }
  for (const Subtree& each : complete) {
    const auto kept = stub.ask(
        ("SELECT lower(hex(hash)) FROM subtree WHERE level = " + std::to_string(each.level) +
         " AND number = " + std::to_string(each.number))
            .c_str());
    if (!kept) return std::unexpected(kept.error());
    if (*kept != guard::to_hex(each.hash)) return "a hash over records is not what it should be";
  }
  return tree == after ? "" : "its records are not those that the next segment follows";
}

OrLogError<void> sync_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return std::unexpected(system_error("cannot be opened", path));
  const int result = ::fsync(fd);
  const LogError error = system_error("cannot be synced", path);
  ::close(fd);
  if (result != 0) return std::unexpected(error);
  return {};
}

OrLogError<Summary> fill(const std::filesystem::path& made, const std::filesystem::path& segment,
                         const Frontier& after, const std::atomic<bool>* stop) {
  if (const auto created = create_file(made, 0); !created) {
    return std::unexpected(created.error());
  }
  auto stub = Database::open_writer(made.string());
  if (!stub) return std::unexpected(log_error(made, stub.error()));
  stub->interrupt_when(stop);
  if (const auto copied = copy_hashes(*stub, segment); !copied) {
    return std::unexpected(log_error(segment, copied.error()));
  }
  const auto wrong = compare(*stub, after);
  if (!wrong) return std::unexpected(log_error(made, wrong.error()));
  if (!wrong->empty()) return std::unexpected(LogError{segment.string() + ": " + *wrong, false});
  const auto summary = read_summary(*stub);
  if (!summary) return std::unexpected(log_error(made, summary.error()));
  if (!*summary) return std::unexpected(LogError{segment.string() + ": has no summary", false});
  if (const auto closed = stub->close(); !closed) {
    return std::unexpected(log_error(made, closed.error()));
  }
  if (::chmod(made.c_str(), kSealedMode) != 0) {
    return std::unexpected(system_error("mode cannot be set", made));
  }
  if (const auto synced = sync_file(made); !synced) return std::unexpected(synced.error());
  return **summary;
}

// Makes the stub beside the segment, durable; where there is one already it is replaced.
OrLogError<Summary> make_stub(const std::filesystem::path& segment, const Frontier& after,
                              const std::atomic<bool>* stop) {
  if (!is_sealed(segment)) {
    return std::unexpected(LogError{segment.string() + ": is not sealed", false});
  }
  const std::filesystem::path place = stub_path(segment);
  const std::filesystem::path made = place.string() + ".new";
  ::unlink(made.c_str());
  auto summary = fill(made, segment, after, stop);
  if (summary && ::rename(made.c_str(), place.c_str()) != 0) {
    summary = std::unexpected(system_error("cannot be renamed", made));
  }
  if (!summary) {
    ::unlink(made.c_str());
    return summary;
  }
  if (const auto synced = sync_folder(place.parent_path()); !synced) {
    return std::unexpected(synced.error());
  }
  return summary;
}

}  // namespace

OrLogError<SegmentStart> start_of(const std::filesystem::path& file) {
  auto database =
      is_sealed(file) ? Database::open_sealed(file.string()) : Database::open_reader(file.string());
  if (!database) return std::unexpected(log_error(file, database.error()));
  auto start = read_start(*database);
  if (!start) return std::unexpected(log_error(file, start.error()));
  return std::move(*start);
}

OrLogError<Summary> prune(const std::filesystem::path& segment, const std::filesystem::path& next,
                          const std::atomic<bool>* stop) {
  const auto after = start_of(next);
  if (!after) return std::unexpected(after.error());
  const auto summary = make_stub(segment, after->before, stop);
  if (!summary) return summary;
  if (::unlink(segment.c_str()) != 0) {
    return std::unexpected(system_error("cannot be removed", segment));
  }
  if (const auto synced = sync_folder(segment.parent_path()); !synced) {
    return std::unexpected(synced.error());
  }
  return summary;
}

}  // namespace audit
