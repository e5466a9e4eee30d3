#include "guard/base/command_line.h"

#include <gtest/gtest.h>

#include <sstream>

namespace guard {
namespace {

struct Said {
  bool help = false;
  std::string out;
  std::string err;
};

Said said(const std::string& line) {
  CLI::App app("does two things", "tool");
  app.require_subcommand(1);
  app.add_flag("--json");
  app.add_subcommand("one")->add_option("what")->required();
  app.add_subcommand("two");
  try {
    app.parse(line);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream err;
    const bool help = report_command_line(app, error, out, err);
    return {.help = help, .out = out.str(), .err = err.str()};
  }
  return {.help = false, .out = "", .err = "nothing was wrong"};
}

TEST(CommandLine, NamesTheUnknownWord) {
  EXPECT_EQ(said("frob").err,
            "tool: \"frob\" is no subcommand; the subcommands are one, two\n"
            "Run with --help for more information.\n");
  EXPECT_TRUE(said("--json frob thing").err.starts_with("tool: \"frob\" is no subcommand;"));
  EXPECT_TRUE(said("--frob").err.starts_with("tool: \"--frob\" is no option;"));
  EXPECT_TRUE(said("a\x1b[2J").err.starts_with("tool: \"a\\u{1b}[2J\" is no subcommand;"));
  EXPECT_FALSE(said("frob").help);
  EXPECT_TRUE(said("frob").out.empty());
}

TEST(CommandLine, LeavesTheRestToCli11) {
  EXPECT_EQ(said("two").err, "nothing was wrong");
  EXPECT_EQ(said("").err, "A subcommand is required\nRun with --help for more information.\n");
  EXPECT_TRUE(said("one").err.starts_with("what is required\n"));
  EXPECT_EQ(said("two frob").err.find("is no subcommand"), std::string::npos);
  const Said help = said("--help");
  EXPECT_TRUE(help.help);
  EXPECT_TRUE(help.err.empty());
  EXPECT_NE(help.out.find("does two things"), std::string::npos);
}

}  // namespace
}  // namespace guard
