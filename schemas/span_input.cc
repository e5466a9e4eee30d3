#include "schemas/span_input.h"

#include <algorithm>
#include <cstring>
#include <xercesc/util/BinInputStream.hpp>
#include <xercesc/util/XMLUni.hpp>

namespace schemas {
namespace {

class SpanStream final : public xercesc::BinInputStream {
 public:
  explicit SpanStream(const SpanInput::Pieces& pieces) : pieces_(pieces) {}

  XMLFilePos curPos() const override { return position_; }

  XMLSize_t readBytes(XMLByte* const to_fill, const XMLSize_t most) override {
    XMLSize_t filled = 0;
    for (std::string_view& piece : pieces_) {
      const std::size_t part = std::min(piece.size(), most - filled);
      if (part == 0) continue;
      std::memcpy(to_fill + filled, piece.data(), part);
      piece.remove_prefix(part);
      filled += part;
    }
    position_ += filled;
    return filled;
  }

  const XMLCh* getContentType() const override { return nullptr; }

 private:
  SpanInput::Pieces pieces_;
  XMLFilePos position_ = 0;
};

constexpr XMLCh kName[] = u"input";

}  // namespace

SpanInput::SpanInput(xercesc::MemoryManager* memory) : InputSource(kName, memory) {
  setEncoding(xercesc::XMLUni::fgUTF8EncodingString);
}

xercesc::BinInputStream* SpanInput::makeStream() const {
  return new (getMemoryManager()) SpanStream(pieces_);
}

}  // namespace schemas
