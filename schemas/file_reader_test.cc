// FileReader: what people write is read with places, and a wrong file is told where and what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>
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

// Each fault of a file is told with its place, what it is and what was expected.
struct Fault {
  const char* name;
  std::string text;
  std::string complaint;
};

void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.name; }

class FileFaultTest : public testing::TestWithParam<Fault> {};

TEST_P(FileFaultTest, IsToldWithPlaceAndExpectation) {
  FileReader reader(kSchema);
  const auto document = reader.read_text(GetParam().text, "house.xml");
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().to_string(), GetParam().complaint);
}

const Fault kFaults[] = {
    {"NoNamespace", "<house/>",
     "house.xml:1:9: unknown element 'house' in no namespace, expected element 'house' in "
     "namespace 'urn:sample'"},
    {"OtherRoot", "<door xmlns='urn:sample'/>",
     "house.xml:1:27: unknown element 'door' in namespace 'urn:sample', expected element 'house' "
     "in namespace 'urn:sample'"},
    {"UnknownElement", "<house xmlns='urn:sample'>\n  <door colour='red'/>\n  <roof/>\n</house>",
     "house.xml:3:10: unknown element 'roof' in 'house', expected (door+, paint?, note?)"},
    {"UnknownAttribute", "<house xmlns='urn:sample'><door colour='red' height='1'/></house>",
     "house.xml:1:58: unknown attribute 'height' of element 'door', expected colour or width"},
    {"MissingAttribute", "<house xmlns='urn:sample'>\n<door/></house>",
     "house.xml:2:8: element 'door' without 'colour', expected colour or width"},
    {"NotInEnumeration", "<house xmlns='urn:sample'>\n<door colour='blue'/></house>",
     "house.xml:2:22: attribute 'colour' of element 'door' is 'blue', expected 'red' or 'green'"},
    {"TextNotInEnumeration",
     "<house xmlns='urn:sample'><door colour='red'/>\n<paint>blue</paint></house>",
     "house.xml:2:20: element 'paint' holds 'blue', expected 'red' or 'green'"},
    {"WrongOrder", "<house xmlns='urn:sample'><paint>red</paint>\n<door colour='red'/>\n</house>",
     "house.xml:1:34: element 'paint' out of place in 'house', expected (door+, paint?, note?)"},
    {"TooMany",
     "<house xmlns='urn:sample'><door colour='red'/>\n<door colour='red'/>\n<door "
     "colour='red'/></house>",
     "house.xml:3:21: element 'door' out of place in 'house', expected (door+, paint?, note?)"},
    {"Empty", "<house xmlns='urn:sample'>\n</house>",
     "house.xml:2:9: 'house' is empty, expected (door+, paint?, note?)"},
    {"StrayText", "<house xmlns='urn:sample'>\nhello<door colour='red'/></house>",
     "house.xml:2:6: text in element 'house', expected (door+, paint?, note?)"},
    {"NotUnique",
     "<house xmlns='urn:sample'><door colour='red' width='1'/><door colour='red' "
     "width='1'/>\n</house>",
     "house.xml:1:87: element 'house' declares duplicate identity constraint unique values, "
     "expected values that stand once, and references to values that stand somewhere"},
    {"Doctype", "<!DOCTYPE house>\n<house xmlns='urn:sample'/>",
     "house.xml:1:1: a DOCTYPE or declaration, expected XML 1.0 without DOCTYPE, entities and "
     "processing instructions"},
    {"ProcessingInstruction", "<house xmlns='urn:sample'>\n <?php?></house>",
     "house.xml:2:2: a processing instruction or declaration, expected XML 1.0 without DOCTYPE, "
     "entities and processing instructions"},
    {"Entity", "<house xmlns='urn:sample'><paint>&red;</paint></house>",
     "house.xml:1:39: entity 'red' not found, expected XML 1.0 without DOCTYPE, entities and "
     "processing instructions"},
    {"Version11", "<?xml version='1.1'?><house xmlns='urn:sample'/>",
     "house.xml:1:1: an XML version other than 1.0, expected XML 1.0 without DOCTYPE, entities and "
     "processing instructions"},
    {"SecondDeclaration", "<?xml version='1.0'?>\n<?xml version='1.1'?><house xmlns='urn:sample'/>",
     "house.xml:2:1: a processing instruction or declaration, expected XML 1.0 without DOCTYPE, "
     "entities and processing instructions"},
    {"Latin1", "<?xml version='1.0' encoding='ISO-8859-1'?><house xmlns='urn:sample'/>",
     "house.xml:1:1: an encoding other than UTF-8, expected UTF-8"},
    {"NotUtf8", "<house xmlns='urn:sample'>\n<!-- Gr\xFC\xDF -->",
     "house.xml:2:8: octets that are not UTF-8, expected UTF-8"},
    {"XsiNamespace",
     "<house xmlns='urn:sample' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/>",
     "house.xml:1:82: the XML Schema instance namespace, expected no xsi attributes: the schema is "
     "the program's own"},
    {"Noncharacter", "<house xmlns='urn:sample'><door colour='red'/><note>&#xFDD0;</note></house>",
     "house.xml:1:61: a noncharacter in text, expected assigned characters"},
    {"Unclosed", "<house xmlns='urn:sample'>\n",
     "house.xml:2:1: input ended before all started tags were ended; last tag started is 'house', "
     "expected well-formed XML"},
    {"Nothing", "", "house.xml:1:1: nothing in it, expected well-formed XML"},
    {"NothingButSpace", "<?xml version='1.0'?>\n \n",
     "house.xml:1:1: nothing in it, expected well-formed XML"},
    {"NotXml", "house", "house.xml:1:1: invalid document structure, expected well-formed XML"},
};

