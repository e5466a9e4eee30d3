#include "policy/tool/report.h"

#include "guard/base/hex.h"
#include "policy/analysis/invariant_notes.h"
#include "policy/analysis/lint.h"
#include "policy/analysis/matrix.h"
#include "policy/analysis/prove.h"
#include "policy/tool/map.h"
#include "policy/tool/output.h"
#include "policy/words.h"

namespace policy::tool {
namespace {

// The whole page is one table: its foot, with the digest, is what browsers repeat on every sheet of
// paper without laying it over the text.
constexpr std::string_view kStyle = R"(
@page { size: A4; margin: 15mm }
body { font: 10pt/1.4 "DejaVu Sans", Verdana, sans-serif; color: #111; max-width: 180mm;
  margin: 0 auto; padding: 6mm }
h1 { font-size: 18pt; margin: 0 0 2mm } h2 { font-size: 13pt; margin: 8mm 0 2mm;
  border-bottom: 1px solid #888; break-after: avoid } h3 { font-size: 10.5pt; margin: 5mm 0 1mm;
  break-after: avoid }
table { border-collapse: collapse; width: calc(100% - 1px); font-size: 8pt }
td, th { border: 1px solid #bbb; padding: 1mm 1.5mm; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; min-width: 16mm }
thead { display: table-header-group } tr { break-inside: avoid }
.matrix td:first-child, .peers td:nth-child(2), .peers th:nth-child(2) { white-space: nowrap;
  min-width: 0 }
.yes td:nth-child(4) { background: #dff2df } .no td:nth-child(4) { background: #f7e0df }
.proven { background: #dff2df } code, pre { font-family: "DejaVu Sans Mono", monospace;
  font-size: 8pt; white-space: pre-wrap; overflow-wrap: anywhere }
.sheet { table-layout: fixed; width: 100%; font-size: inherit }
.sheet > tbody > tr { break-inside: auto } .sheet > tbody > tr > td { border: 0; padding: 0 }
.sheet > tfoot { display: table-footer-group }
.sheet > tfoot > tr > td { border: 0; border-top: 1px solid #bbb; color: #333; text-align: center;
  font: 7pt "DejaVu Sans Mono", monospace; padding: 1mm }
.sign td { height: 16mm; width: 33% } svg { width: 100%; height: auto }
@media print { body { padding: 0 } }
)";

class Report {
 public:
  explicit Report(const ReportInput& input) : input_(input), policy_(*input.policy) {}

  std::string run() {
    const std::string digest = guard::to_hex(policy_.digest());
    text_ =
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Policy review: " +
        escaped(policy_.name()) + "</title><style>" + std::string(kStyle) +
        "</style></head><body>\n<table class=\"sheet\"><tfoot><tr><td>policy digest " + digest +
        "</td></tr></tfoot><tbody><tr><td>\n";
    text_ += "<h1>Policy review: " + escaped(policy_.name()) + "</h1>\n";
    summary(digest);
    heading("Who talks to whom");
    text_ += map_svg(policy_);
    peers();
    const Matrix all = matrix(policy_, {.lane = {}, .about = {}, .at = input_.made});
    heading("What may cross");
    text_ += matrix_html(all);
    invariants();
    findings();
    if (input_.against != nullptr) changes();
    heading("The policy in plain words");
    text_ += "<pre>" + escaped(show(policy_)) + "</pre>\n";
    signatures();
    return std::move(text_) + "</td></tr></tbody></table></body></html>\n";
  }

 private:
  void heading(const std::string& text) { text_ += "<h2>" + text + "</h2>\n"; }

  void row(const std::string& name, const std::string& value) {
    text_ += "<tr><th>" + escaped(name) + "</th><td>" + escaped(value) + "</td></tr>\n";
  }

  void summary(const std::string& digest) {
    std::size_t domains = 0;
    for (const Peer& peer : policy_.peers()) domains += peer.domains.size();
    text_ += "<table>\n";
    row("file", input_.file);
    row("digest (with SPIFs, certificates, clearances)", digest);
    row("security policy", policy_.security_policy().name() + ", " + policy_.content().spif);
    for (const PeerPolicy& each : policy_.content().peer_policies) {
      row("peer policy " + each.name, each.policy.name() + ", " + each.file);
    }
    row("peers",
        std::to_string(policy_.peers().size()) + ", with " + std::to_string(domains) + " domains");
    for (const guard::Lane lane : guard::kLanes) {
      row("rules " + std::string(guard::to_string(lane)),
          std::to_string(policy_.content().direction(lane).rules.size()));
    }
    row("invariants", std::to_string(policy_.content().invariants.size()));
    if (input_.against != nullptr) {
      row("compared with", input_.against->name() + ", " + guard::to_hex(input_.against->digest()));
    }
    row("made", time_words(input_.made));
    text_ +=
        "</table>\n<p>Everything here follows from the policy file, its SPIFs, its officers' "
        "certificates and its clearance files alone. The guard refuses more: what it has no schema "
        "for, and what is not "
        "valid.</p>\n";
  }

  void peers() {
    heading("Peers");
    text_ +=
        "<table class=\"peers\"><thead><tr><th>peer</th><th>side</th><th>owner</th><th>domains</th>"
        "<th>may send</th><th>may receive</th></tr></thead><tbody>\n";
    for (const Peer& peer : policy_.peers()) {
      std::vector<std::string> names;
      for (const DomainClaim& claim : peer.domains) {
        std::string name = claim.match == guard::DomainMatch::kDefault ? "*" : claim.domain;
        if (claim.match == guard::DomainMatch::kSubdomains) name += " and below";
        if (claim.send || claim.receive) name += " (narrowed)";
        names.push_back(std::move(name));
      }
      text_ += "<tr>";
      for (const std::string& cell :
           {peer.name + (peer.description.empty() ? "" : ": " + peer.description),
            std::string(to_string(peer.side)), peer.owner, joined_with(names, ", "),
            clearance_words(policy_.security_policy(), peer.send ? &*peer.send : nullptr),
            clearance_words(policy_.security_policy(), peer.receive ? &*peer.receive : nullptr)}) {
        text_ += "<td>" + escaped(cell) + "</td>";
      }
      text_ += "</tr>\n";
    }
    text_ += "</tbody></table>\n";
  }

  void invariants() {
    heading("Invariants");
    if (policy_.content().invariants.empty()) {
      text_ += "<p>The policy states none.</p>\n";
      return;
    }
    text_ +=
        "<table><thead><tr><th>id</th><th>what holds</th><th>why</th><th>proof</th></tr>"
        "</thead><tbody>\n";
    for (const Invariant& invariant : policy_.content().invariants) {
      const auto example = refutation(policy_, invariant);
      std::string notes;
      for (const InvariantNote& note : invariant_notes(policy_, invariant)) {
        notes += "; note: " + note.what;
      }
      text_ += "<tr><td>" + escaped(invariant.id) + "</td><td>" +
               escaped(invariant_words(policy_, invariant)) + "</td><td>" +
               escaped(invariant.reason) + "</td><td" + (example ? ">" : " class=\"proven\">") +
               escaped(example ? "refuted: " + in_words(policy_, *example)
                               : "proven: no class of stanzas contradicts it" + notes) +
               "</td></tr>\n";
    }
    text_ += "</tbody></table>\n";
  }

  void findings() {
    heading("Findings");
    const std::vector<Finding> found = lint(policy_);
    if (found.empty()) text_ += "<p>None.</p>\n";
    if (!found.empty()) text_ += "<ul>\n";
    for (const Finding& finding : found) {
      text_ += "<li>line " + std::to_string(finding.place.line) + ": " +
               escaped(finding.note ? "(note) " : "") + escaped(finding.what) + "</li>\n";
    }
    if (!found.empty()) text_ += "</ul>\n";
  }

  void changes() {
    heading("Changes");
    const Difference found = difference(*input_.against, policy_, input_.made);
    text_ += "<pre>" + escaped(difference_text(*input_.against, policy_, found)) + "</pre>\n";
  }

  void signatures() {
    heading("Signatures");
    text_ +=
        "<p>The digest at the foot of each page is what is signed.</p>\n"
        "<table class=\"sign\"><tr><th>name and office</th><th>date</th><th>signature</th></tr>";
    for (int i = 0; i < 3; ++i) text_ += "<tr><td></td><td></td><td></td></tr>";
    text_ += "</table>\n";
  }

  const ReportInput& input_;
  const Policy& policy_;
  std::string text_;
};

}  // namespace

std::string report(const ReportInput& input) { return Report(input).run(); }

}  // namespace policy::tool
