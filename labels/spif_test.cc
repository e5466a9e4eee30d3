#include "labels/spif.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "labels/decision.h"
#include "labels/example_policy_for_test.h"
#include "labels/spif_text_for_test.h"

namespace labels {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::SizeIs;
using Kind = CategoryKind;

std::string read_example(const std::string& path) {
  std::ifstream file(std::string(GUARD_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SpifExample, IsReadWhole) {
  const auto loaded = load_spif("spif.xml", read_example("deploy/examples/pair/spif.xml"));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  const SecurityPolicy& policy = *loaded;
  EXPECT_EQ(policy.name(), "EXAMPLE");
  EXPECT_EQ(policy.id(), oid("2.999.1"));
  std::string names;
  for (const Classification& one : policy.classifications()) {
    names += one.name + "=" + std::to_string(one.lacv) + " ";
  }
  EXPECT_EQ(names, "UNCLASSIFIED=1 RESTRICTED=2 CONFIDENTIAL=3 SECRET=4 TOP SECRET=5 ");
  ASSERT_THAT(policy.tag_sets(), SizeIs(4));
  EXPECT_EQ(policy.tag_sets()[0].tags[0].kind, Kind::kRestrictive);
  EXPECT_EQ(policy.tag_sets()[1].tags[0].kind, Kind::kPermissive);
  EXPECT_EQ(policy.tag_sets()[2].tags[0].kind, Kind::kEnumeratedPermissive);
  EXPECT_EQ(policy.tag_sets()[3].tags[0].kind, Kind::kInformativeBits);
  EXPECT_TRUE(policy.has_privacy_mark("STAFF IN CONFIDENCE"));
}

TEST(SpifFile, SmallestIsAccepted) { EXPECT_EQ(verdict(spif(kLow)), "accepted"); }

TEST(SpifFile, OtherDocumentsAreRefused) {
  EXPECT_NE(verdict(""), "accepted");
  EXPECT_NE(verdict("<SPIF/>"), "accepted");
  EXPECT_NE(verdict("<SPIF xmlns='http://www.xmlspif.org/spif' schemaVersion='2.1'/>"), "accepted");
  EXPECT_NE(verdict("<!DOCTYPE SPIF><SPIF xmlns='http://www.xmlspif.org/spif'/>"), "accepted");
  std::string text = spif(kLow);
  EXPECT_NE(verdict(text.replace(text.find("2.1"), 3, "4.0")), "accepted");
  EXPECT_NE(verdict(spif(kLow, "<extensions/>")), "accepted");
  EXPECT_NE(verdict(spif(kLow, "<securityPolicyId name='U' id='2.999.6'/>")), "accepted");
  EXPECT_EQ(verdict(spif(kLow, "", "")), "2: no securityPolicyId");
}

TEST(SpifFile, EveryTruncationIsRefused) {
  const std::string text = spif(kLow, tag_sets(tag(R"(tagType="permissive")", kCategory)));
  ASSERT_EQ(verdict(text), "accepted");
  const std::size_t whole = text.rfind('>');
  for (std::size_t size = 0; size <= whole; size += 7) {
    EXPECT_FALSE(load_spif("test.xml", text.substr(0, size)).has_value()) << size;
  }
}

TEST(SpifIds, MustBeObjectIdentifiers) {
  EXPECT_EQ(verdict(spif(kLow, "", R"(<securityPolicyId name="T" id="1.40"/>)")), "3: id \"1.40\"");
  EXPECT_EQ(verdict(spif(kLow, "", R"(<securityPolicyId name="T" id="1.02"/>)")), "3: id \"1.02\"");
  EXPECT_NE(verdict(spif(kLow, "", R"(<securityPolicyId name="T" id="T"/>)")), "accepted");
}

TEST(SpifClassification, NumbersAreChecked) {
  const auto with = [](const std::string& attributes) {
    return verdict(spif("<securityClassification name=\"LOW\" " + attributes + "/>"));
  };
  EXPECT_EQ(with(R"(lacv="0" hierarchy="0")"), "accepted");
  EXPECT_EQ(with(R"(lacv="256" hierarchy="2147483647")"), "accepted");
  EXPECT_EQ(with(R"(lacv="007" hierarchy="1")"), "accepted");
  EXPECT_EQ(with(R"(lacv="257" hierarchy="1")"), "4: classification \"LOW\" has the lacv 257");
  EXPECT_EQ(with(R"(lacv="1" hierarchy="2147483648")"), "4: hierarchy=\"2147483648\"");
  EXPECT_EQ(with(R"(lacv="9999999999" hierarchy="1")"), "4: lacv=\"9999999999\"");
  EXPECT_NE(with(R"(lacv="-1" hierarchy="1")"), "accepted");
  EXPECT_NE(with(R"(hierarchy="1")"), "accepted");
  EXPECT_NE(with(R"(lacv="1")"), "accepted");
  EXPECT_NE(with(R"(lacv="1" hierarchy="1" level="1")"), "accepted");
}

TEST(SpifClassification, DuplicatesAreRefusedAtTheSecond) {
  EXPECT_EQ(verdict(spif(kLow + "\n" + kLow)), "5: a second classification \"LOW\"");
  EXPECT_EQ(
      verdict(spif(kLow + "\n" + R"(<securityClassification name="X" lacv="01" hierarchy="2"/>)")),
      "5: classification \"X\" has the lacv 1, as \"LOW\" has");
}

TEST(SpifClassification, ColoursAreRead) {
  const auto loaded =
      load_spif("test.xml",
                spif(R"(<securityClassification name="A" lacv="1" hierarchy="1" color="fuschia"/>)"
                     R"(<securityClassification name="B" lacv="2" hierarchy="2" color="red" )"
                     R"(bgcolor="#00aaFf" fgcolor="navy"/>)"));
  ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
  EXPECT_EQ(loaded->classification(1)->background, "#FF00FF");
  EXPECT_EQ(loaded->classification(2)->background, "#00AAFF");
  EXPECT_EQ(loaded->classification(2)->foreground, "#000080");
  for (const char* colour : {"", "pink", "#12345", "#1234567", "#12345g", "Red"}) {
    EXPECT_NE(verdict(spif("<securityClassification name='A' lacv='1' hierarchy='1' color='" +
                           std::string(colour) + "'/>")),
              "accepted")
        << colour;
  }
}

TEST(SpifTag, EachTypeIsRead) {
  const auto kind = [](const std::string& attributes) -> std::optional<Kind> {
    const auto loaded = load_spif("test.xml", spif(kLow, tag_sets(tag(attributes, kCategory))));
    if (!loaded) return std::nullopt;
    return loaded->tag_sets()[0].tags[0].kind;
  };
  EXPECT_EQ(kind(R"(tagType="restrictive")"), Kind::kRestrictive);
  EXPECT_EQ(kind(R"(tagType="permissive")"), Kind::kPermissive);
  EXPECT_EQ(kind(R"(tagType="enumerated" enumType="restrictive")"), Kind::kEnumeratedRestrictive);
  EXPECT_EQ(kind(R"(tagType="enumerated" enumType="permissive")"), Kind::kEnumeratedPermissive);
  EXPECT_EQ(kind(R"(tagType="tagType7" tag7Encoding="bitSetAttributes")"), Kind::kInformativeBits);
  EXPECT_EQ(kind(R"(tagType="tagType7" tag7Encoding="securityAttributes")"),
            Kind::kInformativeValues);
}

TEST(SpifTag, IncompleteOrUnknownTypesAreRefused) {
  const auto with = [](const std::string& attributes) {
    return verdict(spif(kLow, tag_sets(tag(attributes, kCategory))));
  };
  EXPECT_EQ(with(R"(tagType="enumerated")"), "5: an enumerated tag without enumType");
  EXPECT_EQ(with(R"(tagType="tagType7")"), "5: a tag of type 7 without tag7Encoding");
  EXPECT_EQ(with(R"(tagType="restrictive" enumType="permissive")"),
            "5: enumType in a tag of type \"restrictive\"");
  EXPECT_EQ(with(R"(tagType="permissive" tag7Encoding="bitSetAttributes")"),
            "5: tag7Encoding in a tag of type \"permissive\"");
  EXPECT_NE(with(R"(tagType="informative")"), "accepted");
  EXPECT_NE(with(R"(tagType="notApplicable")"), "accepted");
  EXPECT_NE(with(R"(tagType="enumerated" enumType="other")"), "accepted");
  EXPECT_NE(with(""), "accepted");
}

TEST(SpifTag, NumbersAreCheckedAgainstTheirKind) {
  const auto with = [](const std::string& attributes, const std::string& lacv) {
    return verdict(
        spif(kLow, tag_sets(tag(attributes, "<tagCategory name=\"A\" lacv=\"" + lacv + "\"/>"))));
  };
  EXPECT_EQ(with(R"(tagType="permissive")", "4095"), "accepted");
  EXPECT_EQ(with(R"(tagType="permissive")", "4096"), "5: category \"A\" has the lacv 4096");
  const std::string enumerated = R"(tagType="enumerated" enumType="permissive")";
  EXPECT_EQ(with(enumerated, "2147483647"), "accepted");
  EXPECT_EQ(with(enumerated, "2147483648"), "5: lacv=\"2147483648\"");
  EXPECT_EQ(with(enumerated, "036"), "accepted");
}

TEST(SpifTag, DuplicatesAreRefused) {
  const auto with = [](const std::string& categories) {
    return verdict(spif(kLow, tag_sets(tag(R"(tagType="permissive")", categories))));
  };
  EXPECT_EQ(with(R"(<tagCategory name="A" lacv="0"/><tagCategory name="B" lacv="1"/>)"),
            "accepted");
  EXPECT_EQ(with("<tagCategory name=\"A\" lacv=\"0\"/>\n<tagCategory name=\"B\" lacv=\"0\"/>"),
            "6: category \"B\" of tag set \"S\" has the lacv 0, as \"A\" has");
  EXPECT_EQ(with("<tagCategory name=\"A\" lacv=\"0\"/>\n<tagCategory name=\"A\" lacv=\"1\"/>"),
            "6: a second category \"A\" in tag \"T\" of tag set \"S\"");
}

std::string with_version(const std::string& version, const std::string& classification = kLow) {
  std::string text = spif(classification);
  return text.replace(text.find("2.1"), 3, version);
}

TEST(SpifVersion, AreThoseInTheField) {
  for (const char* version : {"2.0", "2.1", "3.0"}) {
    EXPECT_EQ(verdict(with_version(version)), "accepted") << version;
  }
  for (const char* version : {"", "1.0", "2", "2.2", "3.1", "03.0", "4.0", "2.1.0"}) {
    EXPECT_THAT(verdict(with_version(version)), testing::StartsWith("2: attribute 'schemaVersion'"))
        << version;
  }
  std::string without = spif(kLow);
  without.erase(without.find(" schemaVersion"), std::string_view(" schemaVersion=\"2.1\"").size());
  EXPECT_EQ(verdict(without), "2: element 'SPIF' without 'schemaVersion'");
}

// Colours apart, the versions say the same with the same words.
TEST(SpifVersion, OneFileMeansTheSameInEach) {
  const std::string rest = tag_sets(tag(R"(tagType="permissive" maxSelection="1")", kCategory));
  for (const char* version : {"2.0", "2.1", "3.0"}) {
    std::string text = spif(kLow, rest);
    text.replace(text.find("2.1"), 3, version);
    const auto loaded = load_spif("test.xml", text);
    ASSERT_TRUE(loaded.has_value()) << loaded.error().to_string();
    EXPECT_EQ(loaded->classification("LOW")->lacv, 1U);
    EXPECT_EQ(loaded->tag_sets()[0].tags[0].kind, Kind::kPermissive);
    EXPECT_EQ(loaded->tag_sets()[0].tags[0].selection.maximum, 1U);
  }
}

// 3.0 has two colours where there was one; who sends them in an older file means the same.
TEST(SpifVersion, TwoColoursTakeThePlaceOfOne) {
  const auto colours = [](const std::string& version, const std::string& attributes) {
    const auto loaded =
        load_spif("test.xml", with_version(version, R"(<securityClassification name="A" lacv="1" )"
                                                    R"(hierarchy="1" )" +
                                                        attributes + "/>"));
    if (!loaded) return loaded.error().to_string();
    const Classification& one = *loaded->classification("A");
    return one.foreground + " on " + one.background;
  };
  for (const char* version : {"2.0", "2.1", "3.0"}) {
    EXPECT_EQ(colours(version, R"(color="red")"), " on #FF0000");
    EXPECT_EQ(colours(version, R"(bgcolor="navy" fgcolor="white")"), "#FFFFFF on #000080");
    EXPECT_EQ(colours(version, R"(color="red" bgcolor="navy")"), " on #000080");
    EXPECT_EQ(colours(version, R"(fgcolor="#ffffff")"), "#FFFFFF on ");
    EXPECT_EQ(colours(version, R"(color="fuschia")"), colours(version, R"(color="fuchsia")"));
    EXPECT_THAT(colours(version, R"(bgcolor="pink")"), HasSubstr("test.xml:4:"));
    EXPECT_THAT(colours(version, R"(backcolor="red")"), HasSubstr("unknown attribute"));
  }
}

// What is said of the policy that data without a label is under.
std::string with_default(const std::string& attributes, const std::string& rest = "") {
  return spif(kLow, "<defaultSecurityPolicyId " + attributes + "/>" + rest);
}

TEST(SpifDefaultPolicy, SaysWhetherThisPolicyCoversWhatHasNoLabel) {
  const auto covers = [](const std::string& text) {
    const auto loaded = load_spif("test.xml", text);
    EXPECT_TRUE(loaded.has_value()) << loaded.error().to_string();
    return loaded && loaded->covers_unlabelled();
  };
  EXPECT_TRUE(covers(spif(kLow)));
  EXPECT_TRUE(covers(with_default(R"(name="T" id="2.999.5")")));
  EXPECT_FALSE(covers(with_default(R"(name="D" id="2.999.9")")));
  EXPECT_FALSE(load_spif("test.xml", spif(kLow))->content().default_policy.has_value());
  const auto loaded = load_spif("test.xml", with_default(R"(name="D" id="2.999.9")"));
  EXPECT_EQ(loaded->content().default_policy->name, "D");
  EXPECT_EQ(loaded->content().default_policy->id, oid("2.999.9"));
}

TEST(SpifDefaultPolicy, ContradictionsAreRefused) {
  EXPECT_EQ(verdict(with_default(R"(name="D" id="1.99")")), "5: id \"1.99\"");
  EXPECT_EQ(verdict(with_default(R"(name="D" id="2.999.5")")),
            "5: the default policy \"D\" has the id 2.999.5");
  EXPECT_EQ(verdict(with_default(R"(name="T" id="2.999.9")")),
            "5: the default policy \"T\" has the id 2.999.9");
  const std::string others =
      R"(<equivalentPolicies><equivalentPolicy name="E" id="2.999.8"/></equivalentPolicies>)";
  EXPECT_EQ(verdict(with_default(R"(name="E" id="2.999.8")", others)), "accepted");
  EXPECT_EQ(verdict(with_default(R"(name="D" id="2.999.9")", others)), "accepted");
  EXPECT_EQ(verdict(with_default(R"(name="E" id="2.999.9")", others)),
            "5: the default policy \"E\" has the id 2.999.9");
  EXPECT_EQ(verdict(with_default(R"(name="D" id="2.999.8")", others)),
            "5: the default policy \"D\" has the id 2.999.8");
  const std::string twice = R"(<defaultSecurityPolicyId name="T" id="2.999.5"/>)";
  EXPECT_EQ(verdict(spif(kLow, twice + twice)), "5: a second defaultSecurityPolicyId");
}

TEST(SpifDecision, ReadFileDecides) {
  const auto policy = load_spif("spif.xml", read_example("deploy/examples/pair/spif.xml"));
  ASSERT_TRUE(policy.has_value());
  Label label(policy->id());
  ASSERT_TRUE(label.set_classification(4).has_value());
  Clearance low(policy->id());
  for (const std::uint32_t lacv : {1U, 2U}) ASSERT_TRUE(low.add_classification(lacv).has_value());
  EXPECT_EQ(decide(*policy, label, low, {}).first().what,
            "classification 4 (SECRET) not in clearance");
  ASSERT_TRUE(low.add_classification(4).has_value());
  EXPECT_TRUE(decide(*policy, label, low, {}).granted());
}

}  // namespace
}  // namespace labels
