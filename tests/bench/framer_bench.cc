// What framing a stanza costs. The stanza is a labelled chat message of 600 bytes; the floor for it
// is some 180 ns (SSE2) on the machine of tests/bench/README.md.
#include <benchmark/benchmark.h>

#include <string>

#include "guard/base/check.h"
#include "guard/xmpp/framer.h"

namespace {

using guard::xmpp::exactly_one_stanza;
using guard::xmpp::FrameKind;
using guard::xmpp::Framer;

constexpr std::string_view kHeader =
    "<stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'>";

std::string labelled_message() {
  std::string text =
      "<message from='alice@high.example/desk' to='bob@low.example/phone' type='chat' "
      "id='a1b2c3d4e5f6'><body>";
  const std::string rest =
      "</body><securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking fgcolor='black' "
      "bgcolor='green'>UNCLASSIFIED</displaymarking><label><esssecuritylabel "
      "xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQQGASk=</esssecuritylabel></label></securitylabel>"
      "<active xmlns='http://jabber.org/protocol/chatstates'/><request "
      "xmlns='urn:xmpp:receipts'/></message>";
  while (text.size() + rest.size() < 600) text += "The quick brown fox. "[text.size() % 21];
  return text + rest;
}

void BM_FrameStanzas(benchmark::State& state) {
  const std::string stanza = labelled_message();
  std::string burst;
  const std::int64_t each = state.range(0);
  for (std::int64_t i = 0; i < each; ++i) burst += stanza;
  Framer framer({});
  framer.feed(kHeader);
  CHECK(framer.next()->kind == FrameKind::kHeader);
  for (auto _ : state) {
    framer.feed(burst);
    for (std::int64_t i = 0; i < each; ++i) {
      const auto frame = framer.next();
      CHECK(frame && frame->kind == FrameKind::kElement);
      benchmark::DoNotOptimize(frame->bytes.data());
    }
  }
  state.SetItemsProcessed(state.iterations() * each);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(burst.size()));
}
BENCHMARK(BM_FrameStanzas)->Arg(1)->Arg(27);

void BM_ExactlyOneStanza(benchmark::State& state) {
  const std::string stanza = labelled_message();
  for (auto _ : state) {
    const auto one = exactly_one_stanza(stanza, {});
    CHECK(one.has_value());
    benchmark::DoNotOptimize(one->elements);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ExactlyOneStanza);

void BM_FrameLongCyrillicBody(benchmark::State& state) {
  std::string stanza = "<message><body>";
  while (stanza.size() < 8'000) stanza += "\xD0\x9F\xD1\x80\xD0\xB8 ";
  stanza += "</body></message>";
  for (auto _ : state) benchmark::DoNotOptimize(exactly_one_stanza(stanza, {}));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stanza.size()));
}
BENCHMARK(BM_FrameLongCyrillicBody);

}  // namespace
