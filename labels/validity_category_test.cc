// Validity: the categories that a value or a classification requires and excludes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "labels/validity_for_test.h"

namespace labels {
namespace {

using namespace test;
using Kind = CategoryKind;
using Operation = RequiredOperation;

std::string required(const RequiredCategory& one, const std::vector<Held>& also) {
  const SecurityPolicy policy = with([&](PolicyContent& c) { alpha(c).required = {one}; });
  std::vector<Held> held = also;
  held.push_back(kAlpha);
  EXPECT_EQ(names(policy, label(1, also)), "valid");  // without the value nothing is asked
  return names(policy, label(1, held));
}

constexpr const char* kMissing = "required-category-missing";

TEST(ValidityRequired, All) {
  const RequiredCategory one{.operation = Operation::kAll, .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRedBlue, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRed}), kMissing);
  EXPECT_EQ(required(one, {kBridge}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

TEST(ValidityRequired, OneOrMore) {
  const RequiredCategory one{.operation = Operation::kOneOrMore,
                             .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed, kBridge}), "valid");
  EXPECT_EQ(required(one, {kRed}), "valid");
  EXPECT_EQ(required(one, {kBridge}), "valid");
  EXPECT_EQ(required(one, {kBlue}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

TEST(ValidityRequired, OnlyOne) {
  const RequiredCategory one{.operation = Operation::kOnlyOne, .groups = {kRedGroup, kBridgeGroup}};
  EXPECT_EQ(required(one, {kRed}), "valid");
  EXPECT_EQ(required(one, {kBridge, kBlue}), "valid");
  EXPECT_EQ(required(one, {kRed, kBridge}), kMissing);
  EXPECT_EQ(required(one, {}), kMissing);
}

// A group without a value means the whole set.
TEST(ValidityRequired, WholeSets) {
  const auto of = [](Operation operation, bool all) {
    return RequiredCategory{.operation = operation, .groups = {whole("2.999.7.1", all)}};
  };
  for (const bool all : {false, true}) {
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {kRed}), "valid");
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {kRedBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kOneOrMore, all), {}), kMissing);
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {kBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {kRedBlue}), kMissing);
    EXPECT_EQ(required(of(Operation::kOnlyOne, all), {}), kMissing);
    EXPECT_EQ(required(of(Operation::kAll, all), {kRedBlue}), "valid");
    EXPECT_EQ(required(of(Operation::kAll, all), {}), kMissing);
  }
  EXPECT_EQ(required(of(Operation::kAll, false), {kRed}), "valid");
  EXPECT_EQ(required(of(Operation::kAll, true), {kRed}), kMissing);
}

TEST(ValidityRequired, SeveralMustEachHold) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    alpha(c).required = {{.operation = Operation::kAll, .groups = {kRedGroup}},
                         {.operation = Operation::kAll, .groups = {kBridgeGroup}}};
  });
  EXPECT_EQ(words(policy, label(1, {kAlpha, kRed, kBridge})), "valid");
  EXPECT_EQ(words(policy, label(1, {kAlpha, kRed})),
            "tag set \"Release\": 0 (ALPHA) requires one of 100 (BRIDGE)");
  EXPECT_EQ(names(policy, label(1, {kAlpha})),
            "required-category-missing required-category-missing");
}

TEST(ValidityRequired, OfAClassification) {
  const SecurityPolicy policy = with([](PolicyContent& c) {
    c.classifications[1].required = {
        {.operation = Operation::kOneOrMore, .groups = {kRedGroup, kBlueGroup}}};
  });
  EXPECT_EQ(words(policy, label(1)), "valid");
  EXPECT_EQ(words(policy, label(7, {kBlue})), "valid");
  EXPECT_EQ(words(policy, label(7)),
            "classification 7 (MID) requires one or more of 0 (RED), 1 (BLUE)");
}

TEST(ValidityExcluded, ByValueOrWholeSet) {
  const SecurityPolicy value = with([](PolicyContent& c) { alpha(c).excluded = {kRedGroup}; });
  EXPECT_EQ(words(value, label(1, {kAlpha, kBlue})), "valid");
  EXPECT_EQ(words(value, label(1, {kRed})), "valid");
  EXPECT_EQ(words(value, label(1, {kAlpha, kRed})),
            "tag set \"Release\": 0 (ALPHA) excludes 0 (RED)");
  for (const bool all : {false, true}) {
    const SecurityPolicy set =
        with([&](PolicyContent& c) { alpha(c).excluded = {whole("2.999.7.1", all)}; });
    EXPECT_EQ(names(set, label(1, {kAlpha, kBridge})), "valid");
    EXPECT_EQ(names(set, label(1, {kAlpha, kBlue})), "excluded-category-present");
  }
}

TEST(ValidityExcluded, OwnSetExcludesTheOthers) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { alpha(c).excluded = {whole("2.999.7.2")}; });
  EXPECT_EQ(words(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(words(policy, label(1, {kAlphaBravo})),
            "tag set \"Release\": 0 (ALPHA) excludes 1 (BRAVO)");
}

TEST(ValidityExcluded, OfAClassification) {
  const SecurityPolicy policy =
      with([](PolicyContent& c) { c.classifications[0].excluded = {whole("2.999.7.1")}; });
  EXPECT_EQ(names(policy, label(1, {kAlpha})), "valid");
  EXPECT_EQ(names(policy, label(7, {kRed})), "valid");
  EXPECT_EQ(words(policy, label(1, {kRedBlue})),
            "classification 1 (LOW) excludes 0 (RED), 1 (BLUE)");
}

}  // namespace
}  // namespace labels
