// Linked into every executable of a build with AddressSanitizer, whose options cannot come from the
// environment: guardd gives its children none. Freed memory is kept for a while, so that a use after
// free is seen; by default 256 MB of it, in which a queue that grows without bound could hide from the
// tests that measure processes.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "quarantine_size_mb=4:thread_local_quarantine_size_kb=64"; }
