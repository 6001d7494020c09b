# Warnings are errors in our own code; headers of others are SYSTEM and stay silent.
add_library(gatepost_warnings INTERFACE)
target_compile_options(gatepost_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
# GCC 12 takes "x" + std::string() for an overlap once it inlines enough (GCC's bug 105651).
target_compile_options(gatepost_warnings INTERFACE
  $<$<AND:$<CONFIG:Release>,$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
