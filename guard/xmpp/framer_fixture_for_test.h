// What a framer says about bytes, however they are cut: what its tests have in common.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "guard/xmpp/framer.h"

namespace guard::xmpp {

inline constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams' "
    "to='low.example' version=\"1.0\">";

// Outcome is everything that a framer said about some input, white space runs joined.
struct Outcome {
  std::vector<std::string> frames;
  std::optional<FrameFault> fault;

  bool operator==(const Outcome&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  for (const std::string& frame : outcome.frames) out << '[' << frame << "] ";
  return out << (outcome.fault ? to_string(*outcome.fault) : "no fault");
}

inline void drain(Framer& framer, Outcome& outcome) {
  while (true) {
    const auto frame = framer.next();
    if (!frame) {
      outcome.fault = frame.error();
      return;
    }
    switch (frame->kind) {
      case FrameKind::kNothing:
        return;
      case FrameKind::kHeader:
        outcome.frames.push_back("H" + std::string(frame->bytes));
        break;
      case FrameKind::kElement:
        outcome.frames.push_back("E" + std::to_string(frame->elements) + std::string(frame->bytes));
        break;
      case FrameKind::kWhitespace:
        if (outcome.frames.empty() || outcome.frames.back().front() != 'W') {
          outcome.frames.push_back("W");
        }
        outcome.frames.back() += frame->bytes;
        break;
      case FrameKind::kClose:
        outcome.frames.push_back("C" + std::string(frame->bytes));
        break;
    }
  }
}

inline Outcome frame_whole(std::string_view bytes, const FrameLimits& limits = {}) {
  Framer framer(limits);
  Outcome outcome;
  framer.feed(bytes);
  drain(framer, outcome);
  return outcome;
}

inline Outcome frame_bytewise(std::string_view bytes, const FrameLimits& limits = {}) {
  Framer framer(limits);
  Outcome outcome;
  for (const char byte : bytes) {
    framer.feed({&byte, 1});
    drain(framer, outcome);
    if (outcome.fault) break;
  }
  return outcome;
}

// frame_everywhere checks that every way to cut the input once, and cutting it everywhere, says
// the same.
inline Outcome frame_everywhere(std::string_view bytes, const FrameLimits& limits = {}) {
  const Outcome whole = frame_whole(bytes, limits);
  EXPECT_EQ(whole, frame_bytewise(bytes, limits)) << bytes;
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    Framer framer(limits);
    Outcome outcome;
    framer.feed(bytes.substr(0, cut));
    drain(framer, outcome);
    if (!outcome.fault) {
      framer.feed(bytes.substr(cut));
      drain(framer, outcome);
    }
    EXPECT_EQ(whole, outcome) << bytes << "\ncut at " << cut;
  }
  return whole;
}

// in_stream frames `bytes` behind a header and gives what follows the header.
inline Outcome in_stream(std::string_view bytes, const FrameLimits& limits = {}) {
  Outcome outcome = frame_everywhere(std::string(kHeader) + std::string(bytes), limits);
  EXPECT_FALSE(outcome.frames.empty());
  outcome.frames.erase(outcome.frames.begin());
  return outcome;
}

inline std::optional<FrameFault> fault_of(std::string_view bytes, const FrameLimits& limits = {}) {
  return in_stream(bytes, limits).fault;
}

inline std::string repeat(std::string_view text, std::size_t times) {
  std::string result;
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace guard::xmpp
