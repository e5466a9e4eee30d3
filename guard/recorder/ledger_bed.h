// LedgerBed: a ledger on the workbench of its tests: two high peers, two low ones, a store in plain
// memory, and short ways to say what edges and filters say.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "guard/recorder/ledger.h"

namespace guard::recorder {

constexpr PeerIndex kAlpha = 0;  // high
constexpr PeerIndex kAmber = 1;  // high
constexpr PeerIndex kBravo = 2;  // low
constexpr PeerIndex kBeige = 3;  // low
constexpr Lane kDown = Lane::kHighToLow;
constexpr Lane kUp = Lane::kLowToHigh;
constexpr std::int64_t kSecond = 1'000'000;

class LedgerBed {
 public:
  explicit LedgerBed(std::size_t store_octets = 8U << 20)
      : memory(store_octets / 8), store(Store::format(octets())) {
    configuration.peers = {{"alpha", Side::kHigh},
                           {"amber", Side::kHigh},
                           {"bravo", Side::kLow},
                           {"beige", Side::kLow}};
    senders[0].fill(kAlpha);
    senders[1].fill(kBravo);
    configuration.policy_digest.fill(0x11);
    configuration.configuration_digest.fill(0x22);
  }

  std::span<std::uint8_t> octets() {
    return {reinterpret_cast<std::uint8_t*>(memory.data()), memory.size() * 8};
  }

  // start makes the ledger and lets both edges say Hello.
  void start(std::uint64_t epoch = 1) {
    make();
    for (const Side side : {Side::kHigh, Side::kLow}) adopt(side, epoch);
  }
  void make(const audit::Position& end = {}) { ledger.emplace(configuration, end, store); }

  // A new recorder on the same log and store, as guardd starts it. The edges have not said Hello.
  void restart_recorder(bool fresh = false) {
    ledger.reset();
    configuration.fresh = fresh;
    std::optional<Store> kept;
    if (!fresh) kept = Store::open(octets());
    const bool valid = kept.has_value();
    store = valid ? std::move(*kept) : Store::format(octets());
    audit::Position end;
    if (!log.empty()) end = {log.back().sequence, {}, log.back().time};
    make(end);
    ledger->recover(tail(), valid, now);
    commit();
  }

  void adopt(Side side, std::uint64_t epoch) {
    ledger->replace_edge(side, epoch, now);
    commit();
    wire::Hello hello;
    hello.epoch = epoch;
    edge(side, hello);
    commit();
  }

  template <class Message>
  void edge(Side side, Message message) {
    if constexpr (std::is_same_v<Message, wire::Ticket>)
      sender(side, message.number) = message.peer;
    ledger->on_edge(side, wire::AnyMessage(std::move(message)), now);
  }

  static Digest hash_of(std::uint64_t number) {
    Digest digest{};
    digest[0] = static_cast<std::uint8_t>(number);
    digest[1] = static_cast<std::uint8_t>(number >> 8);
    digest[31] = 0x5a;
    return digest;
  }

  // A ticket of a stanza for the other side.
  static wire::Ticket ticket(std::uint64_t number, PeerIndex peer, std::uint64_t stream = 1) {
    wire::Ticket made;
    made.number = number;
    made.stream = stream;
    made.peer = peer;
    made.lane = peer < kBravo ? kDown : kUp;
    made.length = 100;
    made.hash = hash_of(number);
    return made;
  }

  static wire::Judgement refusal(std::uint64_t number, std::string reason = "label-missing") {
    wire::Judgement made;
    made.ticket = number;
    made.peer = kAlpha;
    made.input = hash_of(number);
    made.finding.reason = std::move(reason);
    made.finding.from = "a@alpha.example/x";
    made.finding.to = "b@bravo.example";
    made.finding.kind = "message";
    made.finding.type = "chat";
    made.finding.facts = "{}";
    return made;
  }
  static wire::Judgement reply(std::uint64_t number, std::string bytes = "<error/>") {
    wire::Judgement made = refusal(number);
    made.outcome = wire::Outcome::kRefuseWithReply;
    made.bytes = std::move(bytes);
    made.pair = {"bravo.example", "alpha.example"};
    return made;
  }
  static wire::Judgement forward(std::uint64_t number, PeerIndex to, std::string bytes = "<m/>",
                                 std::string contingency = {}) {
    wire::Judgement made = refusal(number, "allowed");
    made.outcome = wire::Outcome::kForward;
    made.finding.allowed = true;
    made.far_peer = to;
    made.pair = {"alpha.example", "bravo.example"};
    made.bytes = std::move(bytes);
    made.contingency = std::move(contingency);
    return made;
  }
  // A request that crosses, and what would answer it: those of one `exchange` belong together.
  static wire::Judgement request(std::uint64_t number, PeerIndex to, std::uint8_t exchange) {
    wire::Judgement made = forward(number, to, "<iq/>", "<late/>");
    made.finding.kind = "iq";
    made.finding.type = "get";
    made.exchange.part = wire::Exchange::Part::kRequest;
    made.exchange.key.fill(exchange);
    return made;
  }
  static wire::Judgement answer(std::uint64_t number, PeerIndex to, std::uint8_t exchange) {
    wire::Judgement made = request(number, to, exchange);
    made.finding.type = "result";
    made.exchange.part = wire::Exchange::Part::kAnswer;
    made.contingency.clear();
    return made;
  }
  static wire::Judgement close(std::uint64_t number, wire::StreamCondition condition) {
    wire::Judgement made = refusal(number, "not-well-formed");
    made.outcome = wire::Outcome::kCloseStream;
    made.condition = condition;
    return made;
  }