INSTANTIATE_TEST_SUITE_P(Faults, FileFaultTest, testing::ValuesIn(kFaults),
                         [](const auto& fault) { return std::string(fault.param.name); });

std::string told(Grammar grammar, const std::string& text) {
  FileReader reader(grammar);
  const auto document = reader.read_text(text, "f.xml");
  return document ? "accepted" : document.error().to_string();
}

// What an operator forgets or gets wrong first, by the grammars of the service.
TEST(FileFaults, AnAmpersandIsTakenForAReference) {
  const std::string site = "<guard xmlns='urn:xmpp-guard:site:1'><policy file='";
  EXPECT_EQ(told(Grammar::kSite, site + "a & b.xml'/></guard>"),
            "f.xml:1:55: expected entity name for reference, expected &amp; where an ampersand is "
            "meant");
  EXPECT_EQ(told(Grammar::kSite, site + "a&b.xml'/></guard>"),
            "f.xml:1:59: unterminated entity reference 'b.xml', expected &amp; where an ampersand "
            "is meant");
}

TEST(FileFaults, TheSecondOfTwoIsMissing) {
  const std::string head =
      "<guard xmlns='urn:xmpp-guard:site:1'><policy file='p'/><log directory='l'/>";
  const std::string edge =
      "<edge side='high'><listen address='::1' port='1'/><certificates directory='c'/>"
      "<trust file='t'/><dialback secret-file='s'/></edge>";
  const std::string model =
      ", expected (policy, log, control?, metrics?, limits?, edge, edge, peer*)";
  const auto without_place = [](const std::string& text) { return text.substr(text.find(' ')); };
  EXPECT_EQ(without_place(told(Grammar::kSite, head + edge + "<peer name='x'/></guard>")),
            " another 'edge' is missing in 'guard' before element 'peer'" + model);
  EXPECT_EQ(without_place(told(Grammar::kSite, head + edge + "</guard>")),
            " another 'edge' is missing in 'guard'" + model);
  EXPECT_EQ(told(Grammar::kSite, head + edge + edge + "<peer name='x'/></guard>"), "accepted");
  EXPECT_EQ(without_place(told(Grammar::kSite, head + "<peer name='x'/></guard>")),
            " element 'peer' out of place in 'guard'" + model);
  EXPECT_EQ(without_place(told(Grammar::kSite, head + edge + edge + edge + "</guard>")),
            " element 'edge' out of place in 'guard'" + model);
}

TEST(FileFaults, TheWordsOfAListAreNamed) {
  EXPECT_NE(told(Grammar::kPolicy,
                 "<policy name='p' xmlns='urn:xmpp-guard:policy:1'><security-policy file='s'/>"
                 "<direction from='high' to='low'><allow id='a' reason='r'><message types='chatty' "
                 "parts='body'/></allow></direction></policy>")
                .find("attribute 'types' of element 'message' is 'chatty', expected words of "
                      "'normal', 'chat', 'groupchat' or 'headline'"),
            std::string::npos);
}

// One reader for all: whatever was read before, nothing of it is left.
TEST_F(FileReaderTest, SaysTheSameAfterEveryOtherFault) {
  for (const Fault& before : kFaults) {
    for (const Fault& fault : kFaults) {
      EXPECT_NE(bad(before.text), "accepted");
      EXPECT_EQ(bad(fault.text), fault.complaint) << "after " << before.name;
    }
    EXPECT_EQ(bad("<house xmlns='urn:sample'><door colour='red' width='1'/></house>"), "accepted")
        << "after " << before.name;
  }
}

TEST_F(FileReaderTest, DoesNotGrowWithInventedNames) {
  EXPECT_NE(bad("<x xmlns='urn:sample'/>"), "accepted");
  const std::size_t begin = reader_.live_bytes();
  std::size_t most = 0;
  for (int at = 0; at < 10'000; ++at) {
    const std::string name = "n" + std::to_string(at);
    EXPECT_NE(bad("<" + name + " xmlns='urn:" + name + "'/>"), "accepted");
    most = std::max(most, reader_.live_bytes());
  }
  // One file may pass the threshold before the next one starts anew.
  EXPECT_LT(most, begin + 2 * FileReader::kMaxGrowth);
}

