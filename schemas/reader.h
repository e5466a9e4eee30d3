// The readers: the one place of the project where text becomes a validated tree. Xerces-C++ is
// behind them and nowhere else; none of its exceptions, types or headers come through.
//
// Schemas are embedded (schemas/README.md); nothing is fetched, no schema file is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <span>
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
// carry line and column. One file after another; past kMaxGrowth of what Xerces remembers of them
// parser and grammar are made anew (some milliseconds). Not thread-safe.
class FileReader {
 public:
  static constexpr std::size_t kMaxFileBytes = std::size_t{16} << 20U;
  static constexpr std::size_t kMaxGrowth = std::size_t{512} << 10U;
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

  // live_bytes is what Xerces holds at this moment.
  [[nodiscard]] std::size_t live_bytes() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

struct StanzaLimits {
  std::size_t bytes = 262'144;
  std::size_t depth = 32;
  std::size_t elements = 1'024;
};

// StanzaReader reads what a hostile peer wrote, one stanza after another: the hot path. It refuses
// by itself all that RFC 6120 section 11.1 bans, whatever the framer let through. Names that peers
// invent stay in Xerces' pools; past kMaxGrowth the reader and its pools are made anew (some tens
// of microseconds), so that neither memory nor time grows. Not thread-safe.
class StanzaReader {
 public:
  static constexpr std::size_t kMaxGrowth = std::size_t{512} << 10U;

  // Compiles the stanza grammar (some milliseconds). Throws std::logic_error where the embedded
  // schemas are wrong.
  explicit StanzaReader(const StanzaLimits& limits = {});
  ~StanzaReader();
  StanzaReader(const StanzaReader&) = delete;
  StanzaReader& operator=(const StanzaReader&) = delete;

  // read_stanza parses and validates exactly one stanza, from its '<' to its '>'. A stanza that
  // declares no default namespace is in jabber:server, as it is on the stream; one that does must
  // name jabber:server. Prefixes that only the stream header declared are unbound. The tree lives
  // until the next call. No exception leaves.
  [[nodiscard]] std::expected<const Element*, ReadError> read_stanza(std::string_view stanza);

  // refused_root returns, where the last stanza had the fault kSchema, its start tag: attributes
  // well-formed but NOT validated, no children. For the reply. nullptr otherwise. Until the next
  // read.
  [[nodiscard]] const Element* refused_root() const;

  // dropped returns the namespaces of the elements that the last stanza carried and the tree does
  // not (schemas/dropped.h), once for each element. Until the next read.
  [[nodiscard]] std::span<const std::string_view> dropped() const;

  // live_bytes is what Xerces holds at this moment; renewals counts how often it was made anew.
  [[nodiscard]] std::size_t live_bytes() const;
  [[nodiscard]] std::uint64_t renewals() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace schemas
