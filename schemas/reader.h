// The readers: the one place of the project where text becomes a validated tree. Xerces-C++ is
// behind them and nowhere else; none of its exceptions, types or headers come through.
//
// Schemas are embedded (schemas/README.md); nothing is fetched, no schema file is read.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "guard/base/file_error.h"
#include "schemas/arena.h"
#include "schemas/element.h"
#include "schemas/embedded_schemas.h"
#include "schemas/grammar.h"
#include "schemas/read_error.h"

namespace schemas {

// Document owns a tree: every view in it lives as long as the Document, wherever that is moved.
class Document {
 public:
  Document(std::unique_ptr<Arena> arena, const Element* root)
      : arena_(std::move(arena)), root_(root) {}

  [[nodiscard]] const Element& root() const { return *root_; }

 private:
  std::unique_ptr<Arena> arena_;
  const Element* root_;
};

// FileReader reads what people wrote: policy, site and SPIF files. An XML 1.0 declaration and
// comments are allowed; a DOCTYPE, processing instructions and the xsi namespace are not. Elements
// carry line and column. Not thread-safe.
class FileReader {
 public:
  static constexpr std::size_t kMaxFileBytes = std::size_t{16} << 20U;
  static constexpr std::size_t kMaxElements = 1'000'000;

  // Compiles the grammar (some milliseconds). Throws std::logic_error where the embedded schema is
  // wrong or missing.
  explicit FileReader(Grammar grammar);
  // For tests: a schema that need not be embedded; what it imports must be.
  explicit FileReader(const EmbeddedSchema& schema);
  ~FileReader();
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  // read_file reads, parses and validates a regular file of at most kMaxFileBytes octets.
  [[nodiscard]] std::expected<Document, guard::FileError> read_file(
      const std::filesystem::path& path);

  // read_text does the same with text in memory; `file` is the name for complaints.
  [[nodiscard]] std::expected<Document, guard::FileError> read_text(std::string_view text,
                                                                    const std::string& file);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace schemas
