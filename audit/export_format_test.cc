#include "audit/export_format.h"

#include <gtest/gtest.h>

#include "audit/log_bed.h"
#include "audit/report.h"

namespace audit {
namespace {

// What a hostile peer would put into an address, an id, a type.
const std::string kHostile =
    "a|b=c\\d\"e]f<script>&'\n\r\t\x1b[31m\xe2\x80\xae\x01" + std::string(1, '\0') + "\xff,=1+1";

Record hostile() {
  Record record = LogBed::decision(7);
  record.from_address = kHostile;
  record.to_address = kHostile;
  record.stanza_id = kHostile;
  record.type = kHostile;
  record.reason = kHostile;
  record.marking = kHostile;
  record.sender = kHostile;
  record.verdict = Verdict::kRefused;
  return record;
}

bool plain(std::string_view line) {
  return std::ranges::none_of(
      line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

TEST(ExportFormatTest, EveryFormatIsOneLineWithoutControlsWhateverAPeerSent) {
  for (const ExportFormat format :
       {ExportFormat::kJsonLines, ExportFormat::kCsv, ExportFormat::kCef, ExportFormat::kSyslog,
        ExportFormat::kOcsf}) {
    std::string line = export_line(format, hostile(), "xmpp-guard/0123");
    ASSERT_TRUE(line.ends_with('\n'));
    line.pop_back();
    if (line.ends_with('\r')) line.pop_back();
    // CSV is for programs: it keeps what is UTF-8 inside its quotes (RFC 4180).
    if (format == ExportFormat::kCsv) continue;
    EXPECT_TRUE(plain(line)) << line;
    EXPECT_EQ(line.find("\xe2\x80\xae"), std::string::npos) << line;
  }
}

TEST(ExportFormatTest, EscapesKeepWhatEndsAField) {
  EXPECT_EQ(cef_header("a|b\nc"), "a\\|b\\\\u{a}c");
  EXPECT_EQ(cef_value("a=b|c"), "a\\=b|c");
  EXPECT_EQ(syslog_value("a\"b]c"), "a\\\"b\\]c");
  EXPECT_EQ(html("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
}

TEST(ExportFormatTest, NoPeerForgesAField) {
  Record record = LogBed::decision(7);
  record.from_address = "x act=allowed|";
  const std::string cef = export_line(ExportFormat::kCef, record, "o");
  EXPECT_NE(cef.find("suser=x act\\=allowed|"), std::string::npos) << cef;
  record.from_address = "x\"] [forged@1 a=\"b";
  const std::string syslog = export_line(ExportFormat::kSyslog, record, "o");
  EXPECT_NE(syslog.find("from_address=\"x\\\"\\] [forged@1 a=\\\"b\""), std::string::npos)
      << syslog;
}

TEST(ExportFormatTest, SyslogHasTheHeaderOfRfc5424) {
  const std::string line =
      export_line(ExportFormat::kSyslog, LogBed::decision(7), "xmpp-guard/0123");
  EXPECT_EQ(line.find("<110>1 2023-11-14T22:13:20.007000Z xmpp-guard-0123 xmpp-guard - allowed "
                      "[record@32473 "),
            0U)
      << line;
}

TEST(ExportFormatTest, NamesAreRead) {
  EXPECT_EQ(export_format_from("cef"), ExportFormat::kCef);
  EXPECT_EQ(export_format_from("CEF"), std::nullopt);
  EXPECT_EQ(export_format_from(""), std::nullopt);
}

TEST(ReportTest, CountsAndShowsNothingThatAPeerCouldUse) {
  Report report;
  EXPECT_EQ(report.text(), "No records.\n");
  for (std::uint64_t i = 1; i <= 10; ++i) report.add(LogBed::decision(i));
  report.add(hostile());
  const std::string text = report.text();
  EXPECT_NE(text.find("          10  allowed"), std::string::npos) << text;
  EXPECT_NE(text.find("           1  refused"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  const std::string page = report.html();
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  EXPECT_NE(page.find("<svg"), std::string::npos);
  EXPECT_EQ(page.find("http"), std::string::npos);  // nothing is fetched
}

TEST(ReportTest, NamesThatPeersChooseAreBounded) {
  Report report;
  Record record = LogBed::decision(1);
  record.verdict = Verdict::kRefused;
  for (std::uint64_t i = 0; i < Report::kMostNames + 5; ++i) {
    record.from_address = "u" + std::to_string(i) + "@x";
    report.add(record);
  }
  EXPECT_NE(report.text().find("           5  (others)"), std::string::npos) << report.text();
}

}  // namespace
}  // namespace audit
