#include "guard/xmpp/sent_stanzas.h"

namespace guard::xmpp {

std::string SentStanzas::sent(std::uint32_t count) {
  sent_ += count;
  return each_ ? std::string() : ask();
}

std::string SentStanzas::ask() {
  if (asked_ || unacknowledged() == 0) return {};
  asked_ = true;
  asked_at_ = sent_;
  ++answers_owed_;
  return write_management({.kind = ManagementKind::kRequest, .version = version_});
}

SentStanzas::Heard SentStanzas::answered(std::uint32_t h) {
  Heard heard;
  const std::uint64_t before = acknowledged_.prefix();
  const std::uint32_t more = h - start_ - static_cast<std::uint32_t>(before);  // modulo 2^32
  if (more > sent_ - before) {
    heard.too_high = true;
    return heard;
  }
  asked_ = false;
  if (more > 0) {
    heard.more = PlaceRun{before + 1, before + more};
    acknowledged_.add(*heard.more);
  } else if (answers_owed_ > 0) {
    --answers_owed_;
  } else {
    heard.unasked = true;
  }
  heard.newer = !each_ && asked_at_ != sent_ && unacknowledged() > 0;
  return heard;
}

SentStanzas::Heard SentStanzas::told(const PlaceRun& run) {
  Heard heard;
  if (run.last > sent_) {
    heard.too_high = true;
    return heard;
  }
  heard.more = run;
  heard.unasked = acknowledged_.add(run) == 0;
  return heard;
}

}  // namespace guard::xmpp
