# Warnings are errors in our own code; headers of others are SYSTEM and stay silent.
add_library(gatepost_warnings INTERFACE)
target_compile_options(gatepost_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
