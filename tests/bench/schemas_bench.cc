// What one stanza costs in the reader: octets to a validated tree.
#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "schemas/reader.h"

namespace {

// 600 octets: the stanza that the figures of the project are about.
std::string chat_message() {
  const std::string head =
      "<message from='alice@high.example/desk-4711' to='bob@low.example' type='chat' "
      "id='5c1b9ea0-3f6c-4f5e-9a51-0d8a8e7b1c11' xml:lang='en'><body>";
  const std::string tail =
      "</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
      "<securitylabel xmlns='urn:xmpp:sec-label:0'>"
      "<displaymarking fgcolor='black' bgcolor='green'>UNCLASSIFIED</displaymarking>"
      "<label><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQEGASk=</esssecuritylabel>"
      "</label></securitylabel></message>";
  const std::string filler = "The convoy leaves at dawn and takes the northern road. ";
  std::string body;
  while (head.size() + body.size() + tail.size() < 600) body += filler[body.size() % filler.size()];
  return head + body + tail;
}

void read(benchmark::State& state, const std::string& stanza, bool accepted) {
  schemas::StanzaReader reader;
  if (reader.read_stanza(stanza).has_value() != accepted) throw std::logic_error("wrong outcome");
  for (auto _ : state) benchmark::DoNotOptimize(reader.read_stanza(stanza));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stanza.size()));
}

void labelled_message(benchmark::State& state) { read(state, chat_message(), true); }
void ping(benchmark::State& state) {
  read(state,
       "<iq from='low.example' to='high.example' id='p-17' type='get'>"
       "<ping xmlns='urn:xmpp:ping'/></iq>",
       true);
}
void presence(benchmark::State& state) {
  read(state,
       "<presence from='bob@low.example/desk' to='alice@high.example'><priority>5</priority>"
       "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='https://client.example' "
       "ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>",
       true);
}
void refused_unknown_element(benchmark::State& state) {
  read(state, "<message to='bob@low.example'><x xmlns='urn:unknown'/></message>", false);
}
void refused_doctype(benchmark::State& state) {
  read(state, "<!DOCTYPE message><message/>", false);
}
void large_body(benchmark::State& state) {
  read(state, "<message><body>" + std::string(200'000, 'x') + "</body></message>", true);
}

BENCHMARK(labelled_message);
BENCHMARK(ping);
BENCHMARK(presence);
BENCHMARK(refused_unknown_element);
BENCHMARK(refused_doctype);
BENCHMARK(large_body);

}  // namespace
