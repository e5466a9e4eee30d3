// Request: what an operator asks of a log that somebody writes: to seal the open segment now, or
// to prune old ones. It is a file, LOG/request:
//
//   xmpp-guard log request v1
//   seal | prune
//   ORIGIN, the log's name
//   NUMBER of the last segment that goes      (of prune only, as the next two)
//   SIZE of the tree at its end, decimal: the sequence of its last record
//   ROOT of that tree, base64
//   (detached CMS signatures over all of this, PEM)
//
// Only the recorder writes a log, so only it can act on one and say so in it. A file reaches the
// recorder without a socket, also one that starts later; who may put it there may write in the
// directory, and could remove the segments without asking. What a prune takes away is spelt out,
// by number and by hash, so that a signature is good for these records and no others.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "audit/log_files.h"
#include "guard/base/sha256.h"

namespace audit {

struct Request {
  enum class What : std::uint8_t { kSeal, kPrune };
  What what = What::kSeal;
  std::string origin;
  std::uint64_t segment = 0;
  std::uint64_t size = 0;
  guard::Digest root{};
  bool operator==(const Request&) const = default;
};

// to_text spells a request, without signatures: what is signed.
[[nodiscard]] std::string to_text(const Request& request);

// SignedRequest is a request with what was signed and the signatures as they came.
struct SignedRequest {
  static constexpr std::size_t kMostOctets = 256U << 10;
  Request request;
  std::string text;
  std::vector<std::string> signatures;  // PEM, not yet checked
};

// parse_request reads a file. The error says what was expected.
[[nodiscard]] std::expected<SignedRequest, std::string_view> parse_request(std::string_view file);

// PruneRights: who has to sign a request to prune. The site file says it.
struct PruneRights {
  std::string signers;        // certificates, PEM
  std::uint64_t require = 0;  // different keys of them; 0: none
};

// approve returns the subjects that have signed, by the fingerprint of their keys, where they are
// enough. The error says what is wrong with a signature, or how many are missing.
[[nodiscard]] std::expected<std::map<std::string, std::string>, std::string> approve(
    const SignedRequest& request, const PruneRights& rights);

// approval_text is the detail of `prune-approved`; approved_segment reads the last segment that
// went from it, nullopt from anything else.
[[nodiscard]] std::string approval_text(const Request& request, const std::string& by);
[[nodiscard]] std::optional<std::uint64_t> approved_segment(std::string_view detail);

// kRequestName is the file's name in the directory of the log.
constexpr const char* kRequestName = "request";

// place_request puts a whole file there; it is an error where one waits already.
[[nodiscard]] OrLogError<void> place_request(const std::filesystem::path& log,
                                             std::string_view file);

// WaitingRequest is what lies in LOG/request, and whose file it is.
struct WaitingRequest {
  std::string file;
  std::uint32_t owner = 0;  // user id
};
// read_waiting_request: nullopt where there is none. A file that is no plain file, or too large, is
// an error.
[[nodiscard]] std::expected<std::optional<WaitingRequest>, std::string> read_waiting_request(
    const std::filesystem::path& log);
void remove_waiting_request(const std::filesystem::path& log);

}  // namespace audit
