#include "schemas/parser.h"

#include <algorithm>
#include <exception>
#include <span>
#include <utility>
#include <xercesc/framework/XMLElementDecl.hpp>
#include <xercesc/framework/XMLErrorCodes.hpp>
#include <xercesc/framework/XMLValidityCodes.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/XMLException.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>

#include "schemas/utf8.h"

namespace schemas {
namespace {

using xercesc::XMLErrs;
using xercesc::XMLString;
using xercesc::XMLUni;

constexpr std::string_view kXsi = "http://www.w3.org/2001/XMLSchema-instance";
constexpr std::string_view kXmlns = "http://www.w3.org/2000/xmlns/";

std::span<const char16_t> units(const XMLCh* text) {
  if (text == nullptr) return {};
  return {text, XMLString::stringLen(text)};
}

ReadFault fault_of(unsigned int code, const XMLCh* domain,
                   xercesc::XMLErrorReporter::ErrTypes type) {
  if (XMLString::equals(domain, XMLUni::fgValidityDomain)) return ReadFault::kSchema;
  // A value that its datatype refuses comes as an exception that is not fatal.
  if (XMLString::equals(domain, XMLUni::fgExceptDomain) &&
      type != xercesc::XMLErrorReporter::ErrType_Fatal) {
    return ReadFault::kSchema;
  }
  if (!XMLString::equals(domain, XMLUni::fgXMLErrDomain)) return ReadFault::kNotWellFormed;
  switch (static_cast<int>(code)) {
    case XMLErrs::EntityNotFound:
      return ReadFault::kRestrictedXml;
    case XMLErrs::EntityExpansionLimitExceeded:
      return ReadFault::kLimit;
    default:
      return ReadFault::kNotWellFormed;
  }
}

}  // namespace

Parser::Parser(PooledMemory& memory, xercesc::XMLGrammarPool& pool, const ParserOptions& options)
    : SAX2XMLReaderImpl(&memory, &pool),
      options_(options),
      input_(&memory),
      builder_(options.limits) {
  builder_.leave_out(options_.leave_out);
  configure();
  if (options_.for_people) explainer_.emplace(pool);
}

void Parser::configure() {
  // First, because it makes a new scanner. SGXMLScanner is the one that knows schemas only.
  setProperty(XMLUni::fgXercesScannerName, const_cast<XMLCh*>(XMLUni::fgSGXMLScanner));
  security_.setEntityExpansionLimit(options_.max_references);
  setProperty(XMLUni::fgXercesSecurityManager, &security_);
  const std::pair<const XMLCh*, bool> features[] = {
      {XMLUni::fgSAX2CoreNameSpaces, true},
      {XMLUni::fgSAX2CoreNameSpacePrefixes, false},
      {XMLUni::fgSAX2CoreValidation, true},
      {XMLUni::fgXercesDynamic, false},
      {XMLUni::fgXercesSchema, true},
      {XMLUni::fgXercesSchemaFullChecking, false},
      {XMLUni::fgXercesIdentityConstraintChecking, options_.for_people},
      {XMLUni::fgXercesLoadSchema, false},
      {XMLUni::fgXercesLoadExternalDTD, false},
      {XMLUni::fgXercesCacheGrammarFromParse, false},
      {XMLUni::fgXercesUseCachedGrammarInParse, true},
      {XMLUni::fgXercesDisableDefaultEntityResolution, true},
      {XMLUni::fgXercesCalculateSrcOfs, false},
      {XMLUni::fgXercesStandardUriConformant, false},
      {XMLUni::fgXercesContinueAfterFatalError, false},
      {XMLUni::fgXercesValidationErrorAsFatal, false},
      {XMLUni::fgXercesHandleMultipleImports, false},
  };
  for (const auto& [name, value] : features) setFeature(name, value);
  // Installing handlers is what connects the scanner's events and errors to this object.
  setContentHandler(&places_);
  setErrorHandler(&places_);
  setEntityResolver(&places_);
}

std::expected<const Element*, ReadError> Parser::parse_pieces(const SpanInput::Pieces& pieces,
                                                              Arena& arena) {
  arena_ = &arena;
  namespaces_.clear();
  failed_ = false;
  about_ = About::kElement;
  builder_.begin(arena);
  if (explainer_) explainer_->begin();
  input_.set_pieces(pieces);
  try {
    parse(input_);
  } catch (const Stopped&) {
    return std::unexpected(take_fault(ReadFault::kInternal, "stopped without a fault"));
  } catch (const xercesc::XMLException& exception) {
    return std::unexpected(
        take_fault(ReadFault::kInternal, to_utf8_lossy(units(exception.getMessage()))));
  } catch (const xercesc::SAXException& exception) {
    return std::unexpected(
        take_fault(ReadFault::kInternal, to_utf8_lossy(units(exception.getMessage()))));
  } catch (const xercesc::OutOfMemoryException&) {
    return std::unexpected(take_fault(ReadFault::kInternal, "out of memory"));
  } catch (const std::exception& exception) {
    return std::unexpected(take_fault(ReadFault::kInternal, exception.what()));
  } catch (...) {
    return std::unexpected(take_fault(ReadFault::kInternal, "an unknown exception"));
  }
  if (failed_) {  // a fault of the schema after the last event
    if (explainer_) static_cast<void>(explained_anywhere());
    return std::unexpected(take_fault(ReadFault::kInternal, {}));
  }
  if (builder_.root() == nullptr) {
    return std::unexpected(take_fault(ReadFault::kNotWellFormed, "no element"));
  }
  return builder_.root();
}

ReadError Parser::take_fault(ReadFault otherwise, std::string message) {
  if (!failed_) set_fault(otherwise, std::move(message));
  return failure_;
}

void Parser::set_fault(ReadFault fault, std::string message) {
  failed_ = true;
  failure_ = ReadError();
  failure_.fault = fault;
  failure_.message = std::move(message);
  if (const Element* parent = builder_.innermost()) {
    failure_.parent_ns = parent->ns;
    failure_.parent_name = parent->name;
  }
  if (const xercesc::Locator* locator = places_.locator()) {
    failure_.line = locator->getLineNumber();
    failure_.column = locator->getColumnNumber();
  }
}

void Parser::stop(ReadFault fault, std::string message) {
  // A fault of the schema may be waiting for the root's start; this one weighs more.
  if (!failed_ || failure_.fault == ReadFault::kSchema) set_fault(fault, std::move(message));
  throw Stopped();
}

void Parser::error(unsigned int code, const XMLCh* domain, ErrTypes type, const XMLCh* text,
                   const XMLCh*, const XMLCh*, XMLFileLoc line, XMLFileLoc column) {
  const ReadFault fault = fault_of(code, domain, type);
  // What is not well-formed explains more than the schema's fault that it led to.
  if (!failed_ || (failure_.fault == ReadFault::kSchema && fault != ReadFault::kSchema)) {
    set_fault(fault, to_utf8_lossy(units(text)));
    failure_.line = line;
    failure_.column = column;
    about_ = About::kElement;
    if (fault == ReadFault::kSchema && XMLString::equals(domain, XMLUni::fgValidityDomain)) {
      if (code == xercesc::XMLValid::NoCharDataInCM) about_ = About::kText;
      if (code >= xercesc::XMLValid::IC_FieldMultipleMatch &&
          code <= xercesc::XMLValid::IC_KeyNotFound) {
        about_ = About::kIdentity;
      }
    }
  }
  if (fault == ReadFault::kSchema) {
    // The next event explains it.
    if (explainer_) return;
    // A fault of the root waits for its start, so that whoever answers has its addresses.
    if (builder_.root() == nullptr) return;
  }
  throw Stopped();
}

std::string_view Parser::namespace_name(unsigned int id) {
  if (id >= namespaces_.size()) namespaces_.resize(id + 1);
  std::string_view& name = namespaces_[id];
  if (name.empty()) {
    const auto written = builder_.utf8(units(getURIText(id)));
    if (!written) stop(ReadFault::kForbiddenText, "a noncharacter in a namespace name");
    name = *written;
  }
  return name;
}

std::span<const Attribute> Parser::take_attributes(
    const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes, XMLSize_t count) {
  attributes_.clear();
  for (XMLSize_t at = 0; at < count; ++at) {
    const xercesc::XMLAttr& attribute = *attributes.elementAt(at);
    const auto value = builder_.utf8(units(attribute.getValue()));
    const auto name = builder_.utf8(units(attribute.getName()));
    if (!value || !name) stop(ReadFault::kForbiddenText, "a noncharacter in an attribute");
    const std::string_view ns = namespace_name(attribute.getURIId());
    // xsi:type and its like would let the sender choose what it is validated against.
    if (ns == kXsi || (ns == kXmlns && *value == kXsi)) {
      stop(ReadFault::kNamespace, "the XML Schema instance namespace");
    }
    // Xerces gives the default declaration no namespace, where the standard says kXmlns.
    if (ns != kXmlns && !(ns.empty() && *name == "xmlns"))
      attributes_.push_back({ns, *name, *value});
  }
  return arena_->copy(std::span<const Attribute>(attributes_));
}

void Parser::startDocument() { SAX2XMLReaderImpl::startDocument(); }

void Parser::startElement(const xercesc::XMLElementDecl& declaration, unsigned int ns_id,
                          const XMLCh*, const xercesc::RefVectorOf<xercesc::XMLAttr>& attributes,
                          XMLSize_t count, bool, bool) {
  const std::string_view ns = namespace_name(ns_id);
  const auto& schema = static_cast<const xercesc::SchemaElementDecl&>(declaration);
  if (failed_ && explainer_) {
    if (!explained_anywhere()) {
      explainer_->at_start(failure_, schema, ns, attributes, count);
    }
    throw Stopped();
  }
  const auto name = builder_.utf8(units(declaration.getBaseName()));
  if (!name) stop(ReadFault::kForbiddenText, "a noncharacter in a name");
  Element* element = builder_.open(ns, *name, take_attributes(attributes, count));
  if (element == nullptr) stop(ReadFault::kLimit, "too many elements, or too deep");
  if (explainer_ && places_.locator() != nullptr) {
    element->line = static_cast<std::uint32_t>(places_.locator()->getLineNumber());
    element->column = static_cast<std::uint32_t>(places_.locator()->getColumnNumber());
  }
  if (explainer_) explainer_->opened(schema, ns_id, *element);
  if (builder_.root() == element) check_root(*element);
  if (failed_) throw Stopped();
}

void Parser::check_root(const Element& root) {
  if (!options_.root_namespace.empty() && root.ns != options_.root_namespace) {
    stop(ReadFault::kNamespace, "a namespace other than " + std::string(options_.root_namespace));
  }
  if (!options_.root_names.empty() &&
      std::ranges::find(options_.root_names, root.name) == options_.root_names.end()) {
    stop(ReadFault::kUnsupportedStanza, "neither message, presence nor iq");
  }
}

void Parser::endElement(const xercesc::XMLElementDecl&, unsigned int, bool, const XMLCh*) {
  if (explainer_) {
    if (failed_) stop_explained_at_end();
    explainer_->closed();
  }
  builder_.close();
}

// explained_anywhere explains the faults that mean the same whatever event comes next.
bool Parser::explained_anywhere() {
  switch (about_) {
    case About::kElement:
      return false;
    case About::kText:
      explainer_->at_text(failure_);
      return true;
    case About::kIdentity:
      failure_.expected = "values that stand once, and references to values that stand somewhere";
      return true;
  }
  return false;
}

void Parser::stop_explained_at_end() {
  std::string text;
  for (const Child& child : builder_.children()) {
    if (const auto* run = std::get_if<std::string_view>(&child)) text += *run;
  }
  if (!explained_anywhere()) explainer_->at_end(failure_, text);
  throw Stopped();
}

void Parser::docCharacters(const XMLCh* chars, XMLSize_t length, bool) {
  if (builder_.innermost() == nullptr) return;
  if (failed_ && explainer_) {
    if (!explained_anywhere()) explainer_->at_text(failure_);
    throw Stopped();
  }
  if (!builder_.text({chars, length})) {
    stop(ReadFault::kForbiddenText, "a noncharacter in text");
  }
}

// check_markup lets comments through in files only, and neither of the other two anywhere.
void Parser::docComment(const XMLCh*) {
  if (!explainer_) stop(ReadFault::kRestrictedXml, "a comment");
}
void Parser::docPI(const XMLCh*, const XMLCh*) {
  stop(ReadFault::kRestrictedXml, "a processing instruction");
}
void Parser::XMLDecl(const XMLCh*, const XMLCh*, const XMLCh*, const XMLCh*) {
  stop(ReadFault::kRestrictedXml, "an XML declaration");
}

}  // namespace schemas
