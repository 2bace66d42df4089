# Compiles rules/*.toml into the program, so that one binary works anywhere.
#
#   ricochet_embed_rules(<target>)  adds the generated source to <target>
#
# The same file, run by `cmake -P` with OUTPUT and FILES, writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "|" ";" files "${FILES}")
  set(source "#include <array>\n\n#include \"classify/built_in.h\"\n\n")
  string(APPEND source "namespace ricochet {\nnamespace {\n\n")
  set(count 0)
  set(table "")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" text)
    string(APPEND source
      "constexpr char kFile${count}[] = R\"RULES(${text})RULES\";\n")
    string(APPEND table
      "    {\"${name}\", {kFile${count}, sizeof(kFile${count}) - 1}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  string(APPEND source
    "\nconstexpr std::array<EmbeddedFile, ${count}> kFiles = {{\n${table}}};\n"
    "\n}  // namespace\n\n"
    "std::span<const EmbeddedFile> BuiltInFiles() noexcept { return kFiles; }\n"
    "\n}  // namespace ricochet\n")
  file(WRITE "${OUTPUT}" "${source}")
  return()
endif()

set(RICOCHET_EMBED_RULES_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(ricochet_embed_rules target)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/rules/*.toml)
  list(SORT files)
  string(REPLACE ";" "|" joined "${files}")
  set(output ${PROJECT_BINARY_DIR}/generated/built_in_rules.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} "-DFILES=${joined}"
            -P ${RICOCHET_EMBED_RULES_SCRIPT}
    DEPENDS ${files} ${RICOCHET_EMBED_RULES_SCRIPT}
    COMMENT "Embedding rules"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
