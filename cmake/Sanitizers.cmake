if(GATEPOST_SANITIZE)
  add_compile_options(-fsanitize=${GATEPOST_SANITIZE} -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=${GATEPOST_SANITIZE})
endif()
