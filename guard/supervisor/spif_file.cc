#include "guard/supervisor/spif_file.h"

#include "guard/base/bytes.h"
#include "guard/supervisor/file_text.h"
#include "labels/signature/admission.h"

namespace guard::supervisor {
namespace {

constexpr std::size_t kMaxText = std::size_t{16} << 20U;
constexpr std::size_t kMaxSignature = std::size_t{1} << 20U;

// What was expected instead is the caller's to say.
std::unexpected<std::string> unreadable(const FileError& error) {
  return std::unexpected(error.file + ": " + error.what);
}

}  // namespace

std::expected<std::string, std::string> read_spif_file(const std::filesystem::path& file,
                                                       const std::optional<SpifTrust>& trust,
                                                       UtcTime now) {
  auto text = read_file(file, kMaxText);
  if (!text) return unreadable(text.error());
  std::optional<labels::signature::Demand> demand;
  if (trust) {
    auto anchors = read_file(trust->anchors, kMaxSignature);
    if (!anchors) return unreadable(anchors.error());
    demand = {.anchors_file = trust->anchors.string(),
              .anchors = std::move(*anchors),
              .verifier = trust->verifier.string(),
              .at = now.microseconds / 1'000'000};
  }
  const std::filesystem::path beside = file.string() + ".p7s";
  std::optional<Bytes> detached;
  std::error_code fault;
  if (std::filesystem::symlink_status(beside, fault).type() !=
      std::filesystem::file_type::not_found) {
    const auto signature = read_file(beside, kMaxSignature);
    if (!signature) return unreadable(signature.error());
    const BytesView octets = as_bytes(*signature);
    detached.emplace(octets.begin(), octets.end());
  }
  auto admitted = labels::signature::admit(*text, detached, demand);
  if (!admitted) {
    const auto& why = admitted.error();
    std::string said = file.string() + ": " + std::string(to_string(why.reason));
    if (!why.what.empty()) said += ", " + why.what;
    return std::unexpected(said);
  }
  return std::move(admitted->text);
}

}  // namespace guard::supervisor
