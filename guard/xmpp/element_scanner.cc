#include "guard/xmpp/element_scanner.h"

#include <algorithm>
#include <cstring>

#include "guard/base/check.h"
#include "guard/xmpp/character_run.h"
#include "guard/xmpp/markup_character.h"
#include "guard/xmpp/plain_tag.h"
#include "guard/xmpp/reference.h"
#include "guard/xmpp/utf8.h"

namespace guard::xmpp {

void ElementScanner::start(bool header) {
  state_ = State::kTagOpen;
  header_ = header;
  at_ = 1;  // behind the '<' that made the caller start
  token_ = 0;
  depth_ = 0;
  deepest_ = 0;
  elements_ = 0;
}

std::expected<std::size_t, FrameFault> ElementScanner::scan(std::string_view bytes,
                                                            const FrameLimits& limits) {
  CHECK(limits.depth <= kDepthCeiling && limits.bytes <= 0xFFFFFFFFU);
  const std::string_view window = bytes.substr(0, limits.bytes);
  while (state_ != State::kEnd) {
    if (state_ == State::kContent || at_ == 1) {
      stride(window, limits);
      if (state_ == State::kEnd) break;
    }
    switch (step(window, limits)) {
      case Step::kGo:
        break;
      case Step::kMore:
        // An element that has used up its bytes without an end cannot end within the limit.
        if (window.size() == limits.bytes) return std::unexpected(FrameFault::kTooManyBytes);
        return 0;
      case Step::kFault:
        return std::unexpected(fault_);
    }
  }
  return at_;
}

void ElementScanner::stride(std::string_view bytes, const FrameLimits& limits) {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* at = begin + at_;
  bool inside = state_ == State::kContent;
  while (state_ == State::kContent || !inside) {
    const char* tag = at;  // behind the '<'
    if (inside) {
      at = skip_run(at, end, '<', '&', '<');
      if (end - at < 2 || *at != '<') break;
      tag = at + 1;
      const OpenTag& open = open_[depth_ - 1];
      if (*tag == '/') {
        const char* const name = tag + 1;
        if (static_cast<std::size_t>(end - name) <= open.size || name[open.size] != '>' ||
            std::memcmp(name, begin + open.offset, open.size) != 0) {
          break;
        }
        at = name + open.size + 1;
        close_one();
        continue;
      }
    }
    const PlainTag plain = plain_tag(tag, end);
    if (plain.end == nullptr || plain.attributes > limits.attributes ||
        plain.namespaces > limits.namespaces || depth_ == limits.depth ||
        elements_ == limits.elements || header_) {
      break;
    }
    open_[depth_] = {static_cast<std::uint32_t>(tag - begin),
                     static_cast<std::uint32_t>(plain.name_end - tag)};
    ++depth_;
    ++elements_;
    deepest_ = std::max(deepest_, depth_);
    at = plain.end;
    inside = true;
    finish_start_tag(plain.empty);
  }
  at_ = static_cast<std::size_t>(at - begin);
}

ElementScanner::Step ElementScanner::step(std::string_view bytes, const FrameLimits& limits) {
  switch (state_) {
    case State::kContent:
      return content(bytes);
    case State::kTagOpen:
      return tag_open(bytes);
    case State::kTagName:
      return tag_name(bytes, limits);
    case State::kInTag:
      return in_tag(bytes);
    case State::kAttributeName:
      return attribute_name(bytes, limits);
    case State::kEquals:
      return equals(bytes);
    case State::kQuote:
      return quote(bytes);
    case State::kValue:
      return value(bytes);
    case State::kAfterValue:
      return after_value(bytes);
    case State::kEmptyEnd:
      return empty_end(bytes);
    case State::kCloseName:
      return close_name(bytes);
    case State::kCloseEnd:
      return close_end(bytes);
    case State::kCdata:
      return cdata(bytes);
    case State::kEnd:
      return Step::kGo;
  }
  return fault(FrameFault::kMalformed);
}

ElementScanner::Step ElementScanner::content(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  while (true) {
    const char* const stop = skip_run(bytes.data() + at_, end, '<', '&', '<');
    at_ = static_cast<std::size_t>(stop - bytes.data());
    if (stop == end) return Step::kMore;
    if (*stop == '<') {
      ++at_;
      return go(State::kTagOpen);
    }
    const Step step = *stop == '&' ? reference(bytes) : special_characters(bytes);
    if (step != Step::kGo) return step;
  }
}

ElementScanner::Step ElementScanner::tag_open(std::string_view bytes) {
  if (at_ == bytes.size()) return Step::kMore;
  const char c = bytes[at_];
  if (is_name_start(c) || !is_ascii(c)) {
    token_ = at_;
    return go(State::kTagName);
  }
  if (c == '/') {
    if (depth_ == 0) return fault(FrameFault::kMismatchedTag);
    token_ = ++at_;
    return go(State::kCloseName);
  }
  if (c == '!') return declaration(bytes);
  return fault(c == '?' ? FrameFault::kProcessingInstruction : FrameFault::kMalformed);
}

// declaration tells "<![CDATA[", which is content, from what is banned (SPEC: RFC 6120 11.1).
ElementScanner::Step ElementScanner::declaration(std::string_view bytes) {
  constexpr std::string_view kOpening = "[CDATA[";
  const std::string_view rest = bytes.substr(at_ + 1, kOpening.size());
  if (rest.empty()) return Step::kMore;
  if (rest.front() == '-') return fault(FrameFault::kComment);
  if (rest.front() != '[') return fault(FrameFault::kDoctype);
  if (depth_ == 0) return fault(FrameFault::kMisplacedCdata);
  if (!kOpening.starts_with(rest)) return fault(FrameFault::kMalformed);
  if (rest.size() < kOpening.size()) return Step::kMore;
  at_ += 1 + kOpening.size();
  return go(State::kCdata);
}

ElementScanner::Step ElementScanner::tag_name(std::string_view bytes, const FrameLimits& limits) {
  if (const Step step = name(bytes); step != Step::kGo) return step;
  if (depth_ == limits.depth) return fault(FrameFault::kTooDeep);
  if (elements_ == limits.elements) return fault(FrameFault::kTooManyElements);
  open_[depth_] = {static_cast<std::uint32_t>(token_), static_cast<std::uint32_t>(at_ - token_)};
  ++depth_;
  ++elements_;
  deepest_ = std::max(deepest_, depth_);
  attributes_ = 0;
  namespaces_ = 0;
  if (bytes[at_] == '>') {
    ++at_;
    return finish_start_tag(false);
  }
  return go(State::kAfterValue);  // like behind a value: white space, or the tag's end
}

ElementScanner::Step ElementScanner::in_tag(std::string_view bytes) {
  if (!skip_space(bytes)) return Step::kMore;
  const char c = bytes[at_];
  if (is_name_start(c) || !is_ascii(c)) {
    token_ = at_;
    return go(State::kAttributeName);
  }
  ++at_;
  if (c == '>') return finish_start_tag(false);
  if (c == '/') return go(State::kEmptyEnd);
  return fault(FrameFault::kMalformed);
}

ElementScanner::Step ElementScanner::attribute_name(std::string_view bytes,
                                                    const FrameLimits& limits) {
  if (const Step step = name(bytes); step != Step::kGo) return step;
  const std::string_view attribute = bytes.substr(token_, at_ - token_);
  if (declares_namespace(attribute)) {
    if (++namespaces_ > limits.namespaces) return fault(FrameFault::kTooManyNamespaces);
  } else {
    if (++attributes_ > limits.attributes) return fault(FrameFault::kTooManyAttributes);
  }
  return go(State::kEquals);
}

ElementScanner::Step ElementScanner::equals(std::string_view bytes) {
  if (!skip_space(bytes)) return Step::kMore;
  if (bytes[at_] != '=') return fault(FrameFault::kMalformed);
  ++at_;
  return go(State::kQuote);
}

ElementScanner::Step ElementScanner::quote(std::string_view bytes) {
  if (!skip_space(bytes)) return Step::kMore;
  quote_ = bytes[at_];
  if (quote_ != '"' && quote_ != '\'') return fault(FrameFault::kMalformed);
  ++at_;
  return go(State::kValue);
}

ElementScanner::Step ElementScanner::value(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  while (true) {
    const char* const stop = skip_run(bytes.data() + at_, end, quote_, '&', '<');
    at_ = static_cast<std::size_t>(stop - bytes.data());
    if (stop == end) return Step::kMore;
    if (*stop == quote_) {
      ++at_;
      return go(State::kAfterValue);
    }
    if (*stop == '<') return fault(FrameFault::kMalformed);
    const Step step = *stop == '&' ? reference(bytes) : special_characters(bytes);
    if (step != Step::kGo) return step;
  }
}

ElementScanner::Step ElementScanner::after_value(std::string_view bytes) {
  if (at_ == bytes.size()) return Step::kMore;
  const char c = bytes[at_];
  if (c != '>' && c != '/' && !is_space(c)) return fault(FrameFault::kMalformed);
  state_ = State::kInTag;
  return in_tag(bytes);
}

ElementScanner::Step ElementScanner::empty_end(std::string_view bytes) {
  if (at_ == bytes.size()) return Step::kMore;
  if (bytes[at_] != '>') return fault(FrameFault::kMalformed);
  ++at_;
  return finish_start_tag(true);
}

ElementScanner::Step ElementScanner::close_name(std::string_view bytes) {
  const OpenTag& open = open_[depth_ - 1];
  const std::size_t done = at_ - token_;
  const std::string_view expected = bytes.substr(open.offset + done, open.size - done);
  const std::string_view found = bytes.substr(at_, expected.size());
  if (found != expected.substr(0, found.size())) return fault(FrameFault::kMismatchedTag);
  at_ += found.size();
  if (found.size() < expected.size()) return Step::kMore;
  if (at_ == bytes.size()) return go(State::kCloseEnd);
  return close_end(bytes);
}

ElementScanner::Step ElementScanner::close_end(std::string_view bytes) {
  state_ = State::kCloseEnd;
  if (!skip_space(bytes)) return Step::kMore;
  if (bytes[at_] != '>') return fault(FrameFault::kMismatchedTag);
  ++at_;
  return close_one();
}

ElementScanner::Step ElementScanner::cdata(std::string_view bytes) {
  const char* const end = bytes.data() + bytes.size();
  while (true) {
    const char* const stop = skip_run(bytes.data() + at_, end, ']', ']', ']');
    at_ = static_cast<std::size_t>(stop - bytes.data());
    if (stop == end) return Step::kMore;
    if (*stop != ']') {
      const Step step = special_characters(bytes);
      if (step != Step::kGo) return step;
      continue;
    }
    constexpr std::string_view kClosing = "]]>";
    const std::string_view rest = bytes.substr(at_, kClosing.size());
    if (rest == kClosing) {
      at_ += kClosing.size();
      return go(State::kContent);
    }
    if (kClosing.starts_with(rest)) return Step::kMore;
    ++at_;
  }
}

// name moves past the name that began at token_. Behind it stands a byte that is no part of it.
ElementScanner::Step ElementScanner::name(std::string_view bytes) {
  while (at_ != bytes.size()) {
    const char c = bytes[at_];
    if (is_name(c)) {
      ++at_;
    } else if (is_ascii(c)) {
      return Step::kGo;
    } else if (const Step step = special_characters(bytes); step != Step::kGo) {
      return step;
    }
  }
  return Step::kMore;
}

ElementScanner::Step ElementScanner::special_characters(std::string_view bytes) {
  const char c = bytes[at_];
  if (is_ascii(c)) {
    if (!is_space(c)) return fault(FrameFault::kForbiddenCharacter);
    ++at_;
    return Step::kGo;
  }
  // One brings more: stay here for the rest of the word.
  while (at_ != bytes.size() && !is_ascii(bytes[at_])) {
    const Utf8Character character = utf8_character(bytes.substr(at_, 4));
    switch (character.step) {
      case Utf8Step::kCharacter:
        at_ += character.size;
        break;
      case Utf8Step::kForbidden:
        return fault(FrameFault::kForbiddenCharacter);
      case Utf8Step::kBroken:
        return fault(FrameFault::kBadUtf8);
      case Utf8Step::kMore:
        return Step::kMore;
    }
  }
  return Step::kGo;
}

ElementScanner::Step ElementScanner::reference(std::string_view bytes) {
  const std::string_view text = bytes.substr(at_, kReferenceCeiling);
  if (text.size() < 2) return Step::kMore;
  const bool number = text[1] == '#';
  for (std::size_t i = number ? 2 : 1; i < text.size(); ++i) {
    if (text[i] == ';') {
      const bool known =
          number ? names_allowed(text.substr(2, i - 2)) : is_predefined(text.substr(1, i - 1));
      if (!known) return fault(number ? FrameFault::kBadReference : FrameFault::kEntity);
      at_ += i + 1;
      return Step::kGo;
    }
    if (!is_name(text[i]) && is_ascii(text[i])) return fault(FrameFault::kMalformed);
  }
  if (text.size() < kReferenceCeiling) return Step::kMore;
  return fault(number ? FrameFault::kBadReference : FrameFault::kEntity);
}

ElementScanner::Step ElementScanner::finish_start_tag(bool empty) {
  if (header_) return empty ? fault(FrameFault::kMalformed) : go(State::kEnd);
  return empty ? close_one() : go(State::kContent);
}

ElementScanner::Step ElementScanner::close_one() {
  --depth_;
  return go(depth_ == 0 ? State::kEnd : State::kContent);
}

ElementScanner::Step ElementScanner::fault(FrameFault fault) {
  fault_ = fault;
  return Step::kFault;
}

bool ElementScanner::skip_space(std::string_view bytes) {
  while (at_ != bytes.size() && is_space(bytes[at_])) ++at_;
  return at_ != bytes.size();
}

}  // namespace guard::xmpp
