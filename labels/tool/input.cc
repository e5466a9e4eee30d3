#include "labels/tool/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace labels::tool {
namespace {

Answer unreadable(const std::string& path, const std::string& what, const std::string& expected) {
  return bad_input({.file = shown_name(path), .what = what, .expected = expected});
}

// Descriptor closes what it has opened.
class Descriptor {
 public:
  explicit Descriptor(const std::string& path)
      : number_(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~Descriptor() {
    if (number_ > STDIN_FILENO) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::string shown_name(const std::string& path) { return path == "-" ? "(standard input)" : path; }

std::expected<std::string, Answer> read_input(const std::string& path, std::size_t most) {
  const Descriptor file(path);
  if (file.number() < 0) {
    return std::unexpected(unreadable(path, std::strerror(errno), "a file that can be read"));
  }
  std::string text;
  std::array<char, 65'536> block;
  while (true) {
    const ssize_t got = ::read(file.number(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      return std::unexpected(unreadable(path, std::strerror(errno), "a file that can be read"));
    }
    if (got == 0) return text;
    text.append(block.data(), static_cast<std::size_t>(got));
    if (text.size() > most) {
      return std::unexpected(
          unreadable(path, "too large", "at most " + std::to_string(most) + " octets"));
    }
  }
}

}  // namespace labels::tool
