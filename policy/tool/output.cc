#include "policy/tool/output.h"

#include <algorithm>

#include "guard/base/escape.h"
#include "guard/base/json_writer.h"
#include "guard/base/xml_text.h"
#include "policy/tool/stanza_text.h"
#include "policy/words.h"

namespace policy::tool {
namespace {

std::string verdict_of(const MatrixRow& row) {
  return row.allowed ? "allowed" : "refused: " + std::string(to_string(row.reason));
}

std::string label_of(const MatrixRow& row) {
  if (row.about == StanzaClass::kError) return "exempt";
  if (row.source == LabelSource::kDefault) return row.label + " (default)";
  if (row.source == LabelSource::kImplied) return row.label + " (implied)";
  return row.label;
}

std::string done_of(const MatrixRow& row) {
  return row.condition.empty() ? row.done : row.condition + "; " + row.done;
}

bool same_pair(const MatrixRow& a, const MatrixRow& b) {
  return a.lane == b.lane && a.from == b.from && a.to == b.to;
}

std::string heading(const MatrixRow& row) {
  return std::string(guard::to_string(row.lane)) + ": " + row.sender + " (" + row.from + ") to " +
         row.receiver + " (" + row.to + ")";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string peer_name(const Policy& policy, guard::PeerIndex peer) {
  return peer < policy.peers().size() ? policy.peers()[peer].name : std::string();
}

// What `explain` takes of a region: its example, under the policy that lets it cross.
struct Shown {
  std::string peer;
  std::string stanza;
};

Shown shown(const Policy& before, const Policy& after, const Region& region) {
  const Policy& policy = region.shown_by() == 0 ? before : after;
  return {.peer = peer_name(policy, region.example.peer),
          .stanza = write_stanza(policy, region.example)};
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  guard::append_value(out, text);
  return out;
}

std::string finding_text(const std::string& file, const Finding& finding) {
  std::string text = file;
  if (finding.place.line > 0) {
    text += ":" + std::to_string(finding.place.line) + ":" + std::to_string(finding.place.column);
  }
  return text + ": " + (finding.note ? "note: " : "") + finding.what + " [" + finding.kind + "]\n";
}

std::string finding_json(const std::string& file, const Finding& finding) {
  guard::JsonWriter out;
  out.object()
      .member("file", file)
      .member("line", finding.place.line)
      .member("column", finding.place.column)
      .member("kind", finding.kind)
      .member("note", finding.note)
      .member("what", finding.what)
      .end_object();
  return out.take() + "\n";
}

std::string matrix_text(const Matrix& matrix) {
  // As wide as what stands in it, over the whole matrix: its blocks are read beside each other.
  std::size_t types = 33;
  std::size_t label = 34;
  std::size_t verdict = 28;
  for (const MatrixRow& row : matrix.rows) {
    types = std::max(types, row.types.size());
    label = std::max(label, label_of(row).size());
    verdict = std::max(verdict, verdict_of(row).size());
  }
  std::string text;
  const MatrixRow* last = nullptr;
  for (const MatrixRow& row : matrix.rows) {
    if (last == nullptr || !same_pair(*last, row)) {
      text += (last == nullptr ? "" : "\n") + heading(row) + "\n";
    }
    last = &row;
    text += "  " + padded(std::string(class_name(row.about)), 15) + padded(row.types, types) +
            "  " + padded(label_of(row), label) + " " + padded(verdict_of(row), verdict);
    if (!row.rule.empty()) text += " " + row.rule;
    text += "\n";
    if (const std::string done = done_of(row); !done.empty()) text += "      " + done + "\n";
  }
  for (const std::string& merged : matrix.merged) text += "\n" + merged;
  if (!matrix.merged.empty()) text += "\n";
  return text +
         "\nWhat is not listed is refused. A label with more values crosses where each of its\n"
         "restrictive values does and, of each permissive tag, one pair of its values.\n";
}

std::string matrix_csv(const Matrix& matrix) {
  std::string text =
      "direction,sender,from,receiver,to,kind,types,label,source,verdict,reason,rule,conditions,"
      "done\r\n";
  for (const MatrixRow& row : matrix.rows) {
    const std::vector<std::string> fields = {std::string(guard::to_string(row.lane)),
                                             row.sender,
                                             row.from,
                                             row.receiver,
                                             row.to,
                                             std::string(class_name(row.about)),
                                             row.types,
                                             row.label,
                                             std::string(to_string(row.source)),
                                             row.allowed ? "allowed" : "refused",
                                             std::string(to_string(row.reason)),
                                             row.rule,
                                             row.condition,
                                             row.done};
    for (std::size_t i = 0; i < fields.size(); ++i) {
      text += (i > 0 ? "," : "") + guard::csv_field(fields[i]);
    }
    text += "\r\n";
  }
  return text;
}

std::string matrix_json(const Matrix& matrix) {
  std::string text;
  for (const MatrixRow& row : matrix.rows) {
    guard::JsonWriter out;
    out.object()
        .member("direction", guard::to_string(row.lane))
        .member("sender", row.sender)
        .member("from", row.from)
        .member("receiver", row.receiver)
        .member("to", row.to)
        .member("kind", class_name(row.about))
        .member("types", row.types)
        .member("label", row.label)
        .member("source", to_string(row.source))
        .member("allowed", row.allowed)
        .member("reason", to_string(row.reason))
        .member("rule", row.rule)
        .member("conditions", row.condition)
        .member("done", row.done)
        .end_object();
    text += out.take() + "\n";
  }
  return text;
}

std::string matrix_html(const Matrix& matrix) {
  std::string text;
  const MatrixRow* last = nullptr;
  for (const MatrixRow& row : matrix.rows) {
    if (last == nullptr || !same_pair(*last, row)) {
      if (last != nullptr) text += "</tbody></table>\n";
      text += "<h3>" + escaped(heading(row)) +
              "</h3>\n<table class=\"matrix\"><thead><tr><th>kind</th><th>types</th>"
              "<th>effective label</th><th>verdict</th><th>rule</th><th>what is done</th></tr>"
              "</thead><tbody>\n";
    }
    last = &row;
    text += "<tr class=\"" + std::string(row.allowed ? "yes" : "no") + "\">";
    for (const std::string& cell :
         {std::string(class_name(row.about)), row.types, label_of(row),
          (row.allowed ? "\u2713 " : "\u2717 ") + verdict_of(row), row.rule, done_of(row)}) {
      text += "<td>" + escaped(cell) + "</td>";
    }
    text += "</tr>\n";
  }
  if (last != nullptr) text += "</tbody></table>\n";
  for (const std::string& merged : matrix.merged) text += "<p>" + escaped(merged) + ".</p>\n";
  return text +
         "<p>What is not listed is refused. A label with more values crosses where each of its "
         "restrictive values does and, of each permissive tag, one pair of its values.</p>\n";
}

std::string difference_text(const Policy& before, const Policy& after,
                            const Difference& difference) {
  std::string text = std::string(to_string(difference.verdict));
  if (difference.verdict == Comparison::kEquivalent && !difference.others.empty()) {
    text += " in what crosses; other things have changed";
  }
  text += "\n";
  for (const Region& region : difference.regions) {
    text += "\n" + std::string(to_string(region.change)) + ": " +
            std::string(guard::to_string(region.lane)) + ", " +
            std::string(class_name(region.about)) + " (" + type_words(region.types) + ")";
    if (region.example.kind == StanzaKind::kIq && !region.example.elements.empty()) {
      text += " of " + region.example.elements[0].ns + " " + region.example.elements[0].name;
    }
    text += "\n  from " + region.from + "\n  to " + region.to + "\n";
    if (region.labels != std::vector<std::string>{"none"}) {
      text += "  labels: " + joined_with(region.labels, "; ") + "\n";
    }
    text += "  before: " + region.verdict[0] + "\n  after:  " + region.verdict[1] + "\n";
    const Shown example = shown(before, after, region);
    text += "  example, from peer " + example.peer + " at " + time_words(region.example.at) +
            ":\n    " + example.stanza + "\n";
  }
  for (const std::string& other : difference.others) text += "\n" + other;
  if (!difference.others.empty()) text += "\n";
  return text;
}

std::string difference_json(const Policy& before, const Policy& after,
                            const Difference& difference) {
  guard::JsonWriter out;
  out.object().member("verdict", to_string(difference.verdict)).key("regions").array();
  for (const Region& region : difference.regions) {
    const Shown example = shown(before, after, region);
    out.object()
        .member("change", to_string(region.change))
        .member("direction", guard::to_string(region.lane))
        .member("kind", class_name(region.about))
        .member("types", type_words(region.types))
        .member("from", region.from)
        .member("to", region.to)
        .key("labels")
        .array();
    for (const std::string& label : region.labels) out.value(label);
    out.end_array()
        .member("before", region.verdict[0])
        .member("after", region.verdict[1])
        .member("peer", example.peer)
        .member("at", time_words(region.example.at))
        .member("example", example.stanza)
        .end_object();
  }
  out.end_array().key("others").array();
  for (const std::string& other : difference.others) out.value(other);
  out.end_array().end_object();
  return out.take() + "\n";
}

std::string explanation_text(const Explanation& explanation) {
  std::string text;
  for (const Step& step : explanation.steps) {
    text += std::string(step.skipped  ? "  --  "
                        : step.passed ? "  ok  "
                                      : "  NO  ") +
            guard::for_terminal(step.question) + "\n        " + guard::for_terminal(step.outcome) +
            "\n";
  }
  if (!explanation.nearest.empty()) text += guard::for_terminal(explanation.nearest) + "\n";
  return text;
}

std::string explanation_json(const Explanation& explanation) {
  const Decision& decision = explanation.decision;
  guard::JsonWriter out;
  out.object()
      .member("allowed", explanation.allowed)
      .member("reason", explanation.reason)
      .member("rule", decision.rule)
      .member("label", decision.marking)
      .member("source", to_string(decision.label_source))
      .member("nearest", explanation.nearest)
      .key("steps")
      .array();
  for (const Step& step : explanation.steps) {
    out.object()
        .member("question", step.question)
        .member("outcome", step.outcome)
        .member("passed", step.passed)
        .member("skipped", step.skipped)
        .end_object();
  }
  out.end_array().end_object();
  return out.take() + "\n";
}

}  // namespace policy::tool
