#include "guard/xmpp/framer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "guard/base/check.h"

namespace guard::xmpp {
namespace {

constexpr std::size_t kSmallestBuffer = 1'024;
// A buffer that one large stanza has grown is given back when the next bytes come.
constexpr std::size_t kLargestKeptBuffer = 65'536;
// <?xml version="1.0" encoding="UTF-8" standalone="yes"?> and some white space.
constexpr std::size_t kDeclarationCeiling = 128;
constexpr std::size_t kEndTagSpaceCeiling = 64;

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// skip_space removes leading white space and says whether there was any.
bool skip_space(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text.size() != before;
}

// pseudo_attribute reads white space, `name`, '=' and a quoted value from the front of `text`;
// nullopt, and `text` untouched, where there is no such thing.
std::optional<std::string_view> pseudo_attribute(std::string_view& text, std::string_view name) {
  std::string_view rest = text;
  if (!skip_space(rest) || !rest.starts_with(name)) return std::nullopt;
  rest.remove_prefix(name.size());
  skip_space(rest);
  if (!rest.starts_with('=')) return std::nullopt;
  rest.remove_prefix(1);
  skip_space(rest);
  if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return std::nullopt;
  const std::size_t end = rest.find(rest.front(), 1);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view value = rest.substr(1, end - 1);
  text = rest.substr(end + 1);
  return value;
}

bool is_utf8_label(std::string_view encoding) {
  constexpr std::string_view kLabel = "utf-8";
  return std::ranges::equal(encoding, kLabel, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
  });
}

// declaration_fault judges what stands between "<?" and "?>" (SPEC: XML 1.0, 2.8; RFC 6120 11.5,
// 11.6). Only version 1.0 will do: 1.1 would change what a parser accepts.
std::optional<FrameFault> declaration_fault(std::string_view text) {
  if (!text.starts_with("xml")) return FrameFault::kProcessingInstruction;
  text.remove_prefix(3);
  if (!text.empty() && !is_space(text.front())) return FrameFault::kProcessingInstruction;
  if (pseudo_attribute(text, "version") != "1.0") return FrameFault::kXmlDeclaration;
  if (const auto encoding = pseudo_attribute(text, "encoding")) {
    if (!is_utf8_label(*encoding)) return FrameFault::kUnsupportedEncoding;
  }
  if (const auto standalone = pseudo_attribute(text, "standalone")) {
    if (standalone != "yes" && standalone != "no") return FrameFault::kXmlDeclaration;
  }
  skip_space(text);
  if (!text.empty()) return FrameFault::kXmlDeclaration;
  return std::nullopt;
}

}  // namespace

Framer::Framer(const FrameLimits& limits) : limits_(limits) {
  CHECK(limits.depth <= kDepthCeiling);
}

void Framer::set_limits(const FrameLimits& limits) {
  CHECK(limits.depth <= kDepthCeiling);
  limits_ = limits;
}

std::span<char> Framer::prepare(std::size_t size) {
  if (begin_ == filled_) {
    begin_ = filled_ = 0;
    if (capacity_ > kLargestKeptBuffer) {
      buffer_.reset();
      capacity_ = 0;
    }
  }
  if (capacity_ - filled_ < size && begin_ != 0) {
    std::memmove(buffer_.get(), buffer_.get() + begin_, buffered());
    filled_ -= begin_;
    begin_ = 0;
  }
  if (capacity_ - filled_ < size) {
    const std::size_t wanted = std::max({kSmallestBuffer, filled_ + size, capacity_ * 2});
    auto larger = std::make_unique_for_overwrite<char[]>(wanted);
    if (filled_ != 0) std::memcpy(larger.get(), buffer_.get(), filled_);
    buffer_ = std::move(larger);
    capacity_ = wanted;
  }
  return {buffer_.get() + filled_, size};
}

void Framer::commit(std::size_t size) {
  CHECK(size <= capacity_ - filled_);
  filled_ += size;
}

