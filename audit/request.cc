#include "audit/request.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "audit/checkpoint.h"
#include "audit/text_lines.h"
#include "guard/base/base64.h"
#include "guard/base/cms_signature.h"
#include "guard/base/descriptor.h"

namespace audit {
namespace {

constexpr std::string_view kFirstLine = "xmpp-guard log request v1";
constexpr std::string_view kBegin = "-----BEGIN CMS-----\n";
constexpr std::string_view kUpTo = "segments up to ";
constexpr std::size_t kMostSignatures = 16;

}  // namespace

std::string to_text(const Request& request) {
  std::string text(kFirstLine);
  const bool prune = request.what == Request::What::kPrune;
  text.append(prune ? "\nprune\n" : "\nseal\n").append(request.origin).append("\n");
  if (prune) {
    text += std::to_string(request.segment) + "\n" + std::to_string(request.size) + "\n" +
            guard::to_base64(request.root) + "\n";
  }
  return text;
}

std::expected<SignedRequest, std::string_view> parse_request(std::string_view file) {
  if (file.size() > SignedRequest::kMostOctets) {
    return std::unexpected("a request of at most 256 KiB");
  }
  SignedRequest made;
  const std::size_t end = file.find(kBegin);
  made.text = file.substr(0, end);
  TextLines lines(made.text);
  if (lines.next() != kFirstLine) return std::unexpected("a log request");
  const auto what = lines.next();
  if (what != "seal" && what != "prune") return std::unexpected("seal or prune");
  Request& request = made.request;
  request.what = what == "prune" ? Request::What::kPrune : Request::What::kSeal;
  request.origin = lines.next().value_or("");
  if (!is_origin(request.origin)) return std::unexpected("the log's name");
  if (request.what == Request::What::kPrune) {
    if (!lines.number(request.segment) || request.segment == 0) {
      return std::unexpected("the number of a segment");
    }
    if (!lines.number(request.size) || request.size == 0) {
      return std::unexpected("the number of records");
    }
    if (!lines.octets(request.root)) return std::unexpected("the root of the tree");
  }
  if (!lines.done()) return std::unexpected("signatures or the end");
  for (std::size_t at = end; at != std::string_view::npos;) {
    const std::size_t next = file.find(kBegin, at + 1);
    if (made.signatures.size() == kMostSignatures) return std::unexpected("at most 16 signatures");
    made.signatures.emplace_back(
        file.substr(at, next == std::string_view::npos ? next : next - at));
    at = next;
  }
  return made;
}

std::expected<std::map<std::string, std::string>, std::string> approve(const SignedRequest& request,
                                                                       const PruneRights& rights) {
  std::map<std::string, std::string> signers;  // by key: the same one twice is one
  if (rights.require == 0) return signers;
  for (const std::string& signature : request.signatures) {
    const auto found = guard::verify_cms(request.text, signature, rights.signers);
    if (!found) return std::unexpected("a signature does not count: " + found.error().what);
    for (const guard::Signer& each : *found) signers.emplace(each.fingerprint, each.subject);
  }
  if (signers.size() >= rights.require) return signers;
  return std::unexpected(std::to_string(signers.size()) + " of " + std::to_string(rights.require) +
                         " demanded signers have signed");
}

std::string approval_text(const Request& request, const std::string& by) {
  return std::string(kUpTo) + std::to_string(request.segment) + ", records up to " +
         std::to_string(request.size) + ", asked by " + by;
}

std::optional<std::uint64_t> approved_segment(std::string_view detail) {
  if (!detail.starts_with(kUpTo)) return std::nullopt;
  detail.remove_prefix(kUpTo.size());
  std::uint64_t number = 0;
  const auto read = std::from_chars(detail.data(), detail.data() + detail.size(), number);
  if (read.ec != std::errc{} || number == 0) return std::nullopt;
  return number;
}

// ---------------------------------------------------------------- the file

OrLogError<void> place_request(const std::filesystem::path& log, std::string_view file) {
  const std::filesystem::path place = log / kRequestName;
  const std::filesystem::path made = place.string() + "." + std::to_string(::getpid());
  ::unlink(made.c_str());
  const guard::Descriptor out(
      ::open(made.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0640));
  if (out.number() < 0) return std::unexpected(system_error("cannot be created", made));
  std::optional<LogError> error;
  errno = 0;
  if (::write(out.number(), file.data(), file.size()) != static_cast<ssize_t>(file.size()) ||
      ::fsync(out.number()) != 0) {
    error = system_error("cannot be written", made);
  } else if (::link(made.c_str(), place.c_str()) != 0) {
    error = errno == EEXIST
                ? LogError{place.string() + ": another request waits for the recorder", false}
                : system_error("cannot be created", place);
  }
  ::unlink(made.c_str());
  if (error) return std::unexpected(*error);
  return {};
}

std::expected<std::optional<WaitingRequest>, std::string> read_waiting_request(
    const std::filesystem::path& log) {
  const std::filesystem::path place = log / kRequestName;
  const guard::Descriptor in(::open(place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (in.number() < 0) {
    if (errno == ENOENT) return std::nullopt;
    return std::unexpected(system_error("cannot be read", place).what);
  }
  struct stat about{};
  if (::fstat(in.number(), &about) != 0 || !S_ISREG(about.st_mode)) {
    return std::unexpected("it is no plain file");
  }
  WaitingRequest waiting;
  waiting.owner = about.st_uid;
  waiting.file.resize(SignedRequest::kMostOctets + 1);
  const ssize_t size = ::read(in.number(), waiting.file.data(), waiting.file.size());
  if (size < 0) return std::unexpected(system_error("cannot be read", place).what);
  waiting.file.resize(static_cast<std::size_t>(size));
  return waiting;
}

void remove_waiting_request(const std::filesystem::path& log) {
  ::unlink((log / kRequestName).c_str());
}

}  // namespace audit
