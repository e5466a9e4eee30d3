// Judge: the pure core of the filter. One offer in, one judgement out; no input or output, no
// clock, no memory of earlier stanzas.
//
//   frame again → whose stream → parse and validate → addresses → label and policy → write anew
//   → seal what the log keeps
//
// INVARIANT(FAIL_CLOSED): it is total. Whatever is unexpected refuses, with the reason "internal".
// guard/filter/README.md lists the reasons that are the filter's own.
#pragma once

#include <memory>
#include <string_view>

#include "guard/base/side.h"
#include "guard/base/utc_time.h"
#include "guard/filter/addresses.h"
#include "guard/filter/kept_content.h"
#include "guard/wire/messages.h"
#include "policy/policy.h"

namespace guard::filter {

struct JudgeOptions {
  // The bounds in force; the policy's are not looked at.
  std::uint32_t stanza_bytes = 262'144;
  std::uint32_t depth = 32;
  std::uint32_t attributes = 32;
  std::uint32_t namespaces = 16;
  std::uint32_t elements = 1'024;
  // Test builds only: a message whose body is kCrashRequest ends the process.
  bool crash_on_request = false;
};

// kCrashRequest is the body that makes a test build's filter abort, where its configuration says
// so.
inline constexpr std::string_view kCrashRequest = "xmpp-guard: crash this filter";

// can_crash_on_request says whether this build knows crash_on_request at all.
[[nodiscard]] bool can_crash_on_request();

// Judge keeps a parser and its buffers from one stanza to the next. Not thread-safe.
// REQUIRES: a schemas::XercesPlatform lives as long as it does.
class Judge {
 public:
  // `seal` is used where the policy keeps content; without it whatever is to be kept is withheld.
  // Throws std::logic_error where the embedded schemas are wrong.
  Judge(policy::Policy policy, Side side, const JudgeOptions& options, Seal seal = {});
  ~Judge();
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;

  // may_send says whether a peer is of the side that this judge's lanes begin at. An edge that
  // names another one has been taken over.
  [[nodiscard]] bool may_send(PeerIndex peer) const;

  // certificate_clearance reads what the certificate of a peer's stream says, where the policy asks
  // for it: the value of its extension subjectDirectoryAttributes, empty for none. REQUIRES:
  // may_send(peer).
  [[nodiscard]] policy::CertificateClearance certificate_clearance(PeerIndex peer,
                                                                   BytesView attributes) const;

  // judge answers one offer, in its lane. `context` is what is authenticated on its stream; nullptr
  // where that is nothing; `at` is the time of judgement: without one every date of the policy
  // refuses. REQUIRES: context is nullptr or may_send(context->peer); the lane begins at this side.
  [[nodiscard]] wire::Judgement judge(const StreamContext* context, const wire::Offer& offer,
                                      UtcTime at = {});

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace guard::filter
