#include "policy/clearance_files.h"

#include <utility>

#include "guard/base/bytes.h"
#include "guard/base/check.h"

namespace policy {

std::expected<labels::Clearance, std::string> ClearanceFiles::read(const std::string& name) {
  const auto known = known_.find(name);
  if (known != known_.end()) return known->second;
  if (known_.size() == kMostFiles) {
    return std::unexpected("more than " + std::to_string(kMostFiles) + " clearance files");
  }
  return known_.emplace(name, read_new(name)).first->second;
}

ClearanceFiles::Read ClearanceFiles::read_new(const std::string& name) {
  if (!source_) return std::unexpected(std::string("cannot be read: no files here"));
  auto file = source_(name);
  if (!file) return std::unexpected("cannot be read: " + file.error());
  if (!reader_) {
    auto policies = labels::PolicySet::make({policy_});
    CHECK(policies.has_value());  // there is only one
    reader_.emplace(std::move(*policies));
  }
  auto found = reader_->read_clearance(file->name, guard::as_bytes(file->text));
  if (!found) return std::unexpected(found.error().to_string());
  if (found->clearance.policy() != policy_.id()) {
    return std::unexpected("is under the security policy " + found->clearance.policy().to_dotted());
  }
  texts_.push_back(std::move(file->text));
  return std::move(found->clearance);
}

}  // namespace policy
