// GrammarPool: one grammar, compiled from the embedded schemas and locked.
#pragma once

#include <span>
#include <string_view>
#include <vector>
#include <xercesc/framework/XMLGrammarPoolImpl.hpp>

#include "schemas/embedded_schemas.h"
#include "schemas/pooled_memory.h"

namespace schemas {

// embedded_schema returns the schema of that name; throws std::logic_error where there is none.
[[nodiscard]] const EmbeddedSchema& embedded_schema(std::string_view name);

// GrammarPool is not thread-safe: its memory is not. `memory` must outlive it.
class GrammarPool {
 public:
  // Compiles `root` and all embedded schemas that it imports. Throws std::logic_error, saying
  // "file:line:column: what", where a schema is missing or wrong: that is found by the first test
  // that runs, and in a release at the start of the process.
  GrammarPool(const EmbeddedSchema& root, PooledMemory& memory);

  // Makes the grammar again from what serialize wrote, some hundred times faster.
  GrammarPool(std::span<const XMLByte> serialized, PooledMemory& memory);

  [[nodiscard]] std::vector<XMLByte> serialize();
  [[nodiscard]] xercesc::XMLGrammarPool& pool() { return pool_; }

 private:
  xercesc::XMLGrammarPoolImpl pool_;
};

}  // namespace schemas
