# Idn2::Idn2 (libidn2, IDNA 2008), found through pkg-config.
find_package(PkgConfig REQUIRED)
pkg_check_modules(IDN2 QUIET IMPORTED_TARGET libidn2)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Idn2 REQUIRED_VARS IDN2_LINK_LIBRARIES VERSION_VAR IDN2_VERSION)
if(Idn2_FOUND AND NOT TARGET Idn2::Idn2)
  add_library(Idn2::Idn2 ALIAS PkgConfig::IDN2)
endif()
