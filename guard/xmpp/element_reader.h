// ElementReader: expat, kept to stream headers and to small top-level elements that are not
// stanzas, in the context of the header's namespace declarations.
//
// Who controls its input: a hostile peer; but every byte has passed the Framer with
// kLimitsBeforeAuthentication, so that there is no DOCTYPE, comment, processing instruction or
// declared entity, and the size of the tree is bounded.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string_view>

#include "guard/xmpp/element.h"
#include "guard/xmpp/stream_header.h"

namespace guard::xmpp {

// ReadFault: the parser refused what the framer let pass.
enum class ReadFault : std::uint8_t {
  kNotWellFormed,  // duplicate attribute, bad name …
  kUnboundPrefix,  // closes the stream with not-well-formed
  kOutOfOrder,     // an element before a header, two elements in one frame
};

// One reader serves one connection. Memory: one expat parser (about 10 kB), the header, and the
// names in 64 KiB of elements at most, however long the stream is.
class ElementReader {
 public:
  ElementReader();
  ~ElementReader();
  ElementReader(const ElementReader&) = delete;
  ElementReader& operator=(const ElementReader&) = delete;

  // read_header starts a new stream: everything known of the last one is forgotten. `bytes` is
  // one Frame of kind kHeader, `qualified_name` its name.
  [[nodiscard]] std::expected<StreamHeader, ReadFault> read_header(std::string_view bytes,
                                                                   std::string_view qualified_name);

  // read_element reads one Frame of kind kElement. After a fault only read_header may follow.
  [[nodiscard]] std::expected<StreamElement, ReadFault> read_element(std::string_view bytes);

 private:
  struct Parse;
  std::unique_ptr<Parse> parse_;
};

// read_stream_error gives the condition of a <stream:error/> element; undefined-condition where it
// names none that RFC 6120 defines.
[[nodiscard]] StreamError read_stream_error(const StreamElement& element);

}  // namespace guard::xmpp
