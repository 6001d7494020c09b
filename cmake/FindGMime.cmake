# GMime::GMime, found through pkg-config: Debian ships no CMake config for it.
find_package(PkgConfig REQUIRED)
pkg_check_modules(GMIME QUIET IMPORTED_TARGET gmime-3.0>=3.2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(GMime REQUIRED_VARS GMIME_LINK_LIBRARIES VERSION_VAR GMIME_VERSION)
if(GMime_FOUND AND NOT TARGET GMime::GMime)
  add_library(GMime::GMime ALIAS PkgConfig::GMIME)
endif()