void Framer::feed(std::string_view bytes) {
  if (bytes.empty()) return;
  std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

std::expected<Frame, FrameFault> Framer::next() {
  if (fault_) return std::unexpected(*fault_);
  if (begin_ == filled_) return Frame{};
  switch (place_) {
    case Place::kBeforeHeader:
      return before_header();
    case Place::kInStream:
      return in_stream();
    case Place::kClosed:
      return closed();
  }
  return fail(FrameFault::kMalformed);
}

void Framer::restart() {
  place_ = Place::kBeforeHeader;
  scanning_ = false;
  declared_ = false;
  stream_name_.clear();
}

void Framer::discard() {
  begin_ = filled_;
  scanning_ = false;
}

std::expected<Frame, FrameFault> Framer::before_header() {
  const std::string_view bytes = pending();
  if (is_space(bytes.front())) return whitespace();
  if (bytes.front() != '<') return fail(FrameFault::kTextBetweenStanzas);
  if (bytes.size() < 2) return Frame{};
  if (bytes[1] == '?') return declaration();
  if (bytes[1] == '/') return fail(FrameFault::kMismatchedTag);
  auto header = element(FrameKind::kHeader);
  if (header && header->kind == FrameKind::kHeader) {
    stream_name_ = header->name;
    place_ = Place::kInStream;
  }
  return header;
}

std::expected<Frame, FrameFault> Framer::declaration() {
  const std::string_view bytes = pending().substr(0, kDeclarationCeiling);
  const std::size_t end = bytes.find("?>", 2);
  if (end == std::string_view::npos) {
    if (bytes.size() < kDeclarationCeiling) return Frame{};
    return fail(FrameFault::kXmlDeclaration);
  }
  if (declared_) return fail(FrameFault::kXmlDeclaration);
  if (const auto fault = declaration_fault(bytes.substr(2, end - 2))) return fail(*fault);
  declared_ = true;
  begin_ += end + 2;
  return next();
}

std::expected<Frame, FrameFault> Framer::in_stream() {
  const std::string_view bytes = pending();
  if (scanning_) return element(FrameKind::kElement);
  if (is_space(bytes.front())) return whitespace();
  if (bytes.front() != '<') return fail(FrameFault::kTextBetweenStanzas);
  if (bytes.size() < 2) return Frame{};
  if (bytes[1] == '/') return end_tag();
  return element(FrameKind::kElement);
}

std::expected<Frame, FrameFault> Framer::element(FrameKind kind) {
  if (!scanning_) {
    scanner_.start(kind == FrameKind::kHeader);
    scanning_ = true;
  }
  const std::string_view bytes = pending();
  const auto size = scanner_.scan(bytes, limits_);
  if (!size) return fail(size.error());
  if (*size == 0) return Frame{};
  scanning_ = false;
  begin_ += *size;
  return Frame{.kind = kind,
               .bytes = bytes.substr(0, *size),
               .name = bytes.substr(1, scanner_.name_size()),
               .elements = scanner_.elements()};
}

std::expected<Frame, FrameFault> Framer::end_tag() {
  const std::string_view bytes = pending();
  const std::string_view name = bytes.substr(2, stream_name_.size());
  if (!std::string_view(stream_name_).starts_with(name)) return fail(FrameFault::kMismatchedTag);
  if (name.size() < stream_name_.size()) return Frame{};
  std::string_view rest = bytes.substr(2 + name.size(), kEndTagSpaceCeiling);
  const bool cut = rest.size() == kEndTagSpaceCeiling;
  skip_space(rest);
  if (rest.empty() && !cut) return Frame{};
  if (!rest.starts_with('>')) return fail(FrameFault::kMismatchedTag);
  const std::string_view tag =
      bytes.substr(0, static_cast<std::size_t>(rest.data() - bytes.data()) + 1);
  begin_ += tag.size();
  place_ = Place::kClosed;
  return Frame{.kind = FrameKind::kClose, .bytes = tag, .name = name, .elements = 0};
}

std::expected<Frame, FrameFault> Framer::closed() {
  if (is_space(pending().front())) return whitespace();
  return fail(FrameFault::kAfterClose);
}

Frame Framer::whitespace() {
  const std::string_view bytes = pending();
  const auto end = std::ranges::find_if_not(bytes, is_space);
  const std::string_view run = bytes.substr(0, static_cast<std::size_t>(end - bytes.begin()));
  begin_ += run.size();
  return Frame{.kind = FrameKind::kWhitespace, .bytes = run, .name = {}, .elements = 0};
}

std::unexpected<FrameFault> Framer::fail(FrameFault fault) {
  fault_ = fault;
  return std::unexpected(fault);
}

bool is_stanza_name(std::string_view name) {
  return name == "message" || name == "presence" || name == "iq";
}

std::expected<OneStanza, FrameFault> exactly_one_stanza(std::string_view bytes,
                                                        const FrameLimits& limits) {
  if (bytes.size() > limits.bytes) return std::unexpected(FrameFault::kTooManyBytes);
  if (!bytes.starts_with('<')) return std::unexpected(FrameFault::kNotAStanza);
  ElementScanner scanner;
  scanner.start(false);
  const auto size = scanner.scan(bytes, limits);
  if (!size) return std::unexpected(size.error());
  if (*size == 0) return std::unexpected(FrameFault::kIncomplete);
  if (*size != bytes.size()) return std::unexpected(FrameFault::kTrailingBytes);
  const std::string_view name = bytes.substr(1, scanner.name_size());
  if (!is_stanza_name(name)) return std::unexpected(FrameFault::kNotAStanza);
  return OneStanza{.name = name,
                   .elements = scanner.elements(),
                   .depth = scanner.deepest(),
                   .name_end = 1 + name.size()};
}

}  // namespace guard::xmpp
