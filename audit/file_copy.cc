#include "audit/file_copy.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <utility>

#include "guard/base/hex.h"
#include "guard/base/sha256.h"

namespace audit {
namespace {

constexpr std::size_t kChunk = 1U << 20;
constexpr mode_t kMode = 0440;

class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : fd_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, kMode)) {}
  ~File() { close(); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  int close() { return fd_ < 0 ? 0 : ::close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, data, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    data += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

// Reads a file to its end, hashes it, and writes it to `out` where that is not negative.
OrLogError<std::string> pump(const std::filesystem::path& from, const std::filesystem::path& to,
                             int out) {
  const File in(from, O_RDONLY);
  if (in.get() < 0) return std::unexpected(system_error("cannot be opened", from));
  // What is read is to come from the disk, not from what was just written in memory.
  if (out < 0) (void)::posix_fadvise(in.get(), 0, 0, POSIX_FADV_DONTNEED);
  const std::unique_ptr<EVP_MD_CTX, FreeContext> sha(EVP_MD_CTX_new());
  if (!sha || EVP_DigestInit_ex(sha.get(), EVP_sha256(), nullptr) != 1) {
    return std::unexpected(LogError{"SHA-256 is not to be had", false});
  }
  std::string chunk(kChunk, '\0');
  while (true) {
    const ssize_t size = ::read(in.get(), chunk.data(), chunk.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::unexpected(system_error("cannot be read", from));
    if (size == 0) break;
    EVP_DigestUpdate(sha.get(), chunk.data(), static_cast<std::size_t>(size));
    if (out >= 0 && !write_all(out, chunk.data(), static_cast<std::size_t>(size))) {
      return std::unexpected(system_error("cannot be written", to));
    }
  }
  guard::Digest digest{};
  EVP_DigestFinal_ex(sha.get(), digest.data(), nullptr);
  return guard::to_hex(digest);
}

OrLogError<std::string> copy_to(const std::filesystem::path& from,
                                const std::filesystem::path& made) {
  File out(made, O_WRONLY | O_CREAT | O_EXCL);
  if (out.get() < 0) return std::unexpected(system_error("cannot be created", made));
  auto digest = pump(from, made, out.get());
  if (!digest) return digest;
  if (::fchmod(out.get(), kMode) != 0 || ::fsync(out.get()) != 0 || out.close() != 0) {
    return std::unexpected(system_error("cannot be written", made));
  }
  const auto again = pump(made, made, -1);
  if (!again) return again;
  if (*again != *digest) {
    return std::unexpected(LogError{made.string() + ": is not what was written to it", false});
  }
  return digest;
}

}  // namespace

OrLogError<std::string> digest_of(const std::filesystem::path& file) {
  return pump(file, file, -1);
}

OrLogError<std::string> copy_whole(const std::filesystem::path& from,
                                   const std::filesystem::path& to) {
  const std::filesystem::path made = to.string() + ".new";
  ::unlink(made.c_str());
  auto digest = copy_to(from, made);
  // A link, not a renaming: that would write over what has come there meanwhile.
  if (digest && ::link(made.c_str(), to.c_str()) != 0) {
    digest = std::unexpected(system_error("cannot be created", to));
  }
  ::unlink(made.c_str());
  if (!digest) return digest;
  if (const auto synced = sync_folder(to.parent_path()); !synced) {
    return std::unexpected(synced.error());
  }
  return digest;
}

OrLogError<void> append_line(const std::filesystem::path& file, std::string_view line) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0640);
  if (fd < 0) return std::unexpected(system_error("cannot be opened", file));
  std::optional<LogError> error;
  if (!write_all(fd, line.data(), line.size()) || ::fsync(fd) != 0) {
    error = system_error("cannot be written", file);
  }
  ::close(fd);
  if (error) return std::unexpected(*error);
  return {};
}

}  // namespace audit
