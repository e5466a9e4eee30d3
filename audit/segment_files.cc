#include "audit/segment_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace audit {

std::string segment_name(std::uint64_t number) {
  std::string digits = std::to_string(number);
  if (digits.size() < 8) digits.insert(0, 8 - digits.size(), '0');
  return digits + ".sqlite";
}

namespace {

// The files of a directory that are named NUMBER and a suffix, ascending.
std::vector<SegmentFile> numbered(const std::filesystem::path& log, bool pruned) {
  std::vector<SegmentFile> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(log, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), number);
    if (parsed.ec != std::errc{}) continue;
    const std::string segment = segment_name(number);
    if (name != (pruned ? stub_path(segment).string() : segment)) continue;
    files.push_back({number, entry->path(), pruned});
  }
  std::ranges::sort(files, {}, &SegmentFile::number);
  return files;
}

}  // namespace

std::vector<SegmentFile> segment_files(const std::filesystem::path& log) {
  std::error_code error;
  if (std::filesystem::is_regular_file(log, error)) return {{1, log}};
  return numbered(log, false);
}

std::string why_none(const std::filesystem::path& log) {
  std::error_code error;
  (void)std::filesystem::directory_iterator(log, error);
  const bool hidden = error == std::errc::permission_denied;
  return log.string() + ": " + (hidden ? error.message() : "there is no audit log");
}

std::filesystem::path stub_path(const std::filesystem::path& segment) {
  return std::filesystem::path(segment).replace_extension(".pruned");
}

std::vector<SegmentFile> kept_files(const std::filesystem::path& log) {
  std::vector<SegmentFile> files = segment_files(log);
  std::error_code error;
  if (std::filesystem::is_regular_file(log, error)) return files;
  const std::size_t whole = files.size();
  for (SegmentFile& stub : numbered(log, true)) {
    const auto known =
        std::ranges::lower_bound(files.begin(), files.begin() + static_cast<std::ptrdiff_t>(whole),
                                 stub.number, {}, &SegmentFile::number);
    const bool there =
        known != files.begin() + static_cast<std::ptrdiff_t>(whole) && known->number == stub.number;
    if (!there) files.push_back(std::move(stub));
  }
  std::ranges::sort(files, {}, &SegmentFile::number);
  return files;
}

bool is_sealed(const std::filesystem::path& segment) {
  struct stat about{};
  return ::stat(segment.c_str(), &about) == 0 && (about.st_mode & 0222) == 0 &&
         stands_alone(segment);
}

bool stands_alone(const std::filesystem::path& segment) {
  const auto is_there = [&](const char* suffix, struct stat& about) {
    return ::stat((segment.string() + suffix).c_str(), &about) == 0;
  };
  struct stat about{};
  if (is_there("-journal", about)) return false;
  // A writer makes the write-ahead file first, then its index: who died between has written
  // nothing.
  return !is_there("-wal", about) || (about.st_size == 0 && !is_there("-shm", about));
}

bool was_emptied(const std::filesystem::path& segment) {
  struct stat about{};
  return ::stat(segment.c_str(), &about) == 0 && about.st_size == 0 &&
         ::stat((segment.string() + "-wal").c_str(), &about) == 0 && about.st_size > 0;
}

OrDatabaseError<Database> open_own(const std::filesystem::path& segment) {
  if (was_emptied(segment)) return std::unexpected(DatabaseError{SQLITE_CORRUPT, kEmptied});
  if (is_sealed(segment)) return Database::open_sealed(segment.string());
  auto database = Database::open_writer(segment.string());
  if (!database) return database;
  sqlite3_db_config(database->handle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  if (const auto asked = database->ask("SELECT count(*) FROM sqlite_schema"); !asked) {
    return std::unexpected(asked.error());
  }
  return database;
}

}  // namespace audit
