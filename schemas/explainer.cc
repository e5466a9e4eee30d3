#include "schemas/explainer.h"

#include <memory>
#include <optional>
#include <xercesc/framework/XMLContentModel.hpp>
#include <xercesc/framework/psvi/XSModel.hpp>
#include <xercesc/framework/psvi/XSNamedMap.hpp>
#include <xercesc/util/QName.hpp>
#include <xercesc/util/StringPool.hpp>
#include <xercesc/util/XMLException.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/datatype/ListDatatypeValidator.hpp>
#include <xercesc/validators/schema/ComplexTypeInfo.hpp>
#include <xercesc/validators/schema/SchemaAttDef.hpp>

#include "schemas/utf8.h"

namespace schemas {
namespace {

using xercesc::DatatypeValidator;
using xercesc::SchemaAttDef;
using xercesc::SchemaElementDecl;
using xercesc::XMLString;

constexpr std::size_t kMostNames = 24;  // in one complaint

std::string narrow(const XMLCh* text) {
  return text == nullptr ? std::string() : to_utf8_lossy({text, XMLString::stringLen(text)});
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (std::size_t at = 0; at < names.size(); ++at) {
    if (at > 0) list += at + 1 == names.size() ? " or " : ", ";
    if (at == kMostNames) return list + "…";
    list += names[at];
  }
  return list;
}

// content_of writes "(policy, log, limits?, edge, peer*)".
std::string content_of(const SchemaElementDecl& declaration) {
  const XMLCh* model = declaration.getFormattedContentModel();
  if (model == nullptr || *model == 0) return "nothing";
  std::string spaced;
  for (const char c : narrow(model)) {
    if (c == '|') spaced += ' ';
    spaced += c;
    if (c == ',' || c == '|') spaced += ' ';
  }
  return spaced;
}

std::string name_of(const SchemaElementDecl& declaration) {
  return narrow(declaration.getBaseName());
}

// The attributes that the schema gives the element, or nullptr.
xercesc::XMLAttDefList* attributes_of(const SchemaElementDecl& declaration) {
  if (declaration.getComplexTypeInfo() == nullptr || !declaration.hasAttDefs()) return nullptr;
  return &declaration.getAttDefList();
}

const SchemaAttDef& attribute_at(const xercesc::XMLAttDefList& list, XMLSize_t at) {
  return static_cast<const SchemaAttDef&>(list.getAttDef(at));
}

std::string attribute_names(const SchemaElementDecl& declaration) {
  std::vector<std::string> names;
  if (const auto* list = attributes_of(declaration)) {
    for (XMLSize_t at = 0; at < list->getAttDefCount(); ++at) {
      names.push_back(narrow(attribute_at(*list, at).getAttName()->getLocalPart()));
    }
  }
  return names.empty() ? "no attributes" : joined(names);
}

// missing_attributes names what the schema requires and the element does not have.
std::string missing_attributes(const SchemaElementDecl& declaration,
                               const Explainer::Attributes& attributes, XMLSize_t count) {
  std::vector<std::string> names;
  const auto* list = attributes_of(declaration);
  for (XMLSize_t at = 0; list != nullptr && at < list->getAttDefCount(); ++at) {
    const SchemaAttDef& declared = attribute_at(*list, at);
    if (declared.getDefaultType() != xercesc::XMLAttDef::Required) continue;
    const XMLCh* name = declared.getAttName()->getLocalPart();
    bool present = false;
    for (XMLSize_t given = 0; given < count; ++given) {
      present = present || XMLString::equals(attributes.elementAt(given)->getName(), name);
    }
    if (!present) names.push_back(quoted(narrow(name)));
  }
  return joined(names);
}

// The words that a type, or each word of a type that is a list, is one of; empty where it is no
// enumeration.
std::string enumerated(const DatatypeValidator& type) {
  const auto* list = type.getType() == DatatypeValidator::List
                         ? static_cast<const xercesc::ListDatatypeValidator*>(&type)
                         : nullptr;
  const DatatypeValidator* one = list == nullptr ? &type : list->getItemTypeDTV();
  const auto* values = one == nullptr ? nullptr : one->getEnumString();
  if (values == nullptr) return {};
  std::vector<std::string> names;
  for (XMLSize_t at = 0; at < values->size(); ++at) {
    names.push_back(quoted(narrow(values->elementAt(at))));
  }
  return (list == nullptr ? "" : "words of ") + joined(names);
}

// refusal returns what the type expects instead of `value`; nullopt where it accepts the value.
std::optional<std::string> refusal(DatatypeValidator* type, const XMLCh* value) {
  if (type == nullptr) return std::nullopt;
  try {
    type->validate(value);
    return std::nullopt;
  } catch (const xercesc::XMLException& exception) {
    if (std::string words = enumerated(*type); !words.empty()) return words;
    return "a value that fits: " + narrow(exception.getMessage());
  }
}

}  // namespace

void Explainer::opened(const SchemaElementDecl& declaration, unsigned int ns_id,
                       const Element& element) {
  if (!open_.empty()) open_.back().children.push_back({ns_id, declaration.getBaseName(), &element});
  open_.push_back({&declaration, {}});
}

bool Explainer::explain_attributes(ReadError& fault, const SchemaElementDecl& declaration,
                                   const Attributes& attributes, XMLSize_t count) const {
  const std::string of = " of element " + quoted(name_of(declaration));
  for (XMLSize_t at = 0; at < count; ++at) {
    const xercesc::XMLAttr& attribute = *attributes.elementAt(at);
    if (XMLString::equals(attribute.getPrefix(), xercesc::XMLUni::fgXMLNSString) ||
        XMLString::equals(attribute.getQName(), xercesc::XMLUni::fgXMLNSString)) {
      continue;
    }
    const SchemaAttDef* declared =
        declaration.getComplexTypeInfo() == nullptr
            ? nullptr
            : declaration.getAttDef(attribute.getName(), static_cast<int>(attribute.getURIId()));
    if (declared == nullptr) {
      fault.message = "unknown attribute " + quoted(narrow(attribute.getQName())) + of;
      fault.expected = attribute_names(declaration);
      return true;
    }
    if (auto expected = refusal(declared->getDatatypeValidator(), attribute.getValue())) {
      fault.message = "attribute " + quoted(narrow(attribute.getQName())) + of + " is " +
                      quoted(narrow(attribute.getValue()));
      fault.expected = std::move(*expected);
      return true;
    }
  }
  return false;
}

void Explainer::at_start(ReadError& fault, const SchemaElementDecl& declaration,
                         std::string_view ns, const Attributes& attributes, XMLSize_t count) const {
  const std::string element = "element " + quoted(name_of(declaration));
  if (!declaration.isDeclared()) {
    fault.message = "unknown " + element;
    if (open_.empty()) {
      fault.message += ns.empty() ? " in no namespace" : " in namespace " + quoted(ns);
      fault.expected = roots();
    } else {
      fault.message += " in " + quoted(name_of(*open_.back().declaration));
      fault.expected = content_of(*open_.back().declaration);
    }
    return;
  }
  if (explain_attributes(fault, declaration, attributes, count)) return;
  const std::string missing = missing_attributes(declaration, attributes, count);
  fault.message =
      missing.empty() ? element + ": " + fault.message : element + " without " + missing;
  fault.expected = attribute_names(declaration);
}

bool Explainer::explain_order(ReadError& fault) const {
  const Open& parent = open_.back();
  auto& declaration = const_cast<SchemaElementDecl&>(*parent.declaration);  // as Xerces does itself
  const auto type = declaration.getModelType();
  if (type != SchemaElementDecl::Children && type != SchemaElementDecl::Mixed_Complex) return false;
  std::vector<std::unique_ptr<xercesc::QName>> names;
  std::vector<xercesc::QName*> children;
  for (const Child& child : parent.children) {
    names.push_back(std::make_unique<xercesc::QName>(xercesc::XMLUni::fgZeroLenString, child.name,
                                                     child.ns_id));
    children.push_back(names.back().get());
  }
  XMLSize_t failing = 0;
  if (declaration.getContentModel()->validateContent(children.data(), children.size(),
                                                     empty_namespace(), &failing)) {
    return false;
  }
  // Where one more of the element before it would help, that is what is missing.
  std::string missing;
  if (failing > 0) {
    std::vector<xercesc::QName*> more = children;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(failing), children[failing - 1]);
    XMLSize_t then = 0;
    if (declaration.getContentModel()->validateContent(more.data(), more.size(), empty_namespace(),
                                                       &then) ||
        then > failing + 1) {
      missing = "another " + quoted(parent.children[failing - 1].element->name) + " is missing";
    }
  }
  const std::string in = " in " + quoted(name_of(declaration));
  if (failing < children.size()) {
    const Element& child = *parent.children[failing].element;
    fault.message = missing.empty() ? "element " + quoted(child.name) + " out of place" + in
                                    : missing + in + " before element " + quoted(child.name);
    fault.line = child.line;
    fault.column = child.column;
  } else {
    fault.message = !missing.empty()   ? missing + in
                    : children.empty() ? quoted(name_of(declaration)) + " is empty"
                                       : quoted(name_of(declaration)) + " ends too early";
  }
  fault.expected = content_of(declaration);
  return true;
}

