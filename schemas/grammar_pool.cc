#include "schemas/grammar_pool.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <xercesc/internal/BinMemOutputStream.hpp>
#include <xercesc/parsers/SAX2XMLReaderImpl.hpp>
#include <xercesc/sax/ErrorHandler.hpp>
#include <xercesc/sax/SAXParseException.hpp>
#include <xercesc/util/BinMemInputStream.hpp>
#include <xercesc/util/OutOfMemoryException.hpp>
#include <xercesc/util/XMLEntityResolver.hpp>
#include <xercesc/util/XMLException.hpp>
#include <xercesc/util/XMLString.hpp>
#include <xercesc/util/XMLUni.hpp>
#include <xercesc/validators/common/Grammar.hpp>

#include "schemas/embedded_schemas.h"
#include "schemas/span_input.h"
#include "schemas/utf8.h"

namespace schemas {
namespace {

std::string narrow(const XMLCh* text) {
  return text == nullptr ? std::string()
                         : to_utf8_lossy({text, xercesc::XMLString::stringLen(text)});
}

// Resolver finds imported schemas among the embedded ones, and nowhere else.
class Resolver final : public xercesc::XMLEntityResolver {
 public:
  explicit Resolver(xercesc::MemoryManager& memory) : memory_(memory) {}

  xercesc::InputSource* resolveEntity(xercesc::XMLResourceIdentifier* wanted) override {
    return source(embedded_schema(narrow(wanted->getSystemId()))).release();
  }

  std::unique_ptr<SpanInput> source(const EmbeddedSchema& schema) {
    auto input = std::make_unique<SpanInput>(&memory_);
    input->set_pieces({schema.text, {}, {}});
    const std::u16string wide(schema.name.begin(), schema.name.end());
    input->setSystemId(wide.c_str());
    return input;
  }

 private:
  xercesc::MemoryManager& memory_;
};

class Complaint final : public xercesc::ErrorHandler {
 public:
  void warning(const xercesc::SAXParseException& exception) override { stop(exception); }
  void error(const xercesc::SAXParseException& exception) override { stop(exception); }
  void fatalError(const xercesc::SAXParseException& exception) override { stop(exception); }
  void resetErrors() override {}

 private:
  [[noreturn]] static void stop(const xercesc::SAXParseException& exception) {
    throw std::logic_error(
        narrow(exception.getSystemId()) + ":" + std::to_string(exception.getLineNumber()) + ":" +
        std::to_string(exception.getColumnNumber()) + ": " + narrow(exception.getMessage()));
  }
};

void load(const EmbeddedSchema& root, PooledMemory& memory, xercesc::XMLGrammarPool& pool) {
  using xercesc::XMLUni;
  Resolver resolver(memory);
  Complaint complaint;
  xercesc::SAX2XMLReaderImpl reader(&memory, &pool);
  reader.setXMLEntityResolver(&resolver);
  reader.setErrorHandler(&complaint);
  reader.setFeature(XMLUni::fgXercesDisableDefaultEntityResolution, true);
  reader.setFeature(XMLUni::fgXercesSchemaFullChecking, true);
  const auto source = resolver.source(root);
  if (reader.loadGrammar(*source, xercesc::Grammar::SchemaGrammarType, true) == nullptr) {
    throw std::logic_error("no grammar in " + std::string(root.name));
  }
}

}  // namespace

const EmbeddedSchema& embedded_schema(std::string_view name) {
  const auto schemas = embedded_schemas();
  const auto found = std::ranges::find(schemas, name, &EmbeddedSchema::name);
  if (found == schemas.end()) {
    throw std::logic_error("no embedded schema named " + std::string(name));
  }
  return *found;
}

GrammarPool::GrammarPool(const EmbeddedSchema& root, PooledMemory& memory) : pool_(&memory) {
  try {
    load(root, memory, pool_);
    pool_.lockPool();
  } catch (const xercesc::XMLException& exception) {
    throw std::logic_error(std::string(root.name) + ": " + narrow(exception.getMessage()));
  } catch (const xercesc::OutOfMemoryException&) {
    throw std::bad_alloc();
  }
}

GrammarPool::GrammarPool(std::span<const XMLByte> serialized, PooledMemory& memory)
    : pool_(&memory) {
  xercesc::BinMemInputStream input(serialized.data(), serialized.size(),
                                   xercesc::BinMemInputStream::BufOpt_Reference, &memory);
  pool_.deserializeGrammars(&input);
  pool_.lockPool();
}

std::vector<XMLByte> GrammarPool::serialize() {
  // What is written from a locked pool cannot be read again: the reader would look for the
  // synchronised string pool, which only a later lockPool makes.
  pool_.unlockPool();
  xercesc::BinMemOutputStream output;
  pool_.serializeGrammars(&output);
  pool_.lockPool();
  const XMLByte* const begin = output.getRawBuffer();
  return {begin, begin + output.getSize()};
}

}  // namespace schemas
