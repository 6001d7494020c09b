#include "gatepost/mime/gmime_init.hpp"

#include <gmime/gmime.h>

#include <mutex>

#if defined(__SANITIZE_ADDRESS__)
#define GATEPOST_LSAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GATEPOST_LSAN 1
#endif
#endif
#ifdef GATEPOST_LSAN
#include <sanitizer/lsan_interface.h>
#endif

namespace gatepost::mime {

namespace {

/// A forwarded letter is a leaf for us: its bytes stay whole, and nesting costs no recursion.
void register_messages_as_leaves() {
  for (const char* subtype : {"*", "rfc822", "rfc2822", "global", "news", "partial", "external-body"}) {
    g_mime_object_register_type("message", subtype, GMIME_TYPE_PART);
  }
}

}  // namespace

void ensure_gmime() {
  static std::once_flag once;
  std::call_once(once, [] {
#ifdef GATEPOST_LSAN
    // GMime does not free the registrations of its own that ours replace: some bytes, once.
    const __lsan::ScopedDisabler replaced;
#endif
    g_mime_init();
    register_messages_as_leaves();
  });
}

}  // namespace gatepost::mime
