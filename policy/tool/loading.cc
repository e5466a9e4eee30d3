#include "policy/tool/loading.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace policy::tool {
namespace {

constexpr std::uintmax_t kMostOctets = std::uintmax_t{16} << 20U;

}  // namespace

std::expected<NamedText, std::string> read_text(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    return std::unexpected(error ? error.message() : "not a regular file");
  }
  if (std::filesystem::file_size(path, error) > kMostOctets || error) {
    return std::unexpected(std::string("too large"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::unexpected(std::string("cannot be opened"));
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return std::unexpected(std::string("cannot be read"));
  return NamedText{.name = path, .text = std::move(text)};
}

std::vector<NamedText> files_of(const std::string& path) {
  const auto text = read_text(path);
  if (!text) return {};
  const std::filesystem::path place(path);
  std::vector<NamedText> files = {{.name = place.filename().string(), .text = text->text}};
  const auto beside = [&](std::string_view name) {
    auto read = read_text((place.parent_path() / name).string());
    const bool known =
        std::ranges::any_of(files, [&](const NamedText& file) { return file.name == name; });
    if (read && !known) files.push_back({.name = std::string(name), .text = read->text});
    return read;
  };
  if (!load(*text, beside, beside, beside)) return {};
  return files;
}

std::expected<Policy, Errors> load_file(const std::string& path) {
  auto text = read_text(path);
  if (!text) return std::unexpected(Errors{{.file = path, .what = text.error(), .expected = {}}});
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const auto beside = [&](std::string_view name) { return read_text((folder / name).string()); };
  return load(*text, beside, beside, beside);
}

}  // namespace policy::tool
