// Explainer: turns what Xerces says about a file into what a person needs: what is wrong, what was
// expected, and where.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>
#include <xercesc/framework/XMLAttr.hpp>
#include <xercesc/framework/XMLGrammarPool.hpp>
#include <xercesc/util/RefVectorOf.hpp>
#include <xercesc/validators/schema/SchemaElementDecl.hpp>

#include "schemas/element.h"
#include "schemas/read_error.h"

namespace schemas {

// Explainer follows the parse of a file, and rewrites a fault of the schema when it comes. Xerces
// reports one in three places: an attribute or an unknown element before the element's start event,
// simple content and wrong order before its end event, stray text before the next event of any
// kind. So the parser notes the fault, goes on to that event, and asks here.
class Explainer {
 public:
  // `pool` is the locked pool that the parser validates with; it must outlive the explainer.
  explicit Explainer(xercesc::XMLGrammarPool& pool) : pool_(pool) {}

  using Attributes = xercesc::RefVectorOf<xercesc::XMLAttr>;

  // begin is called before each document.
  void begin() { open_.clear(); }
  void opened(const xercesc::SchemaElementDecl& declaration, unsigned int ns_id,
              const Element& element);
  void closed() { open_.pop_back(); }

  // The explain functions rewrite message and expected, and where they know better line and column,
  // of a fault that came before the start of an element; before the end of the innermost one, whose
  // text is given; or with text where none may stand.
  void at_start(ReadError& fault, const xercesc::SchemaElementDecl& declaration,
                std::string_view ns, const Attributes& attributes, XMLSize_t count) const;
  void at_end(ReadError& fault, std::string_view text) const;
  void at_text(ReadError& fault) const;

 private:
  struct Child {
    unsigned int ns_id;
    const XMLCh* name;
    const Element* element;
  };
  struct Open {
    const xercesc::SchemaElementDecl* declaration;
    std::vector<Child> children;
  };

  [[nodiscard]] bool explain_attributes(ReadError& fault,
                                        const xercesc::SchemaElementDecl& declaration,
                                        const Attributes& attributes, XMLSize_t count) const;
  [[nodiscard]] bool explain_order(ReadError& fault) const;
  [[nodiscard]] std::string roots() const;
  [[nodiscard]] unsigned int empty_namespace() const;

  xercesc::XMLGrammarPool& pool_;
  std::vector<Open> open_;
};

}  // namespace schemas
