// SpanInput: a document in memory, in up to three pieces, given to Xerces without a copy.
#pragma once

#include <array>
#include <string_view>
#include <xercesc/sax/InputSource.hpp>

namespace schemas {

// SpanInput says that its octets are UTF-8, whatever they say themselves. It borrows them: they
// must live until the parse ends.
class SpanInput final : public xercesc::InputSource {
 public:
  using Pieces = std::array<std::string_view, 3>;

  explicit SpanInput(xercesc::MemoryManager* memory);

  void set_pieces(const Pieces& pieces) { pieces_ = pieces; }
  xercesc::BinInputStream* makeStream() const override;

 private:
  Pieces pieces_;
};

}  // namespace schemas
