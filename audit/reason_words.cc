#include "audit/reason_words.h"

#include <utility>

namespace audit {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

constexpr Entry kWords[] = {
    // Of the policy.
    {"not-judged", "nobody decided"},
    {"allowed", "a rule of the policy allows it, and both ends have the clearance"},
    {"facts-inconsistent", "lane, peer, kind and type do not fit together"},
    {"from-not-of-peer", "the sender's domain is not one of the peer that sent it"},
    {"no-route", "no peer has the domain that it was for"},
    {"within-side", "it was for the side that it came from, and nothing takes it there"},
    {"not-visible", "no rule lets anything pass between these two peers"},
    {"peer-blocked", "one of the two peers is blocked"},
    {"peer-inactive", "one of the two peers is not active yet, or no more"},
    {"label-twice", "it bears more than one label"},
    {"label-structure", "its label is not made as XEP-0258 says"},
    {"label-format", "its label is in a format that is not read"},
    {"label-base64", "its label is not canonical base64"},
    {"label-encoding", "its label is not the DER of a security label"},
    {"label-missing", "it bears no label, and its peer has no default label"},
    {"label-on-presence", "a presence may not bear a label"},
    {"label-on-iq", "an iq may not bear a label"},
    {"label-on-error", "an error may not bear a label"},
    {"label-policy", "its label is under another security policy"},
    {"label-unknown", "its label has a value that the security policy does not have"},
    {"label-invalid", "its label has values that do not go together, or not at that moment"},
    {"equivalent-twice", "it bears two equivalent labels under one policy"},
    {"sender-translation",
     "its label, under its peer's own security policy, has no equivalent in the governing one"},
    {"sender-clearance", "its label is not within what the sending peer may send"},
    {"receiver-clearance", "its label is not within what the receiving peer may receive"},
    {"receiver-translation",
     "its label has no equivalent in the receiving peer's own security policy"},
    {"no-rule", "no rule is about this type between these two peers"},
    {"refused-by-rule", "a rule that refuses matched it"},
    {"part-not-allowed", "no rule allows a part that it has"},
    {"element-not-allowed", "no rule allows an element that it has"},
    {"too-long", "it is longer than the nearest rule allows"},
    {"nothing-left", "nothing of its content would be left"},
    {"certificate-clearance", "the certificate of its stream bears no clearance that can be read"},
    // Of the filter.
    {"stream-not-authenticated", "its stream was not authenticated"},
    {"address-missing", "it has no sender or no receiver"},
    {"from-not-authenticated", "the sender's domain is not authenticated on its stream"},
    {"pair-not-authenticated", "the pair of domains is not authenticated on its stream"},
    {"from-malformed", "the sender is no address"},
    {"jid-malformed", "the receiver is no address"},
    {"type-unknown", "no stanza of this kind has such a type"},
    {"schema", "it is not valid by the schemas"},
    {"element-unknown", "it has an element that is not in the guard's vocabulary"},
    {"attribute-unknown", "it has an attribute that is not in the guard's vocabulary"},
    {"text-misplaced", "it has text where none may be"},
    {"element-repeated", "something stands twice that may stand once"},
    {"value-not-allowed", "it has a value that may not be there"},
    {"payload-jid-malformed", "an address in its payload is none"},
    {"payload-jid-foreign", "an address in its payload is of neither end"},
    {"too-long-written", "written anew it would be longer than the limit"},
    {"catalog-answered", "it asks for a label catalog, with which the guard itself has answered"},
    {"catalog-too-large", "the label catalog that it asks for would be too large"},
    {"error-reduced",
     "an error may not bear a label: one with its condition alone crossed instead"},
    {"payload-missing", "it has no payload, or is an error that says nothing"},
    {"internal", "the parser failed"},
    // Of the recorder.
    {"stream-closed", "an earlier stanza of the same stream had the stream closed"},
    {"queue-full", "the receiver's queue had no room"},
    {"store-full", "the hand-over store had no room"},
    {"no-request", "it answers no request that is outstanding"},
    {"request-repeated", "the same request is outstanding already"},
    {"requests-full", "its sender waits for as many answers as it may"},
    {"filter-died", "it ended its filter twice"},
    {"edge-died", "its edge died, or lied, before it was judged"},
    {"service-stopping", "the service was stopped before it was judged"},
    {"clock", "the clock is behind the log"},
    {"direction-stopped", "an operator has stopped this direction"},
};

}  // namespace

std::string_view reason_words(std::string_view reason) {
  for (const auto& [name, words] : kWords) {
    if (name == reason) return words;
  }
  if (reason.starts_with("frame-")) return "its octets are no frame of an XMPP stream";
  if (reason.starts_with("xml-")) return "the XML parser refused it";
  return {};
}

}  // namespace audit
