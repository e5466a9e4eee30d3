// guard-spif-verify: checks the XML signature inside a security policy's file.
//
//   guard-spif-verify ANCHORS [SECONDS] < FILE > VERIFIED
//
// ANCHORS is a PEM file; SECONDS since 1970 the moment of judgement, now where it is not given.
// Writes the canonical XML of what was signed, without the signature, and nothing else, to standard
// output; "signed by NAME" or "REASON: what is wrong" to standard error. Exit status: 0 the
// signature is good, 1 it is not, 2 a file cannot be read, 3 wrong usage. Dies by itself after
// 30 seconds.
//
// A program of its own, because Santuario and the shared Xerces beneath it bring some thirty
// libraries along (curl, GnuTLS, LDAP …) that nothing which reads a policy or a stanza may hold,
// and because two copies of Xerces in one process would take each other's symbols. It reads what
// it is given and writes an answer; it opens nothing but the anchors.
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include "labels/signature/detached.h"
#include "labels/signature/enveloped.h"

namespace {

using labels::signature::kMaxDocument;

constexpr std::string_view kHelp =
    "usage: guard-spif-verify ANCHORS [SECONDS] < FILE > VERIFIED\n\n"
    "Checks the XML signature inside a security policy's file and writes what was signed.\n"
    "ANCHORS is a PEM file of certificates that are trusted; SECONDS since 1970 the moment of\n"
    "judgement, now where it is not given.\n\n"
    "Exit status: 0 the signature is good, 1 it is not, 2 a file cannot be read, 3 wrong usage.\n\n"
    "Example: guard-spif-verify anchors.pem < signed.xml > spif.xml\n";

enum Exit { kGood = 0, kRefused = 1, kUnreadable = 2, kUsage = 3 };

std::optional<std::string> read_some(std::istream& in, std::size_t most) {
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  if (in.bad()) return std::nullopt;
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

std::optional<std::int64_t> seconds(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

int complain(std::string_view what, Exit status) {
  std::cerr << what << "\n";
  return status;
}

int run(std::string_view anchors_file, std::int64_t at) {
  std::ifstream file{std::string(anchors_file), std::ios::binary};
  const auto pem = file ? read_some(file, kMaxDocument) : std::nullopt;
  if (!pem) return complain("the trust anchors cannot be read", kUnreadable);
  const auto anchors = labels::signature::TrustAnchors::from_pem(*pem);
  if (!anchors) return complain(anchors.error().what, kUnreadable);
  const auto document = read_some(std::cin, kMaxDocument + 1);
  if (!document) return complain("the document cannot be read", kUnreadable);
  const labels::signature::XmlSecurity security;
  const auto verified = security.verify(*document, *anchors, at);
  if (!verified) {
    return complain(std::string(to_string(verified.error().reason)) + ": " + verified.error().what,
                    kRefused);
  }
  std::cout << verified->text << std::flush;
  if (!std::cout) return complain("the verified document cannot be written", kUnreadable);
  return complain("signed by " + verified->signer, kGood);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr unsigned kPatience = 30;
  constexpr rlim_t kMemory = rlim_t{2} * 1024 * 1024 * 1024;
  alarm(kPatience);
  const rlimit memory{.rlim_cur = kMemory, .rlim_max = kMemory};
  if (GUARD_LIMIT_MEMORY) setrlimit(RLIMIT_AS, &memory);
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() == 2 && std::string_view(arguments[1]) == "--help") {
    std::cout << kHelp;
    return kGood;
  }
  if (arguments.size() < 2 || arguments.size() > 3) {
    return complain("usage: guard-spif-verify ANCHORS [SECONDS] < FILE > VERIFIED", kUsage);
  }
  const auto at = arguments.size() == 3 ? seconds(arguments[2])
                                        : std::optional<std::int64_t>(std::time(nullptr));
  if (!at) return complain("SECONDS is not a number", kUsage);
  return run(arguments[1], *at);
}
