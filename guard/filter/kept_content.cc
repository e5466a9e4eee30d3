#include "guard/filter/kept_content.h"

#include <memory>
#include <vector>

#include "guard/base/cms_envelope.h"

namespace guard::filter {

std::expected<Seal, std::string> seal_for(const policy::KeptContent& kept) {
  if (kept.of == policy::ContentOf::kNone) return Seal();
  std::vector<std::string> certificates;
  for (const policy::Officer& officer : kept.officers) certificates.push_back(officer.certificate);
  auto made = Recipients::make(certificates);
  if (!made) return std::unexpected("officers: " + made.error().what);
  // A std::function is copied; what it holds is shared and never changes.
  auto recipients = std::make_shared<const Recipients>(std::move(*made));
  return Seal([recipients](std::string_view stanza) { return recipients->seal(stanza); });
}

void keep_content(policy::ContentOf of, const Seal& seal, std::string_view stanza,
                  wire::Judgement& judgement) {
  switch (of) {
    case policy::ContentOf::kNone:
      return;
    case policy::ContentOf::kRefused:
      if (judgement.outcome == wire::Outcome::kForward) return;
      break;
    case policy::ContentOf::kAll:
      break;
  }
  auto sealed = seal ? seal(stanza) : std::unexpected(std::string("there is nobody to seal it to"));
  if (sealed && !sealed->empty()) {
    judgement.sealed_content = std::move(*sealed);
    return;
  }
  judgement.finding.allowed = false;
  judgement.finding.reason = kNotSealed;
  judgement.finding.rule.clear();
  judgement.bytes.clear();
  judgement.contingency.clear();
  judgement.pair = {};
  if (judgement.outcome != wire::Outcome::kCloseStream) {
    judgement.outcome = wire::Outcome::kRefuseSilently;
  }
}

}  // namespace guard::filter