  // judge names the peer of the ticket; of one that is still to come, the side's first.
  void judge(Lane lane, wire::Judgement judgement) {
    judgement.peer = sender(near_side(lane), judgement.ticket);
    judgement.lane = lane;
    ledger->on_judgement(near_side(lane), std::move(judgement), now);
  }

  // append makes the rows durable and no more: what a recorder has done that dies then.
  void append() {
    for (const audit::Record& row : ledger->rows()) log.push_back(row);
  }

  // commit makes the rows durable (here: keeps them) and returns and keeps the effects.
  std::vector<Effect> commit() {
    append();
    std::vector<Effect> done = ledger->committed();
    effects.insert(effects.end(), done.begin(), done.end());
    return done;
  }

  void pass(std::int64_t microseconds) {
    now.microseconds += microseconds;
    ledger->tick(now);
  }

  // What the log says to a new recorder: the naive reading of every row.
  audit::Tail tail() const {
    audit::Tail all;
    for (const audit::Record& row : log) {
      if (row.row_class == audit::Class::kDecision) {
        const Side side = near_side(*row.direction);
        all.tickets[{row.epoch, side}] = row.number;
        if (row.action == audit::Action::kClose) {
          all.closes[{row.epoch, side}].push_back({row.sequence, row.stream, row.detail});
        }
      }
      if (row.row_class == audit::Class::kEvent && row.side && row.number != 0) {
        all.events[{row.epoch, *row.side}] = row.number;
      }
      if (row.row_class == audit::Class::kOutcome) {
        for (auto& delivery : all.deliveries[row.peer]) {
          if (delivery.sequence >= row.first_sequence && delivery.sequence <= row.last_sequence) {
            delivery.ended = true;
          }
        }
      }
      if (const auto request = audit::answered_request(row)) all.answered.push_back(request);
      if (audit::releases(row.action)) {
        all.deliveries[std::string(audit::delivered_to(row))].push_back({row.sequence, false});
      }
    }
    std::ranges::sort(all.answered);
    return all;
  }

  // Messages of one type that have been sent to an edge since the last clear.
  template <class Message>
  std::vector<Message> sent(Side side) const {
    std::vector<Message> found;
    for (const Effect& effect : effects) {
      const auto* told = std::get_if<ToEdge>(&effect);
      if (told == nullptr || told->side != side) continue;
      if (const auto* message = std::get_if<Message>(&told->message)) found.push_back(*message);
    }
    return found;
  }
  std::vector<wire::Restart> restarts() const {
    std::vector<wire::Restart> found;
    for (const Effect& effect : effects) {
      const auto* told = std::get_if<ToSupervisor>(&effect);
      if (told == nullptr) continue;
      if (const auto* restart = std::get_if<wire::Restart>(&told->message)) {
        found.push_back(*restart);
      }
    }
    return found;
  }
  std::vector<std::uint64_t> notes_stored() const {
    std::vector<std::uint64_t> found;
    for (const Effect& effect : effects) {
      const auto* told = std::get_if<ToSupervisor>(&effect);
      if (told == nullptr) continue;
      if (const auto* stored = std::get_if<wire::NotesStored>(&told->message)) {
        found.push_back(stored->number);
      }
    }
    return found;
  }
  bool dropped(Side side) const {
    for (const Effect& effect : effects) {
      const auto* drop = std::get_if<DropEdge>(&effect);
      if (drop != nullptr && drop->side == side) return true;
    }
    return false;
  }
  std::vector<audit::Record> rows(audit::Class row_class) const {
    std::vector<audit::Record> found;
    for (const audit::Record& row : log) {
      if (row.row_class == row_class) found.push_back(row);
    }
    return found;
  }
  std::vector<audit::Record> events(std::string_view name) const {
    std::vector<audit::Record> found;
    for (const audit::Record& row : log) {
      if (row.event == name) found.push_back(row);
    }
    return found;
  }
  void report(Side side, std::uint64_t number, wire::Delivery result,
              std::vector<std::uint64_t> deliveries) {
    edge(side, wire::Outcomes{number, result, std::move(deliveries)});
  }

  // The peers of the last tickets, by their numbers.
  PeerIndex& sender(Side side, std::uint64_t number) {
    return senders[static_cast<std::size_t>(side)][number % senders[0].size()];
  }

  std::array<std::array<PeerIndex, 4096>, 2> senders;  // by Side
  std::vector<std::uint64_t> memory;
  wire::RecorderConfiguration configuration;
  Store store;
  std::optional<Ledger> ledger;
  UtcTime now{1'000'000'000'000'000};
  std::vector<audit::Record> log;  // durable
  std::vector<Effect> effects;     // all, in order
};

}  // namespace guard::recorder