TEST_F(FileReaderTest, AcceptsDeclarationsOfXml10) {
  const std::string rest = "<house xmlns='urn:sample'><door colour='red'/></house>";
  for (const std::string declaration :
       {"", "<?xml version='1.0'?>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n",
        "<?xml version = '1.0' encoding='UTF-8' standalone='yes' ?>",
        "\xEF\xBB\xBF<?xml version='1.0'?>", "\xEF\xBB\xBF"}) {
    EXPECT_TRUE(reader_.read_text(declaration + rest, "house.xml")) << declaration;
  }
}

TEST_F(FileReaderTest, RefusesOtherDeclarations) {
  const std::string rest = "<house xmlns='urn:sample'><door colour='red'/></house>";
  for (const std::string declaration :
       {"<?xml version='1.0'", "<?xml?>", "<?xml encoding='UTF-8'?>", "<?xml version='1.00'?>",
        "<?xml version='1.0' encoding='UTF-16'?>", "<?xml version='1.0' standalone='perhaps'?>",
        "<?xml version='1.0' version='1.0'?>", "<?xml version='1.0'encoding='UTF-8'?>",
        "<?XML version='1.0'?>", " <?xml version='1.0'?>", "<?xml version=1.0?>"}) {
    EXPECT_FALSE(reader_.read_text(declaration + rest, "house.xml")) << declaration;
  }
}

TEST_F(FileReaderTest, OneFaultyFileDoesNotSpoilTheNext) {
  EXPECT_NE(bad("<house xmlns='urn:sample'><door"), "accepted");
  EXPECT_EQ(bad("<house xmlns='urn:sample'><door colour='red'/></house>"), "accepted");
}

TEST_F(FileReaderTest, BoundsSizeDepthAndAttributes) {
  const std::string door = "<house xmlns='urn:sample'><door colour='red'/>";
  const std::string fill(FileReader::kMaxFileBytes - door.size() - 8, ' ');
  EXPECT_EQ(bad(door + fill + "</house>"), "accepted");
  EXPECT_EQ(bad(door + fill + " </house>"),
            "house.xml: 16777217 octets, expected at most 16777216");

  std::string attributes;
  for (int at = 0; at < 96; ++at) attributes += " a" + std::to_string(at) + "=''";
  EXPECT_NE(bad("<house" + attributes + "/>").find("unknown element"), std::string::npos);
  EXPECT_NE(bad("<house" + attributes + " b=''/>").find("too many attributes"), std::string::npos);
}

class FileOnDiskTest : public FileReaderTest {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_ = std::filesystem::path(testing::TempDir()) /
                                  ("schemas_file_reader_test." + std::to_string(::getpid()));
};

TEST_F(FileOnDiskTest, ReadsRegularFiles) {
  const auto path = write("house.xml", "<house xmlns='urn:sample'><door colour='red'/></house>");
  EXPECT_TRUE(reader_.read_file(path));
  const auto wrong = reader_.read_file(write("wrong.xml", "<house/>"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().file, (folder_ / "wrong.xml").string());
  EXPECT_EQ(wrong.error().line, 1U);
}

TEST_F(FileOnDiskTest, RefusesWhatIsNotAFile) {
  EXPECT_FALSE(reader_.read_file(folder_));
  const auto missing = reader_.read_file(folder_ / "missing.xml");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().what, "No such file or directory");
}

// Every schema of this folder that is a root compiles; the list in CMakeLists.txt is complete.
TEST(GrammarTest, EveryEmbeddedRootCompiles) {
  for (const Grammar grammar :
       {Grammar::kStanza, Grammar::kPolicy, Grammar::kSite, Grammar::kSpif, Grammar::kLabel}) {
    const auto name = root_schema(grammar);
    if (std::ranges::find(embedded_schemas(), name, &EmbeddedSchema::name) ==
        embedded_schemas().end()) {
      continue;  // not yet written
    }
    EXPECT_NO_THROW(FileReader{grammar}) << name;
  }
}

TEST(GrammarTest, AWrongSchemaSaysWhere) {
  const EmbeddedSchema wrong{"wrong.xsd",
                             "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n"
                             "<xs:element name='a' type='b'/></xs:schema>"};
  try {
    FileReader reader(wrong);
    FAIL() << "accepted";
  } catch (const std::logic_error& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("wrong.xsd:2:"));
  }
}

TEST(GrammarTest, ImportsComeFromTheBinaryAlone) {
  const EmbeddedSchema wrong{
      "wrong.xsd",
      "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>\n"
      "<xs:import namespace='urn:x' schemaLocation='file:///etc/hostname'/></xs:schema>"};
  EXPECT_THROW(FileReader{wrong}, std::logic_error);
}

}  // namespace
}  // namespace schemas
