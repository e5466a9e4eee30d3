// Codec: one spelling for each message, and a reader that takes nothing else.
//
// A frame is: length of what follows (4 octets, big-endian), type (1 octet), fields in wire
// order. Integers are big-endian and of fixed width; a string or a list is its count (4 octets)
// and its items; a boolean is 0 or 1. Nothing may follow the last field.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guard/wire/any_message.h"

namespace guard::wire {

// kMaxFrame bounds a frame, its length field included: the largest stanza (1 MiB) with its
// replacement, or a configuration with many certificates and a large security policy.
constexpr std::size_t kMaxFrame = 16U << 20;
// kMaxConfiguration bounds what Configure and Reconfigure carry.
constexpr std::size_t kMaxConfiguration = kMaxFrame - 64;

// Why a frame was refused. A process that receives one stops: its sender has been taken over,
// or is another version.
struct WireError {
  std::string_view what;  // a literal
};

// append_frame writes one message to the end of `out`. REQUIRES: the frame fits in kMaxFrame.
void append_frame(std::string& out, const AnyMessage& message);

// decode_frame reads one whole frame, without its length field.
[[nodiscard]] std::expected<AnyMessage, WireError> decode_frame(std::string_view frame);

// encode_configuration and decode_configuration write and read what Configure carries.
template <class Configuration>
[[nodiscard]] std::string encode_configuration(const Configuration& configuration);
template <class Configuration>
[[nodiscard]] std::expected<Configuration, WireError> decode_configuration(std::string_view bytes);

// FrameReader cuts a byte stream into frames.
class FrameReader {
 public:
  // add takes the next octets of the stream.
  void add(std::string_view bytes);

  // next returns the next message; nullopt inside when there is no whole frame yet. After an
  // error every call returns that error.
  [[nodiscard]] std::expected<std::optional<AnyMessage>, WireError> next();

  // partial says whether part of a frame is waiting (at end of file: the sender died in it).
  [[nodiscard]] bool partial() const { return begin_ < buffer_.size(); }

 private:
  std::string buffer_;
  std::size_t begin_ = 0;  // of what has not been read
  std::optional<WireError> error_;
};

}  // namespace guard::wire
