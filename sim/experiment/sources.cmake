# Run by the build (cmake -D FOLDER=... -D OUTPUT=... -P): writes the definition of sources_hash(), a hash over names and
# contents of all C++ sources under sim/ and models/.
file(GLOB_RECURSE sources RELATIVE "${FOLDER}" "${FOLDER}/sim/*.[ch]pp" "${FOLDER}/models/*.[ch]pp")
list(SORT sources)
set(all "")
foreach(source IN LISTS sources)
    file(SHA256 "${FOLDER}/${source}" hash)
    string(APPEND all "${source} ${hash}\n")
endforeach()
string(SHA256 hash "${all}")
string(SUBSTRING "${hash}" 0 32 hash)
file(WRITE "${OUTPUT}"
    "#include \"sim/experiment/sources.hpp\"\n\n"
    "std::string_view mailquake::sources_hash() { return \"${hash}\"; }\n")
