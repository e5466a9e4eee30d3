#include "guard/filter/warm_up.h"

#include "guard/xmpp/jid.h"

namespace guard::filter {

void warm_up() {
  // A U-label, an A-label, non-ASCII local and resource parts: each takes another way through ICU.
  for (const char* address :
       {"j\u00fcrgen@b\u00fccher.example/\u00dcbung \u2014 \u0431", "x@xn--bcher-kva.example/r",
        "\u5f20@\u4f8b\u5b50.example", "A@EXAMPLE.COM/\u00c5"}) {
    // Whether it is accepted does not matter here.
    static_cast<void>(xmpp::parse_jid(address));
  }
}

}  // namespace guard::filter
