// The framer on any bytes. Property: how the bytes are cut changes nothing (split invariance); and
// what it calls a stanza, exactly_one_stanza calls one too.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/base/check.h"
#include "guard/xmpp/framer.h"

namespace {

using guard::xmpp::exactly_one_stanza;
using guard::xmpp::FrameFault;
using guard::xmpp::FrameKind;
using guard::xmpp::FrameLimits;
using guard::xmpp::Framer;
using guard::xmpp::is_stanza_name;

// Small, so that the fuzzer finds every bound.
constexpr FrameLimits kLimits{
    .bytes = 200, .depth = 6, .attributes = 4, .namespaces = 3, .elements = 8};

struct Outcome {
  std::vector<std::string> frames;
  std::optional<FrameFault> fault;
  std::size_t left = 0;

  bool operator==(const Outcome&) const = default;
};

void drain(Framer& framer, Outcome& outcome) {
  while (!outcome.fault) {
    const auto frame = framer.next();
    if (!frame) {
      outcome.fault = frame.error();
      return;
    }
    if (frame->kind == FrameKind::kNothing) return;
    const bool space = frame->kind == FrameKind::kWhitespace;
    const char kind = static_cast<char>('0' + static_cast<int>(frame->kind));
    if (!space || outcome.frames.empty() || outcome.frames.back().front() != kind) {
      outcome.frames.emplace_back(1, kind);
    }
    outcome.frames.back() += frame->bytes;
    if (frame->kind == FrameKind::kElement) {
      CHECK(frame->bytes.size() <= kLimits.bytes && frame->elements <= kLimits.elements);
      const auto one = exactly_one_stanza(frame->bytes, kLimits);
      CHECK(one.has_value() == is_stanza_name(frame->name));
      CHECK(one || one.error() == FrameFault::kNotAStanza);
    }
  }
}

Outcome frame(std::string_view bytes, std::size_t piece) {
  Framer framer(kLimits);
  Outcome outcome;
  while (!bytes.empty() && !outcome.fault) {
    framer.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    drain(framer, outcome);
  }
  if (!outcome.fault) outcome.left = framer.buffered();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const Outcome whole = frame(bytes, bytes.size() + 1);
  CHECK(whole == frame(bytes, 1));
  CHECK(whole == frame(bytes, 1U + data[0] % 61U));
  return 0;
}
