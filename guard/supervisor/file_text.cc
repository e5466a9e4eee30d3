#include "guard/supervisor/file_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "guard/base/descriptor.h"

namespace guard::supervisor {

std::expected<std::string, FileError> read_file(const std::filesystem::path& file,
                                                std::size_t limit) {
  const auto failed = [&file](std::string what, std::string expected) {
    return std::unexpected(FileError{file.string(), 0, 0, std::move(what), std::move(expected)});
  };
  const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!descriptor) return failed(std::strerror(errno), "expected a readable file");
  struct stat status{};
  if (::fstat(descriptor.number(), &status) != 0) return failed(std::strerror(errno), "");
  if (!S_ISREG(status.st_mode)) return failed("is no regular file", "expected a regular file");
  if (static_cast<std::size_t>(status.st_size) > limit) {
    return failed("has " + std::to_string(status.st_size) + " octets",
                  "expected at most " + std::to_string(limit));
  }
  std::string text(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t filled = 0;
  while (filled < text.size()) {
    const ssize_t got = ::read(descriptor.number(), text.data() + filled, text.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(std::strerror(errno), "");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  text.resize(filled);
  return text;
}

}  // namespace guard::supervisor
