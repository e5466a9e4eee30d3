#include "guard/xmpp/element_reader.h"

#include <expat.h>

#include <limits>
#include <utility>
#include <vector>

#include "guard/base/check.h"

namespace guard::xmpp {
namespace {

// Cannot stand in a document, so it separates namespace and local name beyond doubt.
constexpr char kSeparator = '\x01';
constexpr std::string_view kStreamPrefix = "stream";
// expat keeps every name of an element, attribute or prefix for as long as it parses one document;
// a stream is one without end. So it begins anew after so many octets of elements.
constexpr std::size_t kElementsOfOneParse = 64U << 10;

struct ExpandedName {
  std::string_view ns;
  std::string_view name;
};

ExpandedName split(const XML_Char* text) {
  const std::string_view whole(text);
  const std::size_t at = whole.find(kSeparator);
  if (at == std::string_view::npos) return {.ns = {}, .name = whole};
  return {.ns = whole.substr(0, at), .name = whole.substr(at + 1)};
}

}  // namespace

// Parse is what expat's handlers work on. Depth 0 is outside of the stream, 1 between top-level
// elements.
struct ElementReader::Parse {
  XML_Parser parser = XML_ParserCreateNS("UTF-8", kSeparator);
  bool open = false;  // a header was read and nothing failed since
  std::string header_bytes;
  std::size_t fed = 0;  // octets of elements since the parser's beginning
  unsigned depth = 0;
  StreamHeader header;
  std::string default_ns;  // of the header
  std::string root_ns;
  std::string root_name;
  std::vector<StreamElement> elements;  // open ones, outermost first; or the one that is complete
  std::size_t complete = 0;

  Parse() { CHECK(parser != nullptr); }
  ~Parse() { XML_ParserFree(parser); }
  Parse(const Parse&) = delete;
  Parse& operator=(const Parse&) = delete;

