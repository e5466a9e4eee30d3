// JsonWriter: one JSON value (RFC 8259), written member by member, for what the tools print with
// --json.
//
// Every string goes through json_string (escape.h), so that the output is valid UTF-8 on one line
// whatever a peer sent, and shows nothing that a terminal would act on.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace guard {

// JsonWriter puts the commas and colons. A member of an object is a key, then a value. What is
// called out of turn (a value without a key in an object, a second value at the top, an end of
// what is not open) is a bug and fails a CHECK.
class JsonWriter {
 public:
  JsonWriter& object();      // {
  JsonWriter& end_object();  // }
  JsonWriter& array();       // [
  JsonWriter& end_array();   // ]
  JsonWriter& key(std::string_view name);

  JsonWriter& value(std::string_view text);
  // A pointer to char would rather become a bool than a string_view.
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth);
  template <std::integral Number>
    requires(!std::same_as<Number, bool> && !std::same_as<Number, char>)
  JsonWriter& value(Number number) {
    return raw(std::to_string(number));
  }
  JsonWriter& null();

  // member is key(name).value(v).
  template <class Value>
  JsonWriter& member(std::string_view name, const Value& v) {
    return key(name).value(v);
  }

  // take gives the text, without a line end. REQUIRES: one value has been written and all that was
  // opened is closed.
  [[nodiscard]] std::string take();

 private:
  enum class Level : char { kObject = '}', kArray = ']' };

  JsonWriter& raw(std::string_view text);
  JsonWriter& open(Level level, char c);
  JsonWriter& close(Level level);
  void begin_value();

  std::string out_;
  std::vector<Level> open_;
  bool first_ = true;      // nothing has been written at this level yet
  bool has_key_ = false;   // a key waits for its value
  bool complete_ = false;  // the value at the top is whole
};

}  // namespace guard
