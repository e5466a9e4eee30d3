// StreamEvent and StreamAction: what goes into the two stream machines and what comes out.
//
// The shell owns socket, TLS and timers. It hands each thing that happens to `on`, and carries out
// the actions in the order in which they come.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "guard/xmpp/frame_fault.h"
#include "guard/xmpp/peer_lookup.h"
#include "guard/xmpp/stanza_error.h"
#include "guard/xmpp/stream_error.h"

namespace guard::xmpp {

// DomainPair is an ordered pair of normal domains. On both machines `remote` is the peer's domain
// and `local` the far domain that the guard speaks for, whoever opened the stream.
struct DomainPair {
  std::string remote{};
  std::string local{};

  auto operator<=>(const DomainPair&) const = default;
};

enum class TimeoutKind : std::uint8_t {
  kAuthentication,   // TCP to authenticated took too long: connection-timeout
  kKeepalive,        // silence: send a white space character
  kIdle,             // silence for too long: connection-timeout
  kClose,            // the peer did not answer our end tag: disconnect
  kAcknowledgement,  // outbound: something is not acknowledged for a while: ask again
};

// PlaceRun: stanzas `first` to `last` of one direction of a stream; the first stanza is 1.
struct PlaceRun {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  auto operator<=>(const PlaceRun&) const = default;
};

enum class DialbackVerdict : std::uint8_t { kValid, kInvalid, kError };

// ---- events -------------------------------------------------------------------------------

// Connected: TCP is up (outbound), or was accepted (inbound). The first event of a machine.
struct Connected {};
// Received: bytes from the peer, decrypted where TLS is up; borrowed for the call. At most 65,536
// octets at once are expected; more is legal and costs memory.
struct Received {
  std::string_view bytes{};
};
// TlsEstablished: the handshake that a StartTls action (or direct TLS) began has succeeded. Where
// it fails the shell sends Disconnected.
struct TlsEstablished {
  TlsFacts facts{};
};
// DialbackAnswered answers an AskAuthoritative of an inbound machine.
struct DialbackAnswered {
  DomainPair pair{};
  DialbackVerdict verdict = DialbackVerdict::kError;
  // For kError: remote-server-not-found where the authoritative server was not reached
  // (SPEC: XEP-0220 2.1.2).
  StanzaError condition = StanzaError::kRemoteServerNotFound;
};
// VerifyRequested asks an outbound machine to send db:verify (from another stream's
// AskAuthoritative). The answer is a Verified action with the same pair and id, always exactly one.
struct VerifyRequested {
  DomainPair pair{};
  std::string stream_id{};
  std::string key{};
};
// StanzasSent tells a machine of so many stanzas that the shell has written, in order.
struct StanzasSent {
  std::uint32_t count = 0;
};
// StanzasHandled tells a machine which more of the stanzas that came are handled: the guard is
// responsible for them now (SPEC: S23). When to say so is the shell's affair. `count` is for those
// next in order; `runs` names them one by one, where the machine tells_each: one of the two.
struct StanzasHandled {
  std::uint64_t count = 0;
  std::vector<PlaceRun> runs{};
};
// PairWanted asks that the peer take stanzas of one more pair on this stream. The answer is one
// PairAdded or PairRefused with that pair, always.
struct PairWanted {
  DomainPair pair{};
};
// CloseRequested: close with this error (relayed after a commit, reload, stop), or in good order.
struct CloseRequested {
  std::optional<StreamError> error{};
};
struct Timeout {
  TimeoutKind kind = TimeoutKind::kClose;
};
// Disconnected: TCP or TLS is gone. The last event.
struct Disconnected {};

using StreamEvent =
    std::variant<Connected, Received, TlsEstablished, DialbackAnswered, VerifyRequested,
                 StanzasSent, StanzasHandled, PairWanted, CloseRequested, Timeout, Disconnected>;

// ---- actions ------------------------------------------------------------------------------

// Send: write these bytes to the peer.
struct Send {
  std::string bytes{};
};
// StartTls: begin the handshake once everything sent before is written (nothing was received that
// is not consumed). Present the certificate for `local`; a server still prefers SNI, where the
// name is one that the peer may see. As a client send SNI `remote`.
struct StartTls {
  DomainPair pair{};
};
// Authenticated: the pair may carry stanzas from now on; ours, as soon as may_send. On an inbound
// machine it may come again for further pairs.
enum class AuthMethod : std::uint8_t {
  kExternal,     // SASL EXTERNAL
  kCertificate,  // a db:result that the certificate answered (XEP-0344)
  kDialback,
};
struct Authenticated {
  DomainPair pair{};
  AuthMethod method = AuthMethod::kExternal;
};
// AuthenticationRefused is for the audit log and for counting; the machine answers the peer itself.
enum class RefusalCause : std::uint8_t {
  kUnknownHost,        // not a peer's domain, or not one that it may see
  kTlsBelowFloor,      // version below the demanded one
  kKeyNotPinned,       // keys are pinned for the peer, and this is none of them
  kCertificate,        // missing, chain not valid, or does not name the domain
  kAuthzid,            // SASL authzid of another domain
  kMechanism,          // not EXTERNAL, or EXTERNAL was not offered
  kDialbackForbidden,  // the peer's policy demands a certificate
  kDialbackInvalid,    // the authoritative server said no
  kDialbackError,      // it could not be asked
  kRefusedByPeer,      // outbound: the peer would not have us
  kTooMany,            // pending or authenticated pairs past the bound
};
// Admitted: on a stream that we have opened, the peer may send stanzas of the pair from now on
// (SPEC: XEP-0288). May come again for further pairs.
struct Admitted {
  DomainPair pair{};
};
// PairAdded: the peer takes stanzas of a pair that was wanted. On a bidirectional stream it may
// send those of the inverse.
struct PairAdded {
  DomainPair pair{};
};
// PairRefused: it does not, or the stream is over. The stream itself goes on, if it is there.
struct PairRefused {
  DomainPair pair{};
};
struct AuthenticationRefused {
  DomainPair pair{};
  RefusalCause cause = RefusalCause::kCertificate;
  std::optional<CertificateFault> fault{};  // what is wrong with it, for kCertificate
};
// AskAuthoritative: ask a server that is authoritative for pair.remote (an outbound machine to the
// same peer, VerifyRequested) and answer with DialbackAnswered.
struct AskAuthoritative {
  DomainPair pair{};
  std::string stream_id{};
  std::string key{};
};
// Verified: what the authoritative server said, or kError where the stream ended first.
struct Verified {
  DomainPair pair{};
  std::string stream_id{};
  DialbackVerdict verdict = DialbackVerdict::kError;
};
// Stanza: one complete stanza, framed; borrowed until the machine's next call.
struct Stanza {
  std::string_view bytes{};
};
// Acknowledged: the peer has taken responsibility for these of the stanzas that StanzasSent has
// told of (SPEC: XEP-0198). Places count from the first that StanzasSent told of. From a peer that
// tells_each some may have been named before.
struct Acknowledged {
  PlaceRun run{};
};
// PeerLimits: what the far server says it takes (SPEC: XEP-0478).
struct PeerLimits {
  std::optional<std::uint64_t> max_bytes{};
  std::optional<std::uint64_t> idle_seconds{};
};
// Closing: the stream is being closed; nothing but the close handshake follows. Arm kClose.
enum class CloseCause : std::uint8_t {
  kPeerClosed,  // the peer's end tag came first
  kPeerError,   // the peer's stream error; `error` is its condition
  kRequested,   // CloseRequested; `error` may be empty
  kTimeout,
  kFrame,         // the framer refused; `fault` says what
  kProtocol,      // the peer broke the protocol; `error` says how
  kInjection,     // bytes behind <starttls/> or <proceed/>
  kDisconnected,  // the connection went without an end tag
  kRefused,       // authentication failed for good
};
struct Closing {
  CloseCause cause = CloseCause::kProtocol;
  std::optional<StreamError> error{};  // sent by us, or received (kPeerError)
  std::optional<FrameFault> fault{};
};
// Disconnect: close TCP once everything sent before is written. The last action.
struct Disconnect {};

using StreamAction = std::variant<Send, StartTls, Authenticated, Admitted, PairAdded, PairRefused,
                                  AuthenticationRefused, AskAuthoritative, Verified, Stanza,
                                  Acknowledged, PeerLimits, Closing, Disconnect>;

[[nodiscard]] std::string_view to_string(RefusalCause cause);

// floor_refusal names what a handshake lacks. REQUIRES: not meets_floor.
[[nodiscard]] RefusalCause floor_refusal(const TlsFacts& tls, const PeerDemands& demands);
[[nodiscard]] std::string_view to_string(CloseCause cause);
[[nodiscard]] std::string_view to_string(AuthMethod method);

}  // namespace guard::xmpp
