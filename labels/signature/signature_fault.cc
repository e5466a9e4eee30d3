#include "labels/signature/signature_fault.h"

#include <algorithm>
#include <array>
#include <utility>

namespace labels::signature {
namespace {

using Reason = SignatureReason;

constexpr std::array<std::pair<Reason, std::string_view>, 16> kNames{
    {{Reason::kUnsigned, "unsigned"},
     {Reason::kTooLarge, "too-large"},
     {Reason::kNotXml, "not-xml"},
     {Reason::kNotCms, "not-cms"},
     {Reason::kMoreThanOne, "more-than-one-signature"},
     {Reason::kPlace, "signature-misplaced"},
     {Reason::kStructure, "structure"},
     {Reason::kReference, "reference"},
     {Reason::kTransform, "transform"},
     {Reason::kAlgorithm, "algorithm"},
     {Reason::kNoCertificate, "no-certificate"},
     {Reason::kWeakKey, "weak-key"},
     {Reason::kCertificate, "certificate-refused"},
     {Reason::kDigest, "digest"},
     {Reason::kSignature, "signature"},
     {Reason::kVerifier, "verifier"}}};

}  // namespace

std::string_view to_string(SignatureReason reason) {
  const auto found = std::ranges::find(kNames, reason, [](const auto& one) { return one.first; });
  return found == kNames.end() ? std::string_view("verifier") : found->second;
}

SignatureReason signature_reason(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, [](const auto& one) { return one.second; });
  return found == kNames.end() ? Reason::kVerifier : found->first;
}

}  // namespace labels::signature
