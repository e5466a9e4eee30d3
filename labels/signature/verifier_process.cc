#include "labels/signature/verifier_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "labels/signature/detached.h"

namespace labels::signature {
namespace {

using Reason = SignatureReason;

constexpr std::size_t kMaxComplaint = 4'096;
constexpr std::string_view kSignedBy = "signed by ";

std::unexpected<SignatureFault> fault(Reason reason, std::string what) {
  return std::unexpected(SignatureFault{reason, std::move(what)});
}

// A file in memory. Three of them stand for pipes, so that neither side ever waits for the other.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : descriptor_(memfd_create(name, MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }

  [[nodiscard]] bool fill(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = write(descriptor_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    return lseek(descriptor_, 0, SEEK_SET) == 0;
  }

  // nullopt where it holds more than `most`, or cannot be read.
  [[nodiscard]] std::optional<std::string> content(std::size_t most) const {
    struct stat status{};
    if (fstat(descriptor_, &status) != 0 || status.st_size < 0) return std::nullopt;
    const auto size = static_cast<std::size_t>(status.st_size);
    if (size > most) return std::nullopt;
    std::string text(size, '\0');
    for (std::size_t done = 0; done < size;) {
      const ssize_t got =
          pread(descriptor_, text.data() + done, size - done, static_cast<off_t>(done));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return std::nullopt;
      done += static_cast<std::size_t>(got);
    }
    return text;
  }

 private:
  int descriptor_;
};

// The exit status, or -1 where the program could not be started or died by a signal.
int run(const std::string& program, std::string anchors, std::string at, const MemoryFile& in,
        const MemoryFile& out, const MemoryFile& complaints) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.descriptor(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.descriptor(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, complaints.descriptor(), STDERR_FILENO);
  posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
  std::string name = "guard-spif-verify";
  const std::array<char*, 4> arguments{name.data(), anchors.data(), at.data(), nullptr};
  std::array<char*, 1> environment{nullptr};
  pid_t child = -1;
  const int failed =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

}  // namespace

std::expected<VerifiedDocument, SignatureFault> verify_enveloped(const std::string& program,
                                                                 const std::string& anchors_file,
                                                                 std::string_view text,
                                                                 std::int64_t at) {
  if (text.size() > kMaxDocument) return fault(Reason::kTooLarge, "the document");
  const MemoryFile in("document");
  const MemoryFile out("verified");
  const MemoryFile complaints("complaints");
  if (in.descriptor() < 0 || out.descriptor() < 0 || complaints.descriptor() < 0 ||
      !in.fill(text)) {
    return fault(Reason::kVerifier, "no room for the document");
  }
  const int status = run(program, anchors_file, std::to_string(at), in, out, complaints);
  if (status < 0) return fault(Reason::kVerifier, program + " could not be run, or died");
  // Canonical XML writes what was an entity or a short tag at length.
  constexpr std::size_t kLonger = 8;
  auto verified = out.content(kMaxDocument * kLonger);
  const auto said = complaints.content(kMaxComplaint);
  if (!verified || !said) return fault(Reason::kVerifier, program + " gave no answer");
  const std::string_view line = first_line(*said);
  if (status == 0 && line.starts_with(kSignedBy) && !verified->empty()) {
    return VerifiedDocument{.text = *std::move(verified),
                            .signer = std::string(line.substr(kSignedBy.size()))};
  }
  const std::size_t colon = line.find(": ");
  if (status != 1 || colon == std::string_view::npos) {
    return fault(Reason::kVerifier, program + ": " + std::string(line));
  }
  return fault(signature_reason(line.substr(0, colon)), std::string(line.substr(colon + 2)));
}

}  // namespace labels::signature
