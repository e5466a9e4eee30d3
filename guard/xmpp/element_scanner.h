// ElementScanner: walks over the bytes of one element and finds its end.
//
// It borrows the bytes anew for each call, so that the buffer may move between calls; what it
// remembers are offsets from the element's first byte. It can stop at any byte and go on.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "guard/xmpp/frame_fault.h"

namespace guard::xmpp {

class ElementScanner {
 public:
  // start begins a new element. Where `header` is set, the scan ends with the start tag, which
  // must not be an empty-element tag.
  void start(bool header);

  // scan goes on with `bytes`, which are the element from its first byte (a '<') as far as it is
  // known and which begin with what the last call saw. It gives the element's size once its last
  // byte is there, 0 where more is needed, or a fault. It never looks past limits.bytes.
  // REQUIRES: limits.depth <= kDepthCeiling, limits.bytes < 2^32, the same limits for an element.
  [[nodiscard]] std::expected<std::size_t, FrameFault> scan(std::string_view bytes,
                                                            const FrameLimits& limits);

  [[nodiscard]] std::uint32_t elements() const { return elements_; }
  [[nodiscard]] std::uint32_t deepest() const { return deepest_; }
  // name_size is the length of the top-level element's name, which begins at offset 1.
  [[nodiscard]] std::size_t name_size() const { return open_[0].size; }

 private:
  // Where the scanner stands, always in front of the byte at at_:
  //
  //            '<'           name          white space                '='          quote
  //   Content ───→ TagOpen ─────→ TagName ────────────→ InTag ─→ AttributeName → Equals → Quote
  //     ↑ ↑            │ '/'         │ '>'               ↑  │ '/'                           │
  //     │ │            ▼             └→ Content          │  └→ EmptyEnd                      ▼
  //     │ └── CloseEnd ← CloseName                 AfterValue ←──────────────────────── Value
  //     └── Cdata                                     (all of them: the element's end → End)
  enum class State : std::uint8_t {
    kContent,
    kTagOpen,
    kTagName,
    kInTag,
    kAttributeName,
    kEquals,
    kQuote,
    kValue,
    kAfterValue,
    kEmptyEnd,
    kCloseName,
    kCloseEnd,
    kCdata,
    kEnd,
  };
  // What a step came to: go on with the state, wait for bytes, or give the fault in fault_.
  enum class Step : std::uint8_t { kGo, kMore, kFault };
  struct OpenTag {
    std::uint32_t offset;  // of the name, from the element's first byte
    std::uint32_t size;
  };

  // stride goes over content and whole, plain tags without a state in between: what nearly all
  // stanzas consist of. It stops in front of anything else, of which `step` is the judge.
  void stride(std::string_view bytes, const FrameLimits& limits);
  Step step(std::string_view bytes, const FrameLimits& limits);
  Step content(std::string_view bytes);
  Step tag_open(std::string_view bytes);
  Step declaration(std::string_view bytes);
  Step tag_name(std::string_view bytes, const FrameLimits& limits);
  Step in_tag(std::string_view bytes);
  Step attribute_name(std::string_view bytes, const FrameLimits& limits);
  Step equals(std::string_view bytes);
  Step quote(std::string_view bytes);
  Step value(std::string_view bytes);
  Step after_value(std::string_view bytes);
  Step empty_end(std::string_view bytes);
  Step close_name(std::string_view bytes);
  Step close_end(std::string_view bytes);
  Step cdata(std::string_view bytes);

  Step name(std::string_view bytes);                // past the name that began at token_
  Step special_characters(std::string_view bytes);  // a control, or a run of non-ASCII ones
  Step reference(std::string_view bytes);           // one reference, from its '&'
  Step finish_start_tag(bool empty);
  Step close_one();
  Step fault(FrameFault fault);
  bool skip_space(std::string_view bytes);  // false where the bytes end
  Step go(State state) {
    state_ = state;
    return Step::kGo;
  }

  State state_ = State::kEnd;
  FrameFault fault_ = FrameFault::kMalformed;
  bool header_ = false;
  char quote_ = 0;
  std::size_t at_ = 0;     // the next byte to look at
  std::size_t token_ = 0;  // where the name in hand began
  std::uint32_t depth_ = 0;
  std::uint32_t deepest_ = 0;
  std::uint32_t elements_ = 0;
  std::uint32_t attributes_ = 0;
  std::uint32_t namespaces_ = 0;
  std::array<OpenTag, kDepthCeiling> open_{};
};

}  // namespace guard::xmpp
