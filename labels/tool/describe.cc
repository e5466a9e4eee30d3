// guard-label spif: a security policy, checked, and printed so that a person can read it.
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "guard/base/bytes.h"
#include "guard/base/escape.h"
#include "guard/base/json_writer.h"
#include "labels/marking.h"
#include "labels/signature/admission.h"
#include "labels/spif.h"
#include "labels/tool/command.h"
#include "labels/tool/given.h"
#include "labels/tool/input.h"
#include "labels/tool/policy_outline.h"
#include "labels/tool/rows.h"
#include "labels/tool/sample_labels.h"

namespace labels::tool {
namespace {

// SampleMarking is one label, as it is marked on a page and on a portion.
struct SampleMarking {
  std::string page;
  std::string portion;
};

std::vector<SampleMarking> sample_markings(const SecurityPolicy& policy, const Options& options) {
  std::vector<SampleMarking> samples;
  for (const Label& label : sample_labels(policy, options.time)) {
    samples.push_back({.page = marking(policy, label, {.languages = options.languages}),
                       .portion = marking(
                           policy, label,
                           {.purpose = MarkingPurpose::kPortion, .languages = options.languages})});
  }
  return samples;
}

// Read is a policy, and the name of its signer; empty where no signature was asked for.
struct Read {
  SecurityPolicy policy;
  std::string signer;
};

std::string text_of(const Read& read, const PolicySet& others, const Options& options) {
  const SecurityPolicy& policy = read.policy;
  std::string text =
      guard::for_terminal("Security policy " + shown_policy(&policy, policy.id())) + "\n";
  if (!read.signer.empty()) text += guard::for_terminal("Signed by " + read.signer) + "\n";
  text += outline(policy, others) + "\nSample markings, of a page and of a portion\n";
  Rows rows(2);
  for (const SampleMarking& sample : sample_markings(policy, options)) {
    rows.add(sample.page, sample.portion == sample.page ? "" : sample.portion);
  }
  text += rows.text();
  return text;
}

std::string json_of(const Read& read, const PolicySet& others, const Options& options) {
  const SecurityPolicy& policy = read.policy;
  guard::JsonWriter json;
  json.object().member("name", policy.name()).member("id", policy.id().to_dotted());
  if (!read.signer.empty()) json.member("signed_by", read.signer);
  write_outline(json, policy, others);
  json.key("sample_markings").array();
  for (const SampleMarking& sample : sample_markings(policy, options)) {
    json.object().member("page", sample.page).member("portion", sample.portion).end_object();
  }
  return json.end_array().end_object().take() + "\n";
}

Answer refused(const signature::SignatureFault& fault, bool json) {
  const std::string reason(to_string(fault.reason));
  if (!json) {
    Rows rows;
    rows.add("fault", reason + ": " + fault.what);
    return {.status = Status::kNo, .out = "not signed as demanded\n" + rows.text()};
  }
  guard::JsonWriter writer;
  writer.object().key("faults").array().object();
  writer.member("reason", reason).member("what", fault.what).end_object().end_array();
  return {.status = Status::kNo, .out = writer.end_object().take() + "\n"};
}

// What may be read of the file: all of it, or, where a trust anchor is given, what is signed.
std::expected<signature::VerifiedDocument, Answer> admitted(const std::string& text,
                                                            const Options& options) {
  if (options.trust_anchor.empty()) return signature::VerifiedDocument{.text = text};
  const auto anchors = read_input(options.trust_anchor, kMaxLabelFile);
  if (!anchors) return std::unexpected(anchors.error());
  std::optional<guard::Bytes> detached;
  if (!options.signature.empty()) {
    const auto octets = read_input(options.signature, kMaxLabelFile);
    if (!octets) return std::unexpected(octets.error());
    const guard::BytesView view = guard::as_bytes(*octets);
    detached.emplace(view.begin(), view.end());
  }
  const signature::Demand demand{.anchors_file = options.trust_anchor,
                                 .anchors = *anchors,
                                 .verifier = options.verifier,
                                 .at = options.time.microseconds / 1'000'000};
  auto document = signature::admit(text, detached, demand);
  if (!document) return std::unexpected(refused(document.error(), options.json));
  return *std::move(document);
}

}  // namespace

Answer describe(const Options& options) {
  const auto text = read_input(options.input, kMaxSpifFile);
  if (!text) return text.error();
  const auto document = admitted(*text, options);
  if (!document) return document.error();
  auto loaded = load_spif(shown_name(options.input), document->text);
  if (!loaded) return bad_input(loaded.error());
  const auto others = load_policies(options.spifs);
  if (!others) return others.error();
  const Read read{.policy = *std::move(loaded), .signer = document->signer};
  return {.out = options.json ? json_of(read, *others, options) : text_of(read, *others, options)};
}

}  // namespace labels::tool
