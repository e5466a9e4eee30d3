#include "policy/certificate_clearance.h"

#include <utility>

#include "labels/clearance_certificate.h"
#include "labels/clearance_der.h"
#include "policy/narrowest.h"

namespace policy {

std::optional<guard::Bytes> record_of(const labels::SecurityPolicy& governing,
                                      const labels::Clearance& clearance) {
  auto der = labels::encode_clearance(clearance, labels::ClearanceTagging::kUniversal,
                                      labels::CategoryEncoding::kTagTypes, governing);
  if (!der) return std::nullopt;
  return std::move(*der);
}

std::optional<labels::Clearance> from_record(const labels::SecurityPolicy& governing,
                                             guard::BytesView der) {
  auto read = labels::read_clearance_der(der);
  if (!read) return std::nullopt;
  auto clearance = labels::settle(std::move(*read), governing);
  if (!clearance || clearance->policy() != governing.id()) return std::nullopt;
  return std::move(*clearance);
}

CertificateClearance read_certificate_clearance(const labels::SecurityPolicy& governing,
                                                guard::BytesView attributes) {
  using State = CertificateClearance::State;
  if (attributes.empty()) return {.state = State::kAbsent};
  const CertificateClearance unreadable{.state = State::kUnreadable};
  const auto der = labels::clearance_in_attributes(attributes);
  if (!der) return unreadable;
  auto clearance = from_record(governing, *der);
  if (!clearance) return unreadable;
  // The record has to say what was judged by.
  const auto written = record_of(governing, *clearance);
  if (!written || from_record(governing, *written) != *clearance) return unreadable;
  return {.state = State::kRead, .clearance = std::move(*clearance)};
}

std::optional<labels::Clearance> narrowed_by(const CertificateClearance& certificate,
                                             const labels::Clearance* file) {
  if (file == nullptr) return std::nullopt;
  switch (certificate.state) {
    case CertificateClearance::State::kNone:
    case CertificateClearance::State::kAbsent:
    case CertificateClearance::State::kUnreadable:
      return std::nullopt;
    case CertificateClearance::State::kRead:
      return narrowest(*file, certificate.clearance);
    case CertificateClearance::State::kAssumed:
      return *file;
  }
  return std::nullopt;
}

}  // namespace policy
