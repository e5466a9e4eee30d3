#include "audit/retention.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "audit/file_copy.h"
#include "audit/log_files.h"
#include "audit/segment_files.h"
#include "guard/base/descriptor.h"

namespace audit {

std::expected<std::optional<PrunePlan>, ReadError> plan_prune(const std::filesystem::path& log,
                                                              guard::UtcTime before) {
  const std::vector<SegmentFile> files = readable_files(log);
  if (files.empty()) return std::unexpected(ReadError{why_none(log)});
  PrunePlan plan;
  for (std::size_t at = 0; at + 1 < files.size(); ++at) {
    auto reader = Reader::open(files[at].path);
    if (!reader) return std::unexpected(reader.error());
    const auto summary = reader->summary();
    if (!summary) return std::unexpected(summary.error());
    if (!*summary || !is_sealed(files[at].path) || (*summary)->last_time >= before) break;
    auto next = Reader::open(files[at + 1].path);
    if (!next) return std::unexpected(next.error());
    const auto start = next->start();
    if (!start) return std::unexpected(start.error());
    guard::Sha256 sha;
    plan.request = {Request::What::kPrune, start->origin, files[at].number, start->before.size(),
                    start->before.root(sha)};
    if (files[at].pruned) continue;
    if (plan.segments++ == 0) {
      plan.first = (*summary)->last_sequence - (*summary)->records + 1;
      plan.first_time = (*summary)->first_time;
    }
    plan.last = (*summary)->last_sequence;
    plan.last_time = (*summary)->last_time;
    std::error_code ignored;
    plan.octets += std::filesystem::file_size(files[at].path, ignored);
  }
  if (plan.segments == 0) return std::nullopt;
  return plan;
}

namespace {

// The file of a number, if there is one; a segment before a stub.
const SegmentFile* find(const std::vector<SegmentFile>& files, std::uint64_t number) {
  const auto found = std::ranges::find(files, number, &SegmentFile::number);
  return found == files.end() ? nullptr : &*found;
}

std::expected<bool, std::string> same_file(const std::filesystem::path& a,
                                           const std::filesystem::path& b, bool whole) {
  std::error_code error;
  const auto size = std::filesystem::file_size(a, error);
  if (error) return std::unexpected(a.string() + ": " + error.message());
  const auto other = std::filesystem::file_size(b, error);
  if (error) return std::unexpected(b.string() + ": " + error.message());
  if (size != other) return false;
  if (!whole) return true;
  const auto digest = digest_of(a);
  if (!digest) return std::unexpected(digest.error().what);
  const auto second = digest_of(b);
  if (!second) return std::unexpected(second.error().what);
  return *digest == *second;
}

}  // namespace

std::expected<void, std::string> archive(const std::filesystem::path& log,
                                         const std::filesystem::path& to, bool recheck,
                                         const OnCopied& on_copied) {
  const std::vector<SegmentFile> files = readable_files(log);
  if (files.empty()) return std::unexpected(why_none(log));
  if (const auto made = create_folder(to); !made) return std::unexpected(made.error().what);
  const std::vector<SegmentFile> there = kept_files(to);
  for (const SegmentFile& file : files) {
    if (!is_sealed(file.path)) continue;
    const std::string name = file.path.filename().string();
    const SegmentFile* known = find(there, file.number);
    // What was archived before it was pruned is more than what is left.
    if (known != nullptr && file.pruned && !known->pruned) continue;
    const std::filesystem::path place = to / name;
    if (known != nullptr && known->pruned == file.pruned) {
      const auto same = same_file(file.path, place, recheck);
      if (!same) return std::unexpected(same.error());
      if (!*same) return std::unexpected(place.string() + ": differs from the log's; not touched");
      on_copied({name, false, std::filesystem::file_size(place), {}});
      continue;
    }
    const auto digest = copy_whole(file.path, place);
    if (!digest) return std::unexpected(digest.error().what);
    if (const auto noted = append_line(to / "SHA256SUMS", *digest + "  " + name + "\n"); !noted) {
      return std::unexpected(noted.error().what);
    }
    on_copied({name, true, std::filesystem::file_size(place), *digest});
  }
  return {};
}

namespace {

// Holds LOG/lock, as guardd does while somebody writes the log.
class LogLock {
 public:
  explicit LogLock(const std::filesystem::path& log)
      : file_(::open((log / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)),
        held_(file_ && ::flock(file_.number(), LOCK_EX | LOCK_NB) == 0) {}
  [[nodiscard]] bool held() const { return held_; }

 private:
  guard::Descriptor file_;
  bool held_;
};

// What is to be copied back. The error says what differs, or is not as it was sealed.
std::expected<std::vector<SegmentFile>, std::string> choose(const std::filesystem::path& log,
                                                            const std::filesystem::path& from) {
  const std::vector<SegmentFile> there = segment_files(log);
  std::vector<SegmentFile> wanted;
  for (const SegmentFile& file : segment_files(from)) {
    const SegmentFile* known = find(there, file.number);
    if (known != nullptr) {
      if (!is_sealed(known->path)) {
        return std::unexpected(known->path.string() + ": is open, and the copy has another");
      }
      const auto same = same_file(file.path, known->path, true);
      if (!same) return std::unexpected(same.error());
      if (!*same) {
        return std::unexpected(known->path.string() +
                               ": differs from the copy; nothing is written");
      }
      continue;
    }
    if (!is_sealed(file.path) && !stands_alone(file.path)) {
      return std::unexpected(file.path.string() + ": is not sealed");
    }
    wanted.push_back(file);
  }
  // By themselves: what they follow may not be here.
  for (const SegmentFile& file : wanted) {
    const auto seen = verify(file.path);
    if (!seen) return std::unexpected(seen.error().what);
    if (seen->fault) {
      return std::unexpected(file.path.string() + ": record " +
                             std::to_string(seen->fault->sequence) + ": " + seen->fault->what);
    }
  }
  return wanted;
}

}  // namespace

std::expected<void, std::string> restore(const std::filesystem::path& log,
                                         const std::filesystem::path& from,
                                         const VerifyOptions& options, const OnCopied& on_copied) {
  if (segment_files(from).empty()) {
    return std::unexpected(from.string() + ": there is no segment");
  }
  if (const auto made = create_folder(log); !made) return std::unexpected(made.error().what);
  const auto wanted = choose(log, from);
  if (!wanted) return std::unexpected(wanted.error());
  const std::vector<SegmentFile> there = segment_files(log);
  const LogLock lock(log);
  const bool at_the_end =
      !wanted->empty() && (there.empty() || wanted->back().number > there.back().number);
  if (at_the_end && !lock.held()) {
    return std::unexpected(
        "the copy has segments past the log's end, and the log is in use: stop "
        "the service first");
  }
  std::vector<std::filesystem::path> placed;
  std::optional<std::string> fault;
  for (const SegmentFile& file : *wanted) {
    const std::filesystem::path place = log / file.path.filename();
    const auto digest = copy_whole(file.path, place);
    if (!digest) {
      fault = digest.error().what;
      break;
    }
    placed.push_back(place);
    on_copied({place.filename().string(), true, std::filesystem::file_size(place), *digest});
  }
  if (!fault) {
    const auto seen = verify(log, options);
    if (!seen) {
      fault = seen.error().what;
    } else if (seen->fault) {
      fault = "with it the log is not whole: record " + std::to_string(seen->fault->sequence) +
              ": " + seen->fault->what;
    }
  }
  if (!fault) return {};
  for (const std::filesystem::path& place : placed) ::unlink(place.c_str());
  return std::unexpected(*fault + (placed.empty() ? "" : "; what was copied is taken away again"));
}

}  // namespace audit
