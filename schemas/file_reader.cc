#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>

#include "schemas/grammar_pool.h"
#include "schemas/lexical.h"
#include "schemas/parser.h"
#include "schemas/reader.h"
#include "schemas/xerces_platform.h"

namespace schemas {
namespace {

// place_of turns an offset into the line and the column (of the character, both from 1).
void place_of(std::string_view text, std::size_t offset, guard::FileError& error) {
  const std::string_view before = text.substr(0, offset);
  error.line = 1 + static_cast<std::uint64_t>(std::ranges::count(before, '\n'));
  const std::size_t start = before.rfind('\n');
  const std::string_view line = before.substr(start == std::string_view::npos ? 0 : start + 1);
  const auto starts_character = [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  };
  error.column = 1 + static_cast<std::uint64_t>(std::ranges::count_if(line, starts_character));
}

guard::FileError complaint(const std::string& file, std::string what, std::string expected = {}) {
  guard::FileError error;
  error.file = file;
  error.what = std::move(what);
  error.expected = std::move(expected);
  return error;
}

std::string expected_instead(ReadFault fault) {
  switch (fault) {
    case ReadFault::kRestrictedXml:
      return "XML 1.0 without DOCTYPE, entities and processing instructions";
    case ReadFault::kBadEncoding:
      return "UTF-8";
    case ReadFault::kLimit:
      return "a file within the limits of schemas/README.md";
    case ReadFault::kNamespace:
      return "no xsi attributes: the schema is the program's own";
    case ReadFault::kForbiddenText:
      return "assigned characters";
    case ReadFault::kNotWellFormed:
      return "well-formed XML";
    case ReadFault::kUnsupportedStanza:
    case ReadFault::kSchema:
    case ReadFault::kInternal:
      return {};
  }
  return {};
}

// Engine is what is thrown away as a whole when it has grown: names that the writers of files
// invented stay in the pools of the parser and of the grammar. In this order, because they are
// destroyed in the opposite one.
struct Engine {
  explicit Engine(const EmbeddedSchema& root)
      : grammar(root, memory),
        parser(memory, grammar.pool(),
               {.limits = {.depth = 64, .elements = FileReader::kMaxElements},
                .for_people = true,
                .max_references = FileReader::kMaxFileBytes}),
        size_when_made(memory.live_bytes()) {}

  PooledMemory memory;
  GrammarPool grammar;
  Parser parser;  // kept, for to make one costs more than to read a label
  std::size_t size_when_made;
};

}  // namespace

struct FileReader::Parts {
  explicit Parts(const EmbeddedSchema& root) : schema(root) { engine.emplace(schema); }

  Parser& ready_parser() {
    const std::size_t most = engine ? engine->size_when_made + kMaxGrowth : 0;
    if (!engine || engine->memory.live_bytes() > most) engine.emplace(schema);
    return engine->parser;
  }

  XercesPlatform platform;
  EmbeddedSchema schema;
  std::optional<Engine> engine;
};

FileReader::FileReader(Grammar grammar) : FileReader(embedded_schema(root_schema(grammar))) {}

FileReader::FileReader(const EmbeddedSchema& schema) : parts_(std::make_unique<Parts>(schema)) {}

FileReader::~FileReader() = default;

std::size_t FileReader::live_bytes() const {
  return parts_->engine ? parts_->engine->memory.live_bytes() : 0;
}

std::expected<Document, guard::FileError> FileReader::read_text(std::string_view text,
                                                                const std::string& file) {
  if (text.size() > kMaxFileBytes) {
    return std::unexpected(complaint(file, std::to_string(text.size()) + " octets",
                                     "at most " + std::to_string(kMaxFileBytes)));
  }
  const auto fail = [&](const LexicalFault& fault, std::size_t offset) {
    auto error = complaint(file, std::string(fault.message), expected_instead(fault.fault));
    place_of(text, offset, error);
    return std::unexpected(std::move(error));
  };
  Declaration declaration{};
  if (const auto fault = check_declaration(text, declaration)) return fail(*fault, fault->offset);
  const std::string_view body = text.substr(declaration.size);
  if (const auto fault = check_markup(body, {.comments = true})) {
    return fail(*fault, fault->offset + declaration.size);
  }

  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return fail({.fault = ReadFault::kNotWellFormed, .offset = 0, .message = "nothing in it"}, 0);
  }

  // Xerces sees white space where the declaration was, so that its columns are those of the file.
  const std::string blank(declaration.size, ' ');
  auto arena = std::make_unique<Arena>();
  const auto root = parts_->ready_parser().parse_pieces({blank, body, {}}, *arena);
  if (root) return Document(std::move(arena), *root);
  if (root.error().fault == ReadFault::kInternal) parts_->engine.reset();
  auto error = complaint(file, root.error().message, root.error().expected);
  if (error.expected.empty()) error.expected = hint_of(error.what);
  if (error.expected.empty() && !error.what.starts_with("expected")) {
    error.expected = expected_instead(root.error().fault);
  }
  error.line = root.error().line;
  error.column = root.error().column;
  return std::unexpected(std::move(error));
}

std::expected<Document, guard::FileError> FileReader::read_file(const std::filesystem::path& path) {
  const std::string file = path.string();
  std::error_code code;
  if (!std::filesystem::is_regular_file(path, code)) {
    return std::unexpected(complaint(file, code ? code.message() : "not a regular file", "a file"));
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    return std::unexpected(complaint(file, std::strerror(errno), "a file that can be read"));
  }
  std::string text;
  char part[64 * 1024];
  while (text.size() <= kMaxFileBytes && (stream.read(part, sizeof part), stream.gcount() > 0)) {
    text.append(part, static_cast<std::size_t>(stream.gcount()));
  }
  if (stream.bad()) return std::unexpected(complaint(file, "cannot be read", "a readable file"));
  return read_text(text, file);
}

}  // namespace schemas
