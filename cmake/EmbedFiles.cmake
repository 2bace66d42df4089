# Compiles files into the program, so that one binary works anywhere.
#
#   ricochet_embed(<target> <name> <header> <type> <function> <file>...)
#
# adds to <target> a generated source <name>.cc, whose <function>, declared in
# <header>, gives the files ordered by name, as <type>s of a name and a text.
#
# The same file, run by `cmake -P` with OUTPUT, HEADER, TYPE, FUNCTION and FILES,
# writes that source.
if(CMAKE_SCRIPT_MODE_FILE)
  string(REPLACE "|" ";" files "${FILES}")
  set(source "#include <array>\n\n#include \"${HEADER}\"\n\n")
  string(APPEND source "namespace ricochet {\nnamespace {\n\n")
  set(count 0)
  set(table "")
  foreach(file IN LISTS files)
    get_filename_component(name "${file}" NAME)
    file(READ "${file}" text)
    string(APPEND source
      "constexpr char kFile${count}[] = R\"EMBEDDED(${text})EMBEDDED\";\n")
    string(APPEND table
      "    {\"${name}\", {kFile${count}, sizeof(kFile${count}) - 1}},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  string(APPEND source
    "\nconstexpr std::array<${TYPE}, ${count}> kFiles = {{\n${table}}};\n"
    "\n}  // namespace\n\n"
    "std::span<const ${TYPE}> ${FUNCTION}() noexcept { return kFiles; }\n"
    "\n}  // namespace ricochet\n")
  file(WRITE "${OUTPUT}" "${source}")
  return()
endif()

set(RICOCHET_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(ricochet_embed target name header type function)
  set(files ${ARGN})
  list(SORT files COMPARE FILE_BASENAME)
  string(REPLACE ";" "|" joined "${files}")
  set(output ${PROJECT_BINARY_DIR}/generated/${name}.cc)
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${header}
            -DTYPE=${type} -DFUNCTION=${function} "-DFILES=${joined}"
            -P ${RICOCHET_EMBED_SCRIPT}
    DEPENDS ${files} ${RICOCHET_EMBED_SCRIPT}
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
endfunction()
