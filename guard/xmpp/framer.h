// Framer: cuts the bytes of a stream into a header, top-level elements, white space and the end
// tag, and refuses what RFC 6120 section 11 bans, before any XML parser sees a byte.
//
// Who controls its input: a hostile peer. What it promises about an element that it lets pass:
// valid UTF-8 of characters that XML 1.0 allows; no comment, processing instruction, DOCTYPE or
// declared entity; start and end tags that match; every bound of FrameLimits kept. What it leaves
// to the XML parser: names' non-ASCII characters, duplicate attributes, prefixes, namespaces.
//
// Time is linear in the bytes fed, however they are split; memory is bounded by the byte limit
// plus what one call of prepare() or feed() brought.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "guard/xmpp/element_scanner.h"
#include "guard/xmpp/frame_fault.h"

namespace guard::xmpp {

enum class FrameKind : std::uint8_t {
  kNothing,     // more bytes are needed
  kHeader,      // the stream's start tag; an XML declaration before it was checked and left out
  kElement,     // a complete top-level element
  kWhitespace,  // one or more white space characters between elements
  kClose,       // the stream's end tag
};

// Frame borrows from the framer's buffer: its views die at the next prepare(), feed() or restart().
struct Frame {
  FrameKind kind = FrameKind::kNothing;
  std::string_view bytes{};    // of the whole frame; empty for kNothing
  std::string_view name{};     // the qualified name as written; for kHeader and kElement
  std::uint32_t elements = 0;  // in the frame; for kElement
};

// Framer is used by one thread. Feed bytes, then call next() until it gives kNothing or a fault.
class Framer {
 public:
  // REQUIRES: limits.depth <= kDepthCeiling (also for set_limits).
  explicit Framer(const FrameLimits& limits);

  // prepare gives room for at least `size` octets; commit appends the first `size` of them. So a
  // socket or TLS adapter can write without a copy.
  [[nodiscard]] std::span<char> prepare(std::size_t size);
  void commit(std::size_t size);

  // feed copies the bytes in: prepare, copy, commit.
  void feed(std::string_view bytes);

  // next gives the next frame, kNothing where it is not complete yet, or the fault. After a fault
  // every further call gives the same fault.
  [[nodiscard]] std::expected<Frame, FrameFault> next();

  // restart makes the framer expect a stream header again. Bytes not yet framed are kept; see
  // buffered().
  void restart();

  // discard drops all bytes not yet framed.
  void discard();

  // buffered says how many bytes have not been framed yet. Behind <starttls/> or <proceed/> it
  // must be 0 (SPEC: S3).
  [[nodiscard]] std::size_t buffered() const { return filled_ - begin_; }

  // set_limits changes the bounds from the next frame on. REQUIRES: no frame is half read, or the
  // new bounds are wider.
  void set_limits(const FrameLimits& limits);

 private:
  enum class Place : std::uint8_t { kBeforeHeader, kInStream, kClosed };

  [[nodiscard]] std::expected<Frame, FrameFault> before_header();
  [[nodiscard]] std::expected<Frame, FrameFault> in_stream();
  [[nodiscard]] std::expected<Frame, FrameFault> closed();
  [[nodiscard]] std::expected<Frame, FrameFault> declaration();
  [[nodiscard]] std::expected<Frame, FrameFault> element(FrameKind kind);
  [[nodiscard]] std::expected<Frame, FrameFault> end_tag();
  [[nodiscard]] Frame whitespace();
  [[nodiscard]] std::unexpected<FrameFault> fail(FrameFault fault);
  [[nodiscard]] std::string_view pending() const { return {buffer_.get() + begin_, buffered()}; }

  FrameLimits limits_;
  ElementScanner scanner_;
  Place place_ = Place::kBeforeHeader;
  bool scanning_ = false;  // scanner_ stands within what begins at begin_
  bool declared_ = false;  // an XML declaration was read for the header to come
  std::optional<FrameFault> fault_;
  std::string stream_name_;  // the header's qualified name, which the end tag must repeat
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;   // first octet not framed yet
  std::size_t filled_ = 0;  // end of what was fed
};

// OneStanza is what exactly_one_stanza saw. `name` borrows from the input.
struct OneStanza {
  std::string_view name{};  // "message", "presence" or "iq"
  std::uint32_t elements = 0;
  std::uint32_t depth = 0;
  // Where the start tag's name ends, in octets from 0: the place to splice a default namespace.
  std::size_t name_end = 0;
};

// exactly_one_stanza frames again what another process says is one stanza: the bytes must be
// exactly one element called message, presence or iq without a prefix, and keep the limits;
// nothing may precede or follow it, not even white space. It does not copy or allocate.
[[nodiscard]] std::expected<OneStanza, FrameFault> exactly_one_stanza(std::string_view bytes,
                                                                      const FrameLimits& limits);

// is_stanza_name says whether a qualified name is that of a stanza in the default namespace.
[[nodiscard]] bool is_stanza_name(std::string_view name);

}  // namespace guard::xmpp
