// What others hand over about a log: proofs, anchors, notes, requests, record encodings. Every
// reader is total, and what it accepts it writes again as it was.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "audit/anchor_line.h"
#include "audit/checkpoint.h"
#include "audit/proof.h"
#include "audit/request.h"
#include "audit/verify.h"
#include "guard/base/bytes.h"
#include "guard/base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = guard::as_text({data, size});
  if (const auto proof = audit::parse_proof(text)) {
    CHECK(audit::to_text(*proof) == text);
    (void)audit::check_proof(*proof, std::nullopt);
    (void)audit::check_proof(*proof, audit::PublicKey{});
  }
  if (const auto anchors = audit::read_anchors("input", text)) {
    for (const audit::Anchor& anchor : *anchors) {
      CHECK(audit::parse_note(anchor.text).has_value());
      (void)anchor.note.is_signed_by("xmpp-guard-root", {});
    }
  }
  if (const auto notes = audit::notes_in_syslog(text); notes && !notes->empty()) {
    CHECK(audit::is_syslog(text));
    (void)audit::read_anchors("input", *notes);
  }
  (void)audit::parse_note(text);
  if (const auto statement = audit::parse_key_statement(text)) {
    CHECK(audit::to_text(*statement) == text);
  }
  if (const auto checkpoint = audit::parse_checkpoint(text)) {
    CHECK(text.starts_with(audit::to_text(*checkpoint)));
  }
  if (const auto request = audit::parse_request(text)) {
    CHECK(text.starts_with(audit::to_text(request->request)));
    CHECK(request->text == audit::to_text(request->request));
  }
  if (const auto record = audit::read_encoding(text)) {
    std::string again;
    audit::append_encoding(again, *record);
    CHECK(again == text);
  }
  return 0;
}
