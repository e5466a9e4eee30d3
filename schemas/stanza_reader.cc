#include <array>
#include <optional>
#include <stdexcept>

#include "schemas/dropped.h"
#include "schemas/grammar_pool.h"
#include "schemas/lexical.h"
#include "schemas/parser.h"
#include "schemas/reader.h"
#include "schemas/splice.h"
#include "schemas/xerces_platform.h"

namespace schemas {
namespace {

constexpr std::string_view kNamespace = "jabber:server";
constexpr std::array<std::string_view, 3> kStanzas{"message", "presence", "iq"};

ReadError refusal(ReadFault fault, std::string_view message, std::uint64_t column = 0) {
  ReadError error;
  error.fault = fault;
  error.line = column == 0 ? 0 : 1;
  error.column = column;
  error.message = message;
  return error;
}

std::vector<XMLByte> compile_stanza_grammar() {
  PooledMemory memory;
  return GrammarPool(embedded_schema(root_schema(Grammar::kStanza)), memory).serialize();
}

// Engine is what is thrown away as a whole when it has grown.
struct Engine {
  Engine(std::span<const XMLByte> compiled, const ParserOptions& options)
      : grammar(compiled, memory),
        parser(memory, grammar.pool(), options),
        size_when_made(memory.live_bytes()) {}

  PooledMemory memory;
  GrammarPool grammar;
  Parser parser;
  std::size_t size_when_made;
};

}  // namespace

struct StanzaReader::Parts {
  explicit Parts(const StanzaLimits& wanted)
      : limits(wanted),
        options{.limits = {.depth = wanted.depth, .elements = wanted.elements},
                .root_namespace = kNamespace,
                .root_names = kStanzas,
                .leave_out = kDroppedNamespaces,
                .for_people = false,
                // `&lt;` is the shortest reference that is one expansion.
                .max_references = wanted.bytes / 4 + 1},
        compiled(compile_stanza_grammar()) {
    engine.emplace(compiled, options);
  }

  void renew_if_grown();
  std::expected<const Element*, ReadError> parse(const Splice& splice);

  XercesPlatform platform;
  StanzaLimits limits;
  ParserOptions options;
  std::vector<XMLByte> compiled;
  std::optional<Engine> engine;
  Arena arena;
  bool parsed = false;  // the last stanza got as far as the parser
  bool broken = false;  // after an exception that was not a fault of the stanza
  std::uint64_t renewals = 0;
};

void StanzaReader::Parts::renew_if_grown() {
  if (engine && !broken && engine->memory.live_bytes() <= engine->size_when_made + kMaxGrowth)
    return;
  engine.emplace(compiled, options);
  broken = false;
  ++renewals;
}

std::expected<const Element*, ReadError> StanzaReader::Parts::parse(const Splice& splice) {
  parsed = true;
  auto root = engine->parser.parse_pieces(splice.pieces, arena);
  if (root) return root;
  ReadError& error = root.error();
  if (error.fault == ReadFault::kInternal) broken = true;
  if (error.line == 1 && error.column > splice.at + splice.added) error.column -= splice.added;
  return root;
}

StanzaReader::StanzaReader(const StanzaLimits& limits) : parts_(std::make_unique<Parts>(limits)) {}

StanzaReader::~StanzaReader() = default;

std::expected<const Element*, ReadError> StanzaReader::read_stanza(std::string_view stanza) {
  parts_->parsed = false;
  if (stanza.size() > parts_->limits.bytes) {
    return std::unexpected(refusal(ReadFault::kLimit, "more octets than the limit"));
  }
  if (const auto fault = check_markup(stanza, {})) {
    return std::unexpected(refusal(fault->fault, fault->message, fault->offset + 1));
  }
  const std::optional<Splice> splice = splice_namespace(stanza);
  if (!splice || !stanza.ends_with('>')) {
    return std::unexpected(refusal(ReadFault::kNotWellFormed, "not one element"));
  }
  if (splice->prefixed) {
    return std::unexpected(refusal(ReadFault::kNamespace, "a prefix on the stanza's name", 1));
  }
  parts_->arena.reset();
  try {
    parts_->renew_if_grown();
  } catch (...) {  // whatever it was: without a reader nothing is read
    return std::unexpected(refusal(ReadFault::kInternal, "the grammar could not be made anew"));
  }
  return parts_->parse(*splice);
}

const Element* StanzaReader::refused_root() const {
  return parts_->parsed ? parts_->engine->parser.start_tag() : nullptr;
}

std::span<const std::string_view> StanzaReader::dropped() const {
  if (!parts_->parsed) return {};
  return parts_->engine->parser.dropped();
}

std::size_t StanzaReader::live_bytes() const {
  return parts_->engine ? parts_->engine->memory.live_bytes() : 0;
}

std::uint64_t StanzaReader::renewals() const { return parts_->renewals; }

}  // namespace schemas
