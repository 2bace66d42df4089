# The log generator; included where it is needed, by bench or by the tests.
file(GLOB generate_sources CONFIGURE_DEPENDS
  ${CMAKE_CURRENT_LIST_DIR}/generate*.cc)
add_executable(generate ${generate_sources})
target_include_directories(generate PRIVATE
  ${CMAKE_SOURCE_DIR}/include ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(generate PRIVATE ricochet_compiler ricochet_dependencies)
target_compile_definitions(generate PRIVATE
  RICOCHET_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
