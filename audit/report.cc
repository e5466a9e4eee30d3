#include "audit/report.h"

#include <algorithm>
#include <utility>

#include "audit/export_format.h"
#include "guard/base/escape.h"

namespace audit {
namespace {

constexpr std::size_t kShown = 20;  // rows of each list
constexpr std::size_t kBuckets = 60;
constexpr std::int64_t kMinute = 60'000'000;
constexpr const char* kVerdictNames[] = {"allowed", "refused", "withheld"};
constexpr const char* kColours[] = {"#3a7d44", "#c0392b", "#7f8c8d"};

template <class Counts>
std::vector<std::pair<std::string, std::uint64_t>> largest(const Counts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> list(counts.begin(), counts.end());
  std::ranges::sort(list, [](const auto& a, const auto& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  if (list.size() > kShown) list.resize(kShown);
  return list;
}

std::string minute_of(guard::UtcTime time) {
  std::string text = guard::to_iso8601(time).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text;
}

std::string right(std::uint64_t number, std::size_t columns) {
  std::string text = std::to_string(number);
  if (text.size() < columns) text.insert(0, columns - text.size(), ' ');
  return text;
}

}  // namespace

void Report::count(Counts& counts, std::string_view name, std::uint64_t times) {
  auto found = counts.find(name);
  if (found == counts.end()) {
    const std::string_view kept = counts.size() < kMostNames ? name : "(others)";
    found = counts.try_emplace(std::string(kept)).first;
  }
  found->second += times;
}

void Report::add(const Record& record) {
  if (records_++ == 0) first_ = record.time;
  last_ = record.time;
  if (record.row_class == Class::kEvent) count(events_, record.event, record.count);
  if (record.row_class == Class::kOutcome) count(results_, to_string(record.result), record.count);
  if (record.row_class != Class::kDecision) return;
  const std::size_t verdict = record.verdict == Verdict::kAllowed   ? 0
                              : record.verdict == Verdict::kRefused ? 1
                                                                    : 2;
  ++verdicts_[verdict];
  ++minutes_[record.time.microseconds / kMinute][verdict];
  count(pairs_, record.sender + " > " + (record.receiver.empty() ? "?" : record.receiver));
  count(markings_, record.marking.empty() ? "(none)" : record.marking);
  if (verdict == 0) return;
  count(reasons_, record.reason);
  const std::string_view bare =
      std::string_view(record.from_address).substr(0, record.from_address.find('/'));
  count(refused_senders_, bare.empty() ? std::string_view(record.sender) : bare);
}

std::vector<Report::Bucket> Report::buckets() const {
  std::vector<Bucket> list;
  if (minutes_.empty()) return list;
  const std::int64_t begin = minutes_.begin()->first;
  const std::int64_t span = minutes_.rbegin()->first - begin + 1;
  const std::int64_t width =
      (span + static_cast<std::int64_t>(kBuckets) - 1) / static_cast<std::int64_t>(kBuckets);
  list.resize(static_cast<std::size_t>((span + width - 1) / width));
  for (std::size_t i = 0; i < list.size(); ++i) {
    list[i].begin = {(begin + static_cast<std::int64_t>(i) * width) * kMinute};
  }
  for (const auto& [minute, verdicts] : minutes_) {
    auto& sum = list[static_cast<std::size_t>((minute - begin) / width)].verdicts;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += verdicts[i];
  }
  return list;
}

std::string Report::text() const {
  if (records_ == 0) return "No records.\n";
  std::string out = std::to_string(records_) + " records, " + guard::to_iso8601(first_) + " to " +
                    guard::to_iso8601(last_) + "\n";
  const auto section = [&](std::string_view title, const auto& rows) {
    if (rows.empty()) return;
    out.append("\n").append(title).append("\n");
    for (const auto& [name, number] : rows) {
      out += right(number, 12) + "  " + guard::for_terminal(name) + "\n";
    }
  };
  std::vector<std::pair<std::string, std::uint64_t>> verdicts;
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    verdicts.emplace_back(kVerdictNames[i], verdicts_[i]);
  }
  section("Stanzas by verdict", verdicts);
  section("Not let through, by reason", largest(reasons_));
  section("By peers", largest(pairs_));
  section("By label", largest(markings_));
  section("Senders that were refused most", largest(refused_senders_));
  section("What became of what was released", largest(results_));
  section("Events", largest(events_));
  out += "\nOver time                allowed     refused    withheld\n";
  for (const Bucket& bucket : buckets()) {
    out += minute_of(bucket.begin);
    for (const std::uint64_t number : bucket.verdicts) out += right(number, 12);
    out += "\n";
  }
  return out;
}

std::string Report::html() const {
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<title>xmpp-guard report</title>\n<style>\n"
      "body{font:15px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\n"
      "table{border-collapse:collapse;margin:0 0 1.5rem}\n"
      "td{padding:.15rem .8rem .15rem 0;vertical-align:top}\n"
      "td:first-child{text-align:right;font-variant-numeric:tabular-nums}\n"
      "h2{font-size:1.05rem;margin:1.5rem 0 .4rem}\nsvg{width:100%;height:auto}\n"
      "</style></head><body>\n<h1>xmpp-guard report</h1>\n";
  if (records_ == 0) return out + "<p>No records.</p></body></html>\n";
  out += "<p>" + std::to_string(records_) + " records, " + guard::to_iso8601(first_) + " to " +
         guard::to_iso8601(last_) + "</p>\n<p>";
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    out += std::string(i > 0 ? ", " : "") + "<span style=\"color:" + kColours[i] + "\">" +
           std::to_string(verdicts_[i]) + " " + kVerdictNames[i] + "</span>";
  }
  out += "</p>\n";
  const std::vector<Bucket> all = buckets();
  std::uint64_t most = 1;
  for (const Bucket& bucket : all) {
    most = std::max(most, bucket.verdicts[0] + bucket.verdicts[1] + bucket.verdicts[2]);
  }
  if (!all.empty()) {
    constexpr double kWidth = 960;
    constexpr double kHeight = 200;
    out += "<svg viewBox=\"0 0 960 230\" role=\"img\" aria-label=\"stanzas over time\">\n";
    const double step = kWidth / static_cast<double>(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
      double top = kHeight;
      for (std::size_t v = 0; v < 3; ++v) {
        const double height =
            kHeight * static_cast<double>(all[i].verdicts[v]) / static_cast<double>(most);
        if (height <= 0) continue;
        top -= height;
        out += "<rect x=\"" + std::to_string(step * static_cast<double>(i)) + "\" y=\"" +
               std::to_string(top) + "\" width=\"" + std::to_string(step * 0.9) + "\" height=\"" +
               std::to_string(height) + "\" fill=\"" + kColours[v] + "\"><title>" +
               minute_of(all[i].begin) + ": " + std::to_string(all[i].verdicts[v]) + " " +
               kVerdictNames[v] + "</title></rect>\n";
      }
    }
    out += "<text x=\"0\" y=\"222\" font-size=\"13\">" + minute_of(all.front().begin) +
           "</text><text x=\"960\" y=\"222\" font-size=\"13\" text-anchor=\"end\">" +
           minute_of(last_) + "</text></svg>\n";
  }
  const auto section = [&](std::string_view title, const auto& rows) {
    if (rows.empty()) return;
    out.append("<h2>").append(title).append("</h2>\n<table>\n");
    for (const auto& [name, number] : rows) {
      out += "<tr><td>" + std::to_string(number) + "</td><td>" + audit::html(name) + "</td></tr>\n";
    }
    out += "</table>\n";
  };
  section("Not let through, by reason", largest(reasons_));
  section("By peers", largest(pairs_));
  section("By label", largest(markings_));
  section("Senders that were refused most", largest(refused_senders_));
  section("What became of what was released", largest(results_));
  section("Events", largest(events_));
  return out + "</body></html>\n";
}

}  // namespace audit
