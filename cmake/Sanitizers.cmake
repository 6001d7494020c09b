if(GATEPOST_SANITIZE)
  add_compile_options(-fsanitize=${GATEPOST_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${GATEPOST_SANITIZE})
  # Asio uses a fence that GCC's sanitizer does not see; what it guards is locked besides.
  if(GATEPOST_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
if(GATEPOST_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)  # so that coverage of the libraries, too, guides the fuzzer
endif()