  void reset();
  // begin_anew forgets all names but the header's. False where the header cannot be read again.
  [[nodiscard]] bool begin_anew();
  [[nodiscard]] bool feed(std::string_view bytes);
  [[nodiscard]] ReadFault fault() const;
  void start(const XML_Char* name, const XML_Char** attributes);
  void start_header(const XML_Char* name, const XML_Char** attributes);
  void end();
  void text(std::string_view characters);
  void declare(const XML_Char* prefix, const XML_Char* uri);
};

namespace {

template <typename Parse>
void XMLCALL on_start(void* user, const XML_Char* name, const XML_Char** attributes) {
  static_cast<Parse*>(user)->start(name, attributes);
}
template <typename Parse>
void XMLCALL on_end(void* user, const XML_Char*) {
  static_cast<Parse*>(user)->end();
}
template <typename Parse>
void XMLCALL on_text(void* user, const XML_Char* text, int size) {
  static_cast<Parse*>(user)->text({text, static_cast<std::size_t>(size)});
}
template <typename Parse>
void XMLCALL on_declare(void* user, const XML_Char* prefix, const XML_Char* uri) {
  static_cast<Parse*>(user)->declare(prefix, uri);
}
// The framer lets none of these through; should it ever, the parse ends.
template <typename Parse>
void XMLCALL on_doctype(void* user, const XML_Char*, const XML_Char*, const XML_Char*, int) {
  XML_StopParser(static_cast<Parse*>(user)->parser, XML_FALSE);
}

}  // namespace

void ElementReader::Parse::reset() {
  CHECK(XML_ParserReset(parser, "UTF-8") == XML_TRUE);
  XML_SetUserData(parser, this);
  XML_SetElementHandler(parser, &on_start<Parse>, &on_end<Parse>);
  XML_SetCharacterDataHandler(parser, &on_text<Parse>);
  XML_SetStartNamespaceDeclHandler(parser, &on_declare<Parse>);
  XML_SetStartDoctypeDeclHandler(parser, &on_doctype<Parse>);
  open = false;
  fed = 0;
  depth = 0;
  header = {};
  default_ns.clear();
  root_ns.clear();
  root_name.clear();
  elements.clear();
  complete = 0;
}

bool ElementReader::Parse::begin_anew() {
  reset();
  open = feed(header_bytes) && depth == 1;
  return open;
}

bool ElementReader::Parse::feed(std::string_view bytes) {
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  return XML_Parse(parser, bytes.data(), static_cast<int>(bytes.size()), XML_FALSE) ==
         XML_STATUS_OK;
}

ReadFault ElementReader::Parse::fault() const {
  return XML_GetErrorCode(parser) == XML_ERROR_UNBOUND_PREFIX ? ReadFault::kUnboundPrefix
                                                              : ReadFault::kNotWellFormed;
}

void ElementReader::Parse::start(const XML_Char* name, const XML_Char** attributes) {
  if (++depth == 1) {
    start_header(name, attributes);
    return;
  }
  StreamElement element;
  const ExpandedName expanded = split(name);
  element.ns = expanded.ns;
  element.name = expanded.name;
  for (; *attributes != nullptr; attributes += 2) {
    const ExpandedName attribute = split(attributes[0]);
    element.attributes.push_back({.ns = std::string(attribute.ns),
                                  .name = std::string(attribute.name),
                                  .value = attributes[1]});
  }
  elements.push_back(std::move(element));
}

void ElementReader::Parse::start_header(const XML_Char* name, const XML_Char** attributes) {
  const ExpandedName expanded = split(name);
  root_ns = expanded.ns;
  root_name = expanded.name;
  for (; *attributes != nullptr; attributes += 2) {
    const std::string_view attribute = attributes[0];
    const char* const value = attributes[1];
    if (attribute == "from") header.from = value;
    if (attribute == "to") header.to = value;
    if (attribute == "id") header.id = value;
    if (attribute == "version") header.version = value;
  }
}

void ElementReader::Parse::end() {
  --depth;
  if (depth == 1) ++complete;
  if (depth < 2 || elements.size() < 2) return;
  StreamElement child = std::move(elements.back());
  elements.pop_back();
  elements.back().children.push_back(std::move(child));
}

void ElementReader::Parse::text(std::string_view characters) {
  if (depth >= 2) elements.back().text += characters;
}

// Only the header's own declarations matter: it is the first element, so they come at depth 0.
void ElementReader::Parse::declare(const XML_Char* prefix, const XML_Char* uri) {
  if (depth != 0 || uri == nullptr) return;
  if (prefix == nullptr) default_ns = uri;
  if (prefix != nullptr && std::string_view(uri) == kDialbackNs) header.declares_dialback = true;
}

ElementReader::ElementReader() : parse_(std::make_unique<Parse>()) { parse_->reset(); }
ElementReader::~ElementReader() = default;

std::expected<StreamHeader, ReadFault> ElementReader::read_header(std::string_view bytes,
                                                                  std::string_view qualified_name) {
  Parse& parse = *parse_;
  parse.reset();
  if (!parse.feed(bytes)) return std::unexpected(parse.fault());
  if (parse.depth != 1) return std::unexpected(ReadFault::kOutOfOrder);
  parse.open = true;
  parse.header_bytes = bytes;
  // SPEC: RFC 6120 4.8.1, 4.8.5, 4.9.3.2, 4.9.3.10
  const std::size_t colon = qualified_name.find(':');
  const std::string_view prefix =
      colon == std::string_view::npos ? std::string_view() : qualified_name.substr(0, colon);
  if (parse.root_ns != kStreamsNs || parse.root_name != "stream") {
    parse.header.fault = StreamError::kInvalidNamespace;
  } else if (prefix != kStreamPrefix) {
    parse.header.fault = StreamError::kBadNamespacePrefix;
  } else if (parse.default_ns != kServerNs) {
    parse.header.fault = StreamError::kInvalidNamespace;
  }
  return parse.header;
}

std::expected<StreamElement, ReadFault> ElementReader::read_element(std::string_view bytes) {
  Parse& parse = *parse_;
  if (!parse.open) return std::unexpected(ReadFault::kOutOfOrder);
  if (parse.fed + bytes.size() > kElementsOfOneParse && parse.fed > 0 && !parse.begin_anew()) {
    return std::unexpected(ReadFault::kOutOfOrder);
  }
  parse.fed += bytes.size();
  parse.elements.clear();
  parse.complete = 0;
  if (!parse.feed(bytes)) {
    parse.open = false;
    return std::unexpected(parse.fault());
  }
  if (parse.depth != 1 || parse.complete != 1 || parse.elements.size() != 1) {
    parse.open = false;
    return std::unexpected(ReadFault::kOutOfOrder);
  }
  return std::move(parse.elements.front());
}

StreamError read_stream_error(const StreamElement& element) {
  for (const StreamElement& child : element.children) {
    if (child.ns != kStreamErrorsNs || child.name == "text") continue;
    return stream_error_from(child.name).value_or(StreamError::kUndefinedCondition);
  }
  return StreamError::kUndefinedCondition;
}

}  // namespace guard::xmpp
