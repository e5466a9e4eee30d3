// Stubs for what Xerces' network accessor wants of libcurl. Nothing in this project lets Xerces
// open a URL; should it try, the process ends (NO_OTHER_PATH).
//
// The list is `nm -u libxerces-c.a | grep -o 'curl_.*' | sort -u`; a symbol that a later Xerces
// adds is a link error.
#include <cstdlib>

extern "C" {

// XMLPlatformUtils::Initialize makes the accessor, which starts and stops libcurl: these two are
// called, and have nothing to do.
int curl_global_init(long) { return 0; }
void curl_global_cleanup() {}

[[noreturn]] void curl_easy_cleanup() { std::abort(); }
[[noreturn]] void curl_easy_getinfo() { std::abort(); }
[[noreturn]] void curl_easy_init() { std::abort(); }
[[noreturn]] void curl_easy_setopt() { std::abort(); }
[[noreturn]] void curl_multi_add_handle() { std::abort(); }
[[noreturn]] void curl_multi_cleanup() { std::abort(); }
[[noreturn]] void curl_multi_fdset() { std::abort(); }
[[noreturn]] void curl_multi_info_read() { std::abort(); }
[[noreturn]] void curl_multi_init() { std::abort(); }
[[noreturn]] void curl_multi_perform() { std::abort(); }
[[noreturn]] void curl_multi_remove_handle() { std::abort(); }
[[noreturn]] void curl_multi_timeout() { std::abort(); }
[[noreturn]] void curl_slist_append() { std::abort(); }
[[noreturn]] void curl_slist_free_all() { std::abort(); }

}  // extern "C"
