# Registers each test case of a Catch2 program with ctest; runs after the program is linked. Catch2's own script loses
# test cases whose names hold a bracket: CMake keeps `[a;b` together as one element of a list. Here brackets are put
# aside while names are in lists, the count is compared with the program's own, and a name that the program does not
# find again fails (-w NoTests) instead of passing with nothing run.
#
#   cmake -D PROGRAM=... -D EMULATOR=... -D SUITE=sim/base -D SPEC=... -D FOLDER=... -D OUTPUT=... -P discover.cmake
string(ASCII 1 open)
string(ASCII 2 close)
string(ASCII 3 semicolon)

execute_process(COMMAND ${EMULATOR} "${PROGRAM}" ${SPEC} --list-test-names-only
    OUTPUT_VARIABLE names RESULT_VARIABLE count ERROR_VARIABLE complaint WORKING_DIRECTORY "${FOLDER}")
if(NOT count MATCHES "^[0-9]+$")
    message(FATAL_ERROR "${PROGRAM} does not list its tests: ${count} ${complaint}")
endif()

string(REPLACE "[" "${open}" names "${names}")
string(REPLACE "]" "${close}" names "${names}")
string(REPLACE ";" "${semicolon}" names "${names}")
string(REPLACE "\n" ";" names "${names}")
set(script "")
set(found 0)
foreach(name IN LISTS names)
    if(name STREQUAL "")
        continue()
    endif()
    math(EXPR found "${found} + 1")
    # As Catch2 wants a name in a test specification: no wildcard, no list, no tag.
    string(REGEX REPLACE "([\\\\,\"])" "\\\\\\1" pattern "${name}")
    string(REPLACE "${open}" "\\${open}" pattern "${pattern}")
    foreach(text IN ITEMS name pattern)
        string(REPLACE "${open}" "[" ${text} "${${text}}")
        string(REPLACE "${close}" "]" ${text} "${${text}}")
        string(REPLACE "${semicolon}" ";" ${text} "${${text}}")
    endforeach()
    set(command "")
    foreach(word IN LISTS EMULATOR PROGRAM)
        string(APPEND command " [==[${word}]==]")
    endforeach()
    string(APPEND script
        "add_test([==[${SUITE}/${name}]==]${command} [==[${pattern}]==] -w NoTests)\n"
        "set_tests_properties([==[${SUITE}/${name}]==] PROPERTIES WORKING_DIRECTORY [==[${FOLDER}]==] TIMEOUT 900)\n")
endforeach()

math(EXPR found_by_code "${found} % 256")
if(NOT found_by_code EQUAL count AND NOT (found GREATER 255 AND count EQUAL 255))
    message(FATAL_ERROR "${PROGRAM} has ${count} tests, but ${found} names were read")
endif()
file(WRITE "${OUTPUT}" "${script}")
