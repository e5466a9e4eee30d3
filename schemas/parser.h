// Parser: a Xerces reader that builds an Element tree and stops at the first fault.
#pragma once

#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <vector>
#include <xercesc/framework/XMLAttr.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/EntityResolver.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/InputSource.hpp>
#include <xercesc/sax/Locator.hpp>
#include <xercesc/sax2/DefaultHandler.hpp>
#include <xercesc/util/SecurityManager.hpp>

#include "schemas/explainer.h"
#include "schemas/pooled_memory.h"
#include "schemas/read_error.h"
#include "schemas/span_input.h"
#include "schemas/tree_builder.h"

namespace schemas {

struct ParserOptions {
  TreeLimits limits;
  // Where not empty: what the root must be, with a fault of its own for each.
  std::string_view root_namespace{};
  std::span<const std::string_view> root_names{};
  // Namespaces of children of the root that are validated and left out of the tree.
  std::span<const std::string_view> leave_out{};
  // Keep line and column of each element, and spend time on saying what was expected.
  bool for_people = false;
  // The most references (predefined entities count) in a document.
  std::size_t max_references = 0;
};

// Parser takes the scanner's own events (it overrides XMLDocumentHandler and XMLErrorReporter, as
// SAX2XMLReaderImpl passes them on) because SAX2's would cost a microsecond for a stanza.
// Reusable: one document after another. Not thread-safe.
class Parser final : private xercesc::SAX2XMLReaderImpl {
 public:
  // `memory` and `pool` must outlive the parser; `pool` is locked.
  Parser(PooledMemory& memory, xercesc::XMLGrammarPool& pool, const ParserOptions& options);
  ~Parser() override = default;

  // parse_pieces parses the concatenation of `pieces`; the tree lives in `arena`. No exception
  // leaves it. After a fault of kind kInternal the parser must not be used again.
  // REQUIRES: check_markup has passed the document.
  [[nodiscard]] std::expected<const Element*, ReadError> parse_pieces(
      const SpanInput::Pieces& pieces, Arena& arena);

  // start_tag returns, after a fault of kind kSchema, the root with its attributes, which may be
  // what is wrong, and without children; nullptr after any other. Lives as long as the tree.
  [[nodiscard]] const Element* start_tag() const {
    return failed_ && failure_.fault == ReadFault::kSchema ? builder_.root() : nullptr;
  }
  [[nodiscard]] std::span<const std::string_view> dropped() const { return builder_.dropped(); }

 private:
  // PlaceKeeper takes the locator, which SAX2 gives to content handlers alone.
  class PlaceKeeper final : public xercesc::DefaultHandler {
   public:
    void setDocumentLocator(const xercesc::Locator* const locator) override { locator_ = locator; }
    [[nodiscard]] const xercesc::Locator* locator() const { return locator_; }

   private:
    const xercesc::Locator* locator_ = nullptr;
  };
  // What a fault of the schema is about, where the explainer must know.
  enum class About : std::uint8_t { kElement, kText, kIdentity };
  struct Stopped {};  // thrown through Xerces, caught in parse_pieces

  void docCharacters(const XMLCh* chars, XMLSize_t length, bool cdata) override;
  void docComment(const XMLCh* comment) override;
  void docPI(const XMLCh* target, const XMLCh* data) override;
  void startDocument() override;
  void endDocument() override {}
  void resetDocument() override {}
  void startElement(const xercesc::XMLElementDecl& declaration, unsigned int ns_id,
                    const XMLCh* prefix, const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes,
                    XMLSize_t count, bool is_empty, bool is_root) override;
  void endElement(const xercesc::XMLElementDecl& declaration, unsigned int ns_id, bool is_root,
                  const XMLCh* prefix) override;
  void ignorableWhitespace(const XMLCh*, XMLSize_t, bool) override {}
  void startEntityReference(const xercesc::XMLEntityDecl&) override {}
  void endEntityReference(const xercesc::XMLEntityDecl&) override {}
  void XMLDecl(const XMLCh*, const XMLCh*, const XMLCh*, const XMLCh*) override;
  void error(unsigned int code, const XMLCh* domain, ErrTypes type, const XMLCh* text,
             const XMLCh* system_id, const XMLCh* public_id, XMLFileLoc line,
             XMLFileLoc column) override;
  void resetErrors() override {}

  void configure();
  void check_root(const Element& root);
  [[nodiscard]] bool explained_anywhere();
  [[noreturn]] void stop_explained_at_end();
  std::string_view namespace_name(unsigned int id);
  std::span<const Attribute> take_attributes(
      const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes, XMLSize_t count);
  void set_fault(ReadFault fault, std::string message);
  [[noreturn]] void stop(ReadFault fault, std::string message);
  [[nodiscard]] ReadError take_fault(ReadFault otherwise, std::string message);

  ParserOptions options_;
  SpanInput input_;
  xercesc::SecurityManager security_;
  PlaceKeeper places_;
  TreeBuilder builder_;
  Arena* arena_ = nullptr;
  std::vector<std::string_view> namespaces_;  // by Xerces' number; of this document, in its arena
  std::vector<Attribute> attributes_;         // scratch
  bool failed_ = false;
  About about_ = About::kElement;
  std::optional<Explainer> explainer_;  // where people wrote the document
  ReadError failure_;
};

}  // namespace schemas
