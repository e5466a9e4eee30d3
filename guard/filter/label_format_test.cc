#include "guard/filter/label_format.h"

#include <gtest/gtest.h>

#include <string>

namespace guard::filter {
namespace {

TEST(LabelFormat, SeesAnotherFormat) {
  for (const char* other :
       {"<message><securitylabel><label><other/></label></securitylabel></message>",
        "<message><s:securitylabel xmlns:s='x'><s:label a='>'><o:x xmlns:o='y'/></s:label>"
        "</s:securitylabel></message>",
        "<message><body><![CDATA[<a>]]></body><securitylabel><label/><equivalentlabel>"
        "<x>1</x></equivalentlabel></securitylabel></message>"}) {
    EXPECT_TRUE(holds_other_label_format(other)) << other;
  }
}

TEST(LabelFormat, DoesNotSeeOneWhereThereIsNone) {
  for (const char* none :
       {"<message/>", "<message><other/></message>", "<message><label><x/></label></message>",
        "<message><securitylabel><label><esssecuritylabel>MQ==</esssecuritylabel></label>"
        "</securitylabel></message>",
        "<message><securitylabel><label/><x/></securitylabel></message>",
        "<message><body><![CDATA[<securitylabel><label><x/>]]></body></message>",
        "<message a='<securitylabel><label><x/>'/>"}) {
    EXPECT_FALSE(holds_other_label_format(none)) << none;
  }
}

TEST(LabelFormat, IsTotal) {
  const std::string whole =
      "<message a='b'><securitylabel><label><![CDATA[x]]><other a=\"'\"/></label></securitylabel>"
      "</message>";
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    static_cast<void>(holds_other_label_format(std::string_view(whole).substr(0, size)));
    static_cast<void>(holds_other_label_format(std::string_view(whole).substr(size)));
  }
  for (const char* bad : {"", "<", "</", "</>", "<>", "<<<<", "<![CDATA[", "</a></b>", "<'"}) {
    static_cast<void>(holds_other_label_format(bad));
  }
}

}  // namespace
}  // namespace guard::filter
