#include "guard/base/json_writer.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace guard {
namespace {

TEST(JsonWriter, WritesValuesInTheirPlaces) {
  JsonWriter json;
  json.object().member("a", 1).key("b").array().value("x").value(true).null().object().end_object();
  json.array()
      .end_array()
      .end_array()
      .member("c", std::string("y"))
      .member("d", false)
      .end_object();
  EXPECT_EQ(json.take(), R"({"a":1,"b":["x",true,null,{},[]],"c":"y","d":false})");
}

TEST(JsonWriter, AValueStandsAlone) {
  EXPECT_EQ(JsonWriter{}.value("text").take(), R"("text")");
  EXPECT_EQ(JsonWriter{}.value(std::int64_t{-1}).take(), "-1");
  EXPECT_EQ(JsonWriter{}.value(~std::uint64_t{0}).take(), "18446744073709551615");
  EXPECT_EQ(JsonWriter{}.array().end_array().take(), "[]");
}

TEST(JsonWriter, TakingLeavesItAsNew) {
  JsonWriter json;
  json.value(1);
  EXPECT_EQ(json.take(), "1");
  json.array().value(2).end_array();
  EXPECT_EQ(json.take(), "[2]");
}

TEST(JsonWriter, KeysAndValuesAreEscaped) {
  EXPECT_EQ(JsonWriter{}.object().member("a\"\n", "\x1b[31m\xff").end_object().take(),
            "{\"a\\\"\\u000a\":\"\\u001b[31m\xef\xbf\xbd\"}");
}

TEST(JsonWriterDeathTest, WhatIsOutOfTurnIsABug) {
  EXPECT_DEATH(JsonWriter{}.object().value(1), "CHECK");
  EXPECT_DEATH(JsonWriter{}.array().key("a"), "CHECK");
  EXPECT_DEATH(JsonWriter{}.object().end_array(), "CHECK");
  EXPECT_DEATH(JsonWriter{}.object().key("a").end_object(), "CHECK");
  EXPECT_DEATH(JsonWriter{}.value(1).value(2), "CHECK");
  EXPECT_DEATH((void)JsonWriter{}.take(), "CHECK");
  EXPECT_DEATH((void)JsonWriter{}.array().take(), "CHECK");
}

}  // namespace
}  // namespace guard
