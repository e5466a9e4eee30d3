#include "guard/wire/codec.h"

#include <array>
#include <optional>
#include <utility>

#include "guard/base/check.h"
#include "guard/wire/fields.h"

namespace guard::wire {
namespace {

constexpr std::size_t kLengthSize = 4;

template <std::size_t Index>
std::expected<AnyMessage, WireError> decode_as(std::string_view fields) {
  std::variant_alternative_t<Index, MessageAlternatives> message;
  FieldReader reader(fields);
  std::remove_reference_t<decltype(message)>::fields(message, reader);
  if (!reader.fault().empty()) return std::unexpected(WireError{reader.fault()});
  if (!reader.at_end()) return std::unexpected(WireError{"octets follow the last field"});
  return AnyMessage(std::move(message));
}

using Decoder = std::expected<AnyMessage, WireError> (*)(std::string_view);

template <std::size_t... Index>
constexpr std::array<Decoder, sizeof...(Index)> make_decoders(std::index_sequence<Index...>) {
  return {&decode_as<Index>...};
}

constexpr auto kDecoders =
    make_decoders(std::make_index_sequence<std::variant_size_v<MessageAlternatives>>());

void write_length(std::string& out, std::size_t at, std::size_t length) {
  for (std::size_t i = 0; i < kLengthSize; ++i) {
    out[at + i] = static_cast<char>(length >> (8 * (kLengthSize - 1 - i)));
  }
}

}  // namespace

void append_frame(std::string& out, const AnyMessage& message) {
  const std::size_t start = out.size();
  out.append(kLengthSize, '\0');
  out.push_back(static_cast<char>(message.index()));
  FieldWriter writer(out);
  std::visit(
      [&writer](const auto& alternative) {
        std::decay_t<decltype(alternative)>::fields(alternative, writer);
      },
      message);
  const std::size_t length = out.size() - start - kLengthSize;
  CHECK(length + kLengthSize <= kMaxFrame);
  write_length(out, start, length);
}

std::expected<AnyMessage, WireError> decode_frame(std::string_view frame) {
  if (frame.empty()) return std::unexpected(WireError{"an empty frame"});
  const auto type = static_cast<unsigned char>(frame.front());
  if (type >= kDecoders.size()) return std::unexpected(WireError{"no such message type"});
  return kDecoders[type](frame.substr(1));
}

template <class Configuration>
std::string encode_configuration(const Configuration& configuration) {
  std::string out;
  FieldWriter writer(out);
  Configuration::fields(configuration, writer);
  return out;
}

template <class Configuration>
std::expected<Configuration, WireError> decode_configuration(std::string_view bytes) {
  Configuration configuration;
  FieldReader reader(bytes);
  Configuration::fields(configuration, reader);
  if (!reader.fault().empty()) return std::unexpected(WireError{reader.fault()});
  if (!reader.at_end()) return std::unexpected(WireError{"octets follow the last field"});
  return configuration;
}

template std::string encode_configuration(const EdgeConfiguration&);
template std::string encode_configuration(const FilterConfiguration&);
template std::string encode_configuration(const RecorderConfiguration&);
template std::expected<EdgeConfiguration, WireError> decode_configuration(std::string_view);
template std::expected<FilterConfiguration, WireError> decode_configuration(std::string_view);
template std::expected<RecorderConfiguration, WireError> decode_configuration(std::string_view);

void FrameReader::add(std::string_view bytes) {
  // What has been read is dropped when it is the larger part, so that the cost stays linear.
  if (begin_ > 0 && begin_ >= buffer_.size() / 2) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  buffer_.append(bytes);
}

std::expected<std::optional<AnyMessage>, WireError> FrameReader::next() {
  if (error_) return std::unexpected(*error_);
  const std::string_view rest = std::string_view(buffer_).substr(begin_);
  if (rest.size() < kLengthSize) return std::nullopt;
  std::size_t length = 0;
  for (const char octet : rest.substr(0, kLengthSize)) {
    length = length << 8 | static_cast<unsigned char>(octet);
  }
  if (length + kLengthSize > kMaxFrame) {
    error_ = WireError{"a frame over the limit"};
    return std::unexpected(*error_);
  }
  if (rest.size() < kLengthSize + length) return std::nullopt;
  auto message = decode_frame(rest.substr(kLengthSize, length));
  if (!message) {
    error_ = message.error();
    return std::unexpected(*error_);
  }
  begin_ += kLengthSize + length;
  return std::optional<AnyMessage>(std::move(*message));
}

}  // namespace guard::wire
