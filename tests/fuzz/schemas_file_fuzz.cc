// FileReader is total, and so is the explainer behind it: any octets give a tree or a complaint
// with a name, and a place inside the text where there is one.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "guard/base/check.h"
#include "schemas/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static schemas::FileReader site(schemas::Grammar::kSite);
  static schemas::FileReader spif(schemas::Grammar::kSpif);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Carriage returns end lines too.
  const auto lines = 2 + static_cast<std::size_t>(std::ranges::count(text, '\n')) +
                     static_cast<std::size_t>(std::ranges::count(text, '\r'));
  for (schemas::FileReader* reader : {&site, &spif}) {
    const auto document = reader->read_text(text, "fuzz.xml");
    if (document) {
      CHECK(!document->root().name.empty());
      CHECK(document->root().line <= lines);
    } else {
      CHECK(document.error().file == "fuzz.xml");
      CHECK(!document.error().what.empty());
      CHECK(document.error().line <= lines);
    }
  }
  return 0;
}
