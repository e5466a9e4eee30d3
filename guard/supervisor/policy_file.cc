#include "guard/supervisor/policy_file.h"

#include <utility>

#include "guard/supervisor/file_text.h"
#include "guard/supervisor/spif_file.h"
#include "labels/label_reading.h"
#include "policy/loader.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxText = 16U << 20;

}  // namespace

std::expected<LoadedPolicy, std::vector<FileError>> load_policy(const Site& site, UtcTime now) {
  const std::filesystem::path& file = site.policy;
  auto text = read_file(file, kMaxText);
  if (!text) return std::unexpected(std::vector<FileError>{text.error()});
  std::vector<wire::NamedText> spifs;
  const auto spif_source =
      [&](std::string_view name) -> std::expected<policy::NamedText, std::string> {
    const auto path = (file.parent_path() / std::filesystem::path(name)).lexically_normal();
    auto spif = read_spif_file(path, site.spif_trust, now);
    if (!spif) return std::unexpected(spif.error());
    spifs.push_back({std::string(name), *spif});
    return policy::NamedText{path.string(), std::move(*spif)};
  };
  std::vector<wire::NamedText> clearances;
  std::vector<wire::NamedText> officers;
  const auto beside = [&](std::vector<wire::NamedText>& texts) {
    return [&](std::string_view name) -> std::expected<policy::NamedText, std::string> {
      const auto path = (file.parent_path() / std::filesystem::path(name)).lexically_normal();
      auto one = read_file(path, labels::kMaxLabelFile);
      if (!one) return std::unexpected(one.error().what);
      texts.push_back({std::string(name), *one});
      return policy::NamedText{path.string(), std::move(*one)};
    };
  };
  auto policy =
      policy::load({file.string(), *text}, spif_source, beside(clearances), beside(officers));
  if (!policy) return std::unexpected(policy.error());
  return LoadedPolicy{std::move(*policy),
                      {file.string(), std::move(*text)},
                      std::move(spifs),
                      std::move(clearances),
                      std::move(officers)};
}

}  // namespace guard::supervisor
