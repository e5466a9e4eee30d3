#include "labels/tool/given.h"

#include <utility>

#include "labels/spif.h"
#include "labels/tool/input.h"

namespace labels::tool {

std::expected<PolicySet, Answer> load_policies(const std::vector<std::string>& files) {
  std::vector<SecurityPolicy> policies;
  SpifReader reader;
  for (const std::string& file : files) {
    const auto text = read_input(file, kMaxSpifFile);
    if (!text) return std::unexpected(text.error());
    auto policy = reader.read(shown_name(file), *text);
    if (!policy) return std::unexpected(bad_input(policy.error()));
    policies.push_back(*std::move(policy));
  }
  auto set = PolicySet::make(std::move(policies));
  if (!set)
    return std::unexpected(Answer{.status = Status::kBad, .complaints = complaint(set.error())});
  return *std::move(set);
}

std::expected<Given, Answer> load_given(const Options& options) {
  auto policies = load_policies(options.spifs);
  if (!policies) return std::unexpected(policies.error());
  std::optional<IcismMap> icism;
  if (!options.icism_map.empty()) {
    const auto text = read_input(options.icism_map, kMaxSpifFile);
    if (!text) return std::unexpected(text.error());
    auto map = read_icism_map(shown_name(options.icism_map), *text, *policies);
    if (!map) return std::unexpected(bad_input(map.error()));
    icism = *std::move(map);
  }
  return Given{.reader = LabelReader(*std::move(policies), icism), .icism = icism};
}

std::expected<ReadLabel, Answer> read_label(Given& given, const Options& options) {
  const auto octets = read_input(options.input, kMaxLabelFile);
  if (!octets) return std::unexpected(octets.error());
  auto label = given.reader.read_label(shown_name(options.input), guard::as_bytes(*octets));
  if (!label) return std::unexpected(bad_input(label.error()));
  return *std::move(label);
}

std::expected<GivenClearance, Answer> read_clearance(Given& given, const Options& options) {
  const auto octets = read_input(options.clearance, kMaxLabelFile);
  if (!octets) return std::unexpected(octets.error());
  auto read = given.reader.read_clearance(shown_name(options.clearance), guard::as_bytes(*octets));
  if (!read) return std::unexpected(bad_input(read.error()));
  const SecurityPolicy* policy = policy_of(given.policies(), read->clearance.policy());
  if (policy == nullptr) {
    return std::unexpected(bad_input(
        {.file = shown_name(options.clearance),
         .what = "a clearance under the security policy " + read->clearance.policy().to_dotted(),
         .expected = "one of those given with --spif"}));
  }
  return GivenClearance{.read = *std::move(read), .policy = *policy};
}

const SecurityPolicy* policy_of(const PolicySet& policies, const Oid& id) {
  const PolicyNames* names = policies.find(id);
  return names != nullptr ? &names->policy() : nullptr;
}

const SecurityPolicy* policy_named(const PolicySet& policies, std::string_view name) {
  const PolicyNames* names = policies.find(name);
  if (names != nullptr) return &names->policy();
  const auto id = Oid::from_dotted(name);
  return id ? policy_of(policies, *id) : nullptr;
}

std::string shown_policy(const SecurityPolicy* policy, const Oid& id) {
  if (policy == nullptr) return id.to_dotted();
  return policy->name() + " (" + id.to_dotted() + ")";
}

}  // namespace labels::tool
