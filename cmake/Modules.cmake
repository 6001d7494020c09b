# gatepost_module(NAME [PUBLIC libs...] [PRIVATE libs...])
# One static library gatepost_NAME from the sources of the folder it is called in and below. Which module may link which is the
# layering of docs/architecture.md; tools/layers.py proves it from the includes.
function(gatepost_module name)
  cmake_parse_arguments(ARG "" "" "PUBLIC;PRIVATE;SOURCES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(gatepost_${name} STATIC ${sources} ${ARG_SOURCES})
  target_include_directories(gatepost_${name} PUBLIC "${PROJECT_SOURCE_DIR}/cpp")
  target_link_libraries(gatepost_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} gatepost_warnings)
endfunction()
