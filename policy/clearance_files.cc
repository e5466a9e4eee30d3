#include "policy/clearance_files.h"

#include <utility>

#include "guard/base/bytes.h"
#include "guard/base/check.h"
#include "labels/clearance_certificate.h"

namespace policy {

ClearanceFiles::ClearanceFiles(std::vector<labels::SecurityPolicy> policies, ClearanceSource source)
    : policies_(std::move(policies)), source_(std::move(source)) {
  CHECK(!policies_.empty());
}

std::expected<FileClearance, std::string> ClearanceFiles::read(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  const auto read_new = [&]() -> std::expected<FileClearance, std::string> {
    const auto one = file(name);
    if (!one) return std::unexpected(one.error());
    const std::string& text = texts_[one->place];
    auto clearance = clearance_in(one->name, guard::as_bytes(text));
    if (!clearance) return std::unexpected(clearance.error());
    FileClearance found{.clearance = std::move(*clearance)};
    if (!labels::is_certificate(guard::as_bytes(text))) return found;
    // A chain, or an attribute certificate, has no key that could be pinned.
    if (const auto of = guard::read_certificate_file(text)) found.key = of->key;
    return found;
  };
  return known_.emplace(name, read_new()).first->second;
}

std::expected<guard::Digest, std::string> ClearanceFiles::pin(const std::string& name) {
  const auto one = certificate(name);
  if (!one) return std::unexpected(one.error());
  return one->key;
}

std::expected<labels::Clearance, std::string> ClearanceFiles::pinned_clearance(
    const std::string& name) {
  const auto one = certificate(name);
  if (!one) return std::unexpected(one.error());
  // Of the certificate alone, whatever else the file has.
  return clearance_in(file(name)->name, one->der);
}

std::expected<guard::CertificateFile, std::string> ClearanceFiles::certificate(
    const std::string& name) {
  const auto one = file(name);
  if (!one) return std::unexpected(one.error());
  auto read = guard::read_certificate_file(texts_[one->place]);
  if (!read) return std::unexpected(one->name + ": " + read.error());
  return read;
}

std::expected<ClearanceFiles::File, std::string> ClearanceFiles::file(const std::string& name) {
  const auto known = files_.find(name);
  if (known != files_.end()) return known->second;
  if (files_.size() == kMostFiles) {
    return std::unexpected("more than " + std::to_string(kMostFiles) +
                           " files of clearances and pins");
  }
  return files_.emplace(name, new_file(name)).first->second;
}

std::expected<ClearanceFiles::File, std::string> ClearanceFiles::new_file(const std::string& name) {
  if (!source_) return std::unexpected(std::string("cannot be read: no files here"));
  auto text = source_(name);
  if (!text) return std::unexpected("cannot be read: " + text.error());
  texts_.push_back(std::move(text->text));
  return File{.name = std::move(text->name), .place = texts_.size() - 1};
}

ClearanceFiles::Read ClearanceFiles::clearance_in(const std::string& name,
                                                  guard::BytesView octets) {
  if (!reader_) {
    auto policies = labels::PolicySet::make(policies_);
    // Two that are alike are a fault of the policy file, said elsewhere.
    if (!policies) policies = labels::PolicySet::make({policies_.front()});
    CHECK(policies.has_value());  // there is only one
    reader_.emplace(std::move(*policies));
  }
  auto found = reader_->read_clearance(name, octets);
  if (!found) return std::unexpected(found.error().to_string());
  const labels::Oid& under = found->clearance.policy();
  if (under == policies_.front().id()) return std::move(found->clearance);
  for (const labels::SecurityPolicy& each : policies_) {
    if (each.id() != under) continue;
    return std::unexpected("is under the security policy of a peer, " + each.name() + " (" +
                           under.to_dotted() + "), and nothing is judged under that");
  }
  return std::unexpected("is under the security policy " + under.to_dotted());
}

}  // namespace policy
