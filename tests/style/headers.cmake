# Every header compiles alone: each is put through the compiler's front end as if it were a source. Ninja does the work,
# so that a second run looks at changed headers only. A header that its own source includes before all else was compiled
# alone with it, and is left out. A twin with a header that leans on another shows that it can fail.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
    "${PROJECT_SOURCE_DIR}/sim/*.hpp" "${PROJECT_SOURCE_DIR}/models/*.hpp" "${PROJECT_SOURCE_DIR}/tests/*.hpp")

set(front_end ${CMAKE_CXX_COMPILER} -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wshadow -Wswitch-enum -Werror
    -fsyntax-only "-I${PROJECT_SOURCE_DIR}")
set(checked "")
foreach(header IN LISTS headers)
    string(REGEX REPLACE "hpp$" "cpp" source "${PROJECT_SOURCE_DIR}/${header}")
    if(EXISTS "${source}")
        file(STRINGS "${source}" first_include LIMIT_COUNT 1 REGEX "^#include")
        if(first_include STREQUAL "#include \"${header}\"")
            continue()
        endif()
    endif()
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.alone")
    get_filename_component(folder "${stamp}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(OUTPUT "${stamp}"
        COMMAND ${front_end} -MD -MT "${stamp}" -MF "${stamp}.d" -include "${header}" -x c++ /dev/null
        COMMAND ${CMAKE_COMMAND} -E touch "${stamp}"
        DEPENDS "${PROJECT_SOURCE_DIR}/${header}" DEPFILE "${stamp}.d"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" COMMENT "Alone: ${header}" VERBATIM)
    list(APPEND checked "${stamp}")
endforeach()
add_custom_target(headers_alone DEPENDS ${checked})

add_test(NAME "style/every header compiles alone"
    COMMAND "${CMAKE_COMMAND}" --build "${PROJECT_BINARY_DIR}" --target headers_alone)
set_tests_properties("style/every header compiles alone" PROPERTIES TIMEOUT 900 PROCESSORS 2)

file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/headers/leaning.hpp" "#pragma once\ninline std::string leans_on_another();\n")
add_test(NAME "style/a header that leans on another is refused"
    COMMAND ${front_end} -include "${CMAKE_CURRENT_BINARY_DIR}/headers/leaning.hpp" -x c++ /dev/null)
set_tests_properties("style/a header that leans on another is refused" PROPERTIES
    PASS_REGULAR_EXPRESSION "string[^a-z]+in namespace[^a-z]+std[^a-z]+does not name a type|no type named.*string")
