#include "gatepost/mime/gmime_init.hpp"

#include <gmime/gmime.h>

#include <mutex>

namespace gatepost::mime {

void ensure_gmime() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_mime_init();
    // A forwarded letter is a leaf for us: its bytes stay whole, and nesting costs no recursion.
    for (const char* subtype : {"*", "rfc822", "rfc2822", "global", "news", "partial", "external-body"}) {
      g_mime_object_register_type("message", subtype, GMIME_TYPE_PART);
    }
  });
}

}  // namespace gatepost::mime
