#include "guard/base/json_writer.h"

#include <utility>

#include "guard/base/check.h"
#include "guard/base/escape.h"

namespace guard {

JsonWriter& JsonWriter::object() { return open(Level::kObject, '{'); }
JsonWriter& JsonWriter::end_object() { return close(Level::kObject); }
JsonWriter& JsonWriter::array() { return open(Level::kArray, '['); }
JsonWriter& JsonWriter::end_array() { return close(Level::kArray); }

JsonWriter& JsonWriter::key(std::string_view name) {
  CHECK(!open_.empty() && open_.back() == Level::kObject && !has_key_);
  if (!first_) out_ += ',';
  first_ = false;
  out_ += json_string(name);
  out_ += ':';
  has_key_ = true;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) { return raw(json_string(text)); }
JsonWriter& JsonWriter::value(bool truth) { return raw(truth ? "true" : "false"); }
JsonWriter& JsonWriter::null() { return raw("null"); }

std::string JsonWriter::take() {
  CHECK(complete_);
  return std::exchange(*this, JsonWriter{}).out_;
}

JsonWriter& JsonWriter::raw(std::string_view text) {
  begin_value();
  out_ += text;
  complete_ = open_.empty();
  return *this;
}

JsonWriter& JsonWriter::open(Level level, char c) {
  begin_value();
  out_ += c;
  open_.push_back(level);
  first_ = true;
  return *this;
}

JsonWriter& JsonWriter::close(Level level) {
  CHECK(!open_.empty() && open_.back() == level && !has_key_);
  open_.pop_back();
  out_ += static_cast<char>(level);
  first_ = false;
  complete_ = open_.empty();
  return *this;
}

void JsonWriter::begin_value() {
  CHECK(!complete_);
  if (!open_.empty() && open_.back() == Level::kObject) {
    CHECK(std::exchange(has_key_, false));
  } else if (!open_.empty() && !std::exchange(first_, false)) {
    out_ += ',';
  }
}

}  // namespace guard
