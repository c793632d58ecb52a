# Registers each test case of a Catch2 program with ctest; runs after the program is linked. Catch2's own script loses
# test cases whose names hold a bracket: CMake keeps `[a;b` together as one element of a list. Here brackets are put
# aside while names are in lists, the count is compared with the program's own, and a name that the program does not
# find again fails (-w NoTests) instead of passing with nothing run.
# What HIDDEN_SPEC finds is seen by `ctest -C all` alone and has the label `all`; nothing is if it is empty. Of these, what is
# tagged [alone] measures time and has the machine for itself.
#
#   cmake -D PROGRAM=... -D EMULATOR=... -D SUITE=sim/base -D SPEC=... -D HIDDEN_SPEC=... -D FOLDER=... -D OUTPUT=... -P discover.cmake
cmake_minimum_required(VERSION 3.25)
string(ASCII 1 open)
string(ASCII 2 close)
string(ASCII 3 semicolon)

# Sets `names` to the names of the test cases that the spec finds, brackets and semicolons put aside.
function(list_names spec)
    execute_process(COMMAND ${EMULATOR} "${PROGRAM}" ${spec} --list-test-names-only
        OUTPUT_VARIABLE found RESULT_VARIABLE count ERROR_VARIABLE complaint WORKING_DIRECTORY "${FOLDER}")
    if(NOT count MATCHES "^[0-9]+$")
        message(FATAL_ERROR "${PROGRAM} does not list its tests: ${count} ${complaint}")
    endif()
    string(REPLACE "[" "${open}" found "${found}")
    string(REPLACE "]" "${close}" found "${found}")
    string(REPLACE ";" "${semicolon}" found "${found}")
    string(REGEX REPLACE "\n+" ";" found "${found}")
    list(FILTER found EXCLUDE REGEX "^$")
    list(LENGTH found length)
    math(EXPR length_by_code "${length} % 256")
    if(NOT length_by_code EQUAL count AND NOT (length GREATER 255 AND count EQUAL 255))
        message(FATAL_ERROR "${PROGRAM} has ${count} tests, but ${length} names were read")
    endif()
    set(names "${found}" PARENT_SCOPE)
endfunction()

# Appends to `script` what makes ctest run the test case of that name.
function(register name labels)
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
        "set_tests_properties([==[${SUITE}/${name}]==] PROPERTIES WORKING_DIRECTORY [==[${FOLDER}]==] TIMEOUT 1800${labels})\n")
    set(script "${script}" PARENT_SCOPE)
endfunction()

set(script "")
list_names("${SPEC}")
foreach(name IN LISTS names)
    register("${name}" "")
endforeach()
if(HIDDEN_SPEC)
    string(APPEND script "if(CTEST_CONFIGURATION_TYPE STREQUAL \"all\")\n")
    list_names("${HIDDEN_SPEC}~[alone]")
    foreach(name IN LISTS names)
        register("${name}" " LABELS all")
    endforeach()
    list_names("${HIDDEN_SPEC}[alone]")
    foreach(name IN LISTS names)
        register("${name}" " LABELS all RUN_SERIAL ON")
    endforeach()
    string(APPEND script "endif()\n")
endif()
file(WRITE "${OUTPUT}" "${script}")