void Explainer::at_end(ReadError& fault, std::string_view text) const {
  if (open_.empty()) return;
  const SchemaElementDecl& declaration = *open_.back().declaration;
  const std::u16string value(text.begin(), text.end());  // only to ask again; ASCII is enough
  if (auto expected = refusal(declaration.getDatatypeValidator(), value.c_str())) {
    fault.message = "element " + quoted(name_of(declaration)) + " holds " + quoted(text);
    fault.expected = std::move(*expected);
    return;
  }
  if (!open_.back().children.empty() || text.empty()) {
    if (explain_order(fault)) return;
  }
  fault.message = "element " + quoted(name_of(declaration)) + ": " + fault.message;
}

void Explainer::at_text(ReadError& fault) const {
  if (open_.empty()) return;
  const SchemaElementDecl& declaration = *open_.back().declaration;
  fault.message = "text in element " + quoted(name_of(declaration));
  fault.expected = content_of(declaration);
}

std::string Explainer::roots() const {
  bool changed = false;
  xercesc::XSModel* const model = pool_.getXSModel(changed);
  if (model == nullptr) return {};
  auto* elements = model->getComponents(xercesc::XSConstants::ELEMENT_DECLARATION);
  if (elements == nullptr) return {};
  std::vector<std::string> names;
  for (XMLSize_t at = 0; at < elements->getLength(); ++at) {
    xercesc::XSObject& element = *elements->item(at);
    names.push_back("element " + quoted(narrow(element.getName())) + " in namespace " +
                    quoted(narrow(element.getNamespace())));
  }
  return joined(names);
}

unsigned int Explainer::empty_namespace() const {
  return pool_.getURIStringPool()->addOrFind(xercesc::XMLUni::fgZeroLenString);
}

}  // namespace schemas
