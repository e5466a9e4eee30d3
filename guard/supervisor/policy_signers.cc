#include "guard/supervisor/policy_signers.h"

#include <algorithm>
#include <map>
#include <utility>

#include "guard/base/cms_signature.h"
#include "guard/base/hex.h"
#include "guard/supervisor/credentials.h"
#include "guard/supervisor/file_text.h"
#include "policy/signature.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxList = 64U << 10;
constexpr std::size_t kMaxSignature = 64U << 10;

// The files that may hold signatures, in the order of their names; one more than is allowed where
// there are too many.
std::vector<std::filesystem::path> signature_files(const std::filesystem::path& policy) {
  std::vector<std::filesystem::path> files;
  std::error_code fault;
  const std::string name = policy.filename().string() + ".";
  const std::filesystem::path folder = policy.has_parent_path() ? policy.parent_path() : ".";
  for (std::filesystem::directory_iterator at(folder, fault), end; !fault && at != end;
       at.increment(fault)) {
    const std::string one = at->path().filename().string();
    if (one.starts_with(name) && one.ends_with(".p7s")) files.push_back(at->path());
    if (files.size() > kMostSignatures) break;
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace

std::expected<std::vector<std::string>, FileError> policy_signers(
    const std::filesystem::path& policy, const Digest& digest, const PolicyTrust& trust) {
  const auto list = read_file(trust.signers, kMaxList);
  if (!list) return std::unexpected(list.error());
  if (const auto checked = check_signers(trust.signers, *list, trust.require); !checked) {
    return std::unexpected(checked.error());
  }
  const auto files = signature_files(policy);
  const auto refuse = [&](std::string what) {
    return std::unexpected(FileError{policy.string(), 0, 0, std::move(what),
                                     "expected signatures of " + std::to_string(trust.require) +
                                         " signers of " + trust.signers.string() +
                                         " over the policy digest " + to_hex(digest)});
  };
  if (files.size() > kMostSignatures) {
    return refuse("has more than " + std::to_string(kMostSignatures) + " signatures");
  }
  const std::string text = policy::statement(digest, nullptr);
  std::map<std::string, std::string> signers;  // by key: the same one twice is one
  std::string faults;
  for (const std::filesystem::path& file : files) {
    const auto signature = read_file(file, kMaxSignature);
    if (!signature) {
      faults += "; " + signature.error().to_string();
      continue;
    }
    const auto found = verify_cms(text, *signature, *list);
    if (!found) {
      faults += "; " + file.filename().string() + " does not count: " + found.error().what;
      continue;
    }
    for (const Signer& signer : *found) signers.emplace(signer.fingerprint, signer.subject);
  }
  if (signers.size() < trust.require) {
    return refuse("is signed by " + std::to_string(signers.size()) + " of " +
                  std::to_string(trust.require) + faults);
  }
  std::vector<std::string> subjects;
  for (auto& [key, subject] : signers) subjects.push_back(std::move(subject));
  return subjects;
}

}  // namespace guard::supervisor
