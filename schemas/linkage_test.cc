// INVARIANT(NO_OTHER_PATH): a process that parses with Xerces brings no network library with it,
// at any remove.
#include <gtest/gtest.h>
#include <link.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/reader.h"

namespace schemas {
namespace {

// What may be loaded, by the start of its file name; the sanitizers' run-time libraries only in
// the builds that have them. libcrypto comes with guard_base, where digests are used.
constexpr std::array<std::string_view, 13> kAllowed{
    "linux-vdso.so", "ld-linux-x86-64.so", "libc.so",       "libm.so",      "libgcc_s.so",
    "libstdc++.so",  "libicuuc.so",        "libicudata.so", "libcrypto.so", "libasan.so",
    "libubsan.so",   "libpthread.so",      "libdl.so"};

bool allowed(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return std::ranges::any_of(kAllowed,
                             [&](std::string_view start) { return name.starts_with(start); });
}

std::vector<std::string> loaded_objects() {
  std::vector<std::string> names;
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* list) {
        static_cast<std::vector<std::string>*>(list)->emplace_back(object->dlpi_name);
        return 0;
      },
      &names);
  return names;
}

TEST(Linkage, OfTheReadersHasNoNetworkLibrary) {
  // Used, so that the linker cannot have left them out.
  StanzaReader stanzas;
  ASSERT_TRUE(stanzas.read_stanza("<message/>"));
  ASSERT_NO_THROW(FileReader{Grammar::kStanza});
  const auto objects = loaded_objects();
  EXPECT_GT(objects.size(), 3U);
  for (const std::string& object : objects) {
    EXPECT_TRUE(object.empty() || allowed(object)) << object;  // empty: the executable itself
  }
}

TEST(Linkage, TheListWouldSeeThem) {
  for (const std::string_view object :
       {"/lib/x86_64-linux-gnu/libcurl.so.4", "libcurl-gnutls.so.4", "libgnutls.so.30",
        "libldap-2.5.so.0", "/usr/lib/libxerces-c-3.2.so", "libssl.so.3", "libssh2.so.1",
        "libnss_dns.so.2", "libgssapi_krb5.so.2", "libsqlite3.so.0"}) {
    EXPECT_FALSE(allowed(object)) << object;
  }
}

}  // namespace
}  // namespace schemas
