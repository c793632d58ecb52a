# Every header and every source compiles alone, as it must where MAILQUAKE_UNITY is off: the batches of a unity build hide
# what a file forgot to include. Each is put through the compiler's front end. Ninja does the work, so that a second run
# looks at what changed only. A header that its own source includes before all else is compiled alone with it, and is left
# out. It takes minutes and seldom finds anything, and so belongs to `./test --campaign`; `./test --all` compiles alone what has
# changed since that was last recorded (.ci/alone.sh). A twin with a header that leans on another shows that it can fail.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
    "${PROJECT_SOURCE_DIR}/sim/*.hpp" "${PROJECT_SOURCE_DIR}/models/*.hpp" "${PROJECT_SOURCE_DIR}/tests/*.hpp")
file(GLOB_RECURSE alone CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}"
    "${PROJECT_SOURCE_DIR}/sim/*.cpp" "${PROJECT_SOURCE_DIR}/models/*.cpp")

set(front_end ${CMAKE_CXX_COMPILER} -std=c++20 -O1 -Wall -Wextra -Wpedantic -Wshadow -Wswitch-enum -Werror
    -fsyntax-only "-I${PROJECT_SOURCE_DIR}" -isystem "${LIBPQ_INCLUDE_DIR}"
    "-DMAILQUAKE_VERSION=\"${PROJECT_VERSION}\"" "-DMAILQUAKE_SCENARIOS_DIR=\"${PROJECT_SOURCE_DIR}/scenarios\"")
foreach(header IN LISTS headers)
    string(REGEX REPLACE "hpp$" "cpp" source "${header}")
    if(source IN_LIST alone)
        file(STRINGS "${PROJECT_SOURCE_DIR}/${source}" first_include LIMIT_COUNT 1 REGEX "^#include")
        if(first_include STREQUAL "#include \"${header}\"")
            continue()
        endif()
    endif()
    list(APPEND alone "${header}")
endforeach()
set(checked "")
foreach(file IN LISTS alone)
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/alone/${file}.alone")
    get_filename_component(folder "${stamp}" DIRECTORY)
    file(MAKE_DIRECTORY "${folder}")
    add_custom_command(OUTPUT "${stamp}"
        COMMAND ${front_end} -MD -MT "${stamp}" -MF "${stamp}.d" -include "${file}" -x c++ /dev/null
        COMMAND ${CMAKE_COMMAND} -E touch "${stamp}"
        DEPENDS "${PROJECT_SOURCE_DIR}/${file}" DEPFILE "${stamp}.d"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" COMMENT "Alone: ${file}" VERBATIM)
    list(APPEND checked "${stamp}")
endforeach()
add_custom_target(compiles_alone DEPENDS ${checked})

add_test(NAME "style/every header and source compiles alone" CONFIGURATIONS campaign
    COMMAND "${CMAKE_COMMAND}" --build "${PROJECT_BINARY_DIR}" --target compiles_alone)
set_tests_properties("style/every header and source compiles alone" PROPERTIES TIMEOUT 3600 PROCESSORS 2 LABELS campaign)

file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/alone/leaning.hpp" "#pragma once\ninline std::string leans_on_another();\n")
add_test(NAME "style/a header that leans on another is refused"
    COMMAND ${front_end} -include "${CMAKE_CURRENT_BINARY_DIR}/alone/leaning.hpp" -x c++ /dev/null)
set_tests_properties("style/a header that leans on another is refused" PROPERTIES
    PASS_REGULAR_EXPRESSION "string[^a-z]+in namespace[^a-z]+std[^a-z]+does not name a type|no type named.*string")
