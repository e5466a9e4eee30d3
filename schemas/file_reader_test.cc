// FileReader: what people write is read with places, and a wrong file is told where and what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "schemas/reader.h"

namespace schemas {
namespace {

constexpr EmbeddedSchema kSchema{"sample.xsd", R"xsd(
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:sample"
           xmlns="urn:sample" elementFormDefault="qualified">
  <xs:import namespace="http://www.w3.org/XML/1998/namespace" schemaLocation="xml.xsd"/>
  <xs:simpleType name="colour">
    <xs:restriction base="xs:string">
      <xs:enumeration value="red"/>
      <xs:enumeration value="green"/>
    </xs:restriction>
  </xs:simpleType>
  <xs:element name="house">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="door" maxOccurs="2">
          <xs:complexType>
            <xs:attribute name="colour" type="colour" use="required"/>
            <xs:attribute name="width" type="xs:unsignedShort"/>
          </xs:complexType>
        </xs:element>
        <xs:element name="paint" type="colour" minOccurs="0"/>
        <xs:element name="note" minOccurs="0">
          <xs:complexType>
            <xs:simpleContent>
              <xs:extension base="xs:string"><xs:attribute ref="xml:lang"/></xs:extension>
            </xs:simpleContent>
          </xs:complexType>
        </xs:element>
      </xs:sequence>
    </xs:complexType>
    <xs:unique name="widths"><xs:selector xpath="*"/><xs:field xpath="@width"/></xs:unique>
  </xs:element>
</xs:schema>)xsd"};

constexpr std::string_view kNs = "urn:sample";

class FileReaderTest : public testing::Test {
 protected:
  Document good(std::string_view text) {
    auto document = reader_.read_text(text, "house.xml");
    if (!document) throw std::logic_error(document.error().to_string());
    return std::move(*document);
  }
  std::string bad(std::string_view text) {
    const auto document = reader_.read_text(text, "house.xml");
    return document ? "accepted" : document.error().to_string();
  }

  FileReader reader_{kSchema};
};

TEST_F(FileReaderTest, ReadsTreeWithPlaces) {
  const Document document = good(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<!-- a house -->\n"
      "<house xmlns='urn:sample'>\n"
      "  <door colour='red' width='9'/>\n"
      "  <note xml:lang='de'>Gr\xC3\xBC\xC3\x9F<!-- x --> &amp; <![CDATA[<&>]]>&#x1F600;</note>\n"
      "</house>\n");
  const Element& root = document.root();
  EXPECT_TRUE(root.is(kNs, "house"));
  EXPECT_EQ(root.line, 3U);
  EXPECT_EQ(root.column, 27U);
  ASSERT_EQ(root.children.size(), 2U);  // white space between elements is not content
  const Element* door = root.child(kNs, "door");
  ASSERT_NE(door, nullptr);
  EXPECT_EQ(door->line, 4U);
  EXPECT_EQ(*door->attribute("colour"), "red");
  EXPECT_EQ(*door->attribute("width"), "9");
  EXPECT_EQ(door->attribute("height"), nullptr);
  const Element* note = root.child(kNs, "note");
  ASSERT_NE(note, nullptr);
  EXPECT_EQ(*note->attribute("http://www.w3.org/XML/1998/namespace", "lang"), "de");
  EXPECT_EQ(note->attribute("lang"), nullptr);
  EXPECT_EQ(note->text(), "Gr\xC3\xBC\xC3\x9F & <&>\xF0\x9F\x98\x80");
  EXPECT_EQ(root.elements().size(), 2U);
  EXPECT_EQ(root.child(kNs, "roof"), nullptr);
  EXPECT_EQ(root.child("urn:other", "door"), nullptr);
}

TEST_F(FileReaderTest, DocumentOutlivesLaterReadsAndMoves) {
  Document first = good("<house xmlns='urn:sample'><door colour='red'/></house>");
  const Document second = good("<house xmlns='urn:sample'><door colour='green'/></house>");
  const Document moved = std::move(first);
  EXPECT_EQ(*moved.root().child(kNs, "door")->attribute("colour"), "red");
  EXPECT_EQ(*second.root().child(kNs, "door")->attribute("colour"), "green");
}

}  // namespace
}  // namespace schemas
