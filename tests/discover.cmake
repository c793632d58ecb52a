# Registers each test case of a Catch2 program with ctest; runs after the program is linked. Catch2's own script loses
# test cases whose names hold a bracket: CMake keeps `[a;b` together as one element of a list. Here brackets are put
# aside while names are in lists, the count is compared with the program's own, and a name that the program does not
# find again fails instead of passing with nothing run.
# With HIDDEN=ON, what is tagged [long] has the label `long`; what is tagged [.all] is seen by `ctest -C all` alone and has the
# label `all`, and the same with `campaign`. Of these two, what is tagged [alone] measures time and has the machine for itself.
#
#   cmake -D CATCH_VERSION=2.13 -D PROGRAM=... -D EMULATOR=... -D SUITE=sim/base -D SPEC=... -D HIDDEN=ON -D FOLDER=...
#       -D OUTPUT=... -P discover.cmake
cmake_minimum_required(VERSION 3.25)
string(ASCII 1 open)
string(ASCII 2 close)
string(ASCII 3 semicolon)

# How either version of Catch2 lists bare names, and is told that a run of nothing is a failure.
if(CATCH_VERSION VERSION_LESS 3)
    set(names_only --list-test-names-only)
    set(fail_on_nothing -w NoTests)
else()
    set(names_only --list-tests --verbosity quiet)
    set(fail_on_nothing "")  # it always is
endif()

# Sets `listed` to what the program prints when it is asked for a list.
function(list_tests)
    execute_process(COMMAND ${EMULATOR} "${PROGRAM}" ${ARGV}
        OUTPUT_VARIABLE found RESULT_VARIABLE status ERROR_VARIABLE complaint WORKING_DIRECTORY "${FOLDER}")
    if(NOT status MATCHES "^[0-9]+$")
        message(FATAL_ERROR "${PROGRAM} does not list its tests: ${status} ${complaint}")
    endif()
    set(listed "${found}" PARENT_SCOPE)
endfunction()

# Sets `names` to the names of the test cases that the spec finds, brackets and semicolons put aside.
function(list_names spec)
    list_tests(${spec} ${names_only})
    string(REPLACE "[" "${open}" found "${listed}")
    string(REPLACE "]" "${close}" found "${found}")
    string(REPLACE ";" "${semicolon}" found "${found}")
    string(REGEX REPLACE "\n+" ";" found "${found}")
    list(FILTER found EXCLUDE REGEX "^$")
    list(LENGTH found length)
    list_tests(${spec} --list-tests)
    if(NOT listed MATCHES "\n([0-9]+) (matching )?test cases?\n*$" OR NOT length EQUAL CMAKE_MATCH_1)
        message(FATAL_ERROR "${PROGRAM} has ${CMAKE_MATCH_1} tests, but ${length} names were read")
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
    string(JOIN " " options "" ${fail_on_nothing})
    string(APPEND script
        "add_test([==[${SUITE}/${name}]==]${command} [==[${pattern}]==]${options})\n"
        "set_tests_properties([==[${SUITE}/${name}]==] PROPERTIES WORKING_DIRECTORY [==[${FOLDER}]==] TIMEOUT 1800${labels})\n")
    set(script "${script}" PARENT_SCOPE)
endfunction()

set(script "")
set(long "")
if(HIDDEN)
    set(SPEC "~[long]~[.]")
    list_names("[long]~[.]")
    set(long "${names}")
endif()
list_names("${SPEC}")
foreach(name IN LISTS names)
    register("${name}" "")
endforeach()
foreach(name IN LISTS long)
    register("${name}" " LABELS long")
endforeach()
foreach(level IN ITEMS all campaign)
    if(NOT HIDDEN)
        break()
    endif()
    string(APPEND script "if(CTEST_CONFIGURATION_TYPE STREQUAL \"${level}\")\n")
    list_names("[${level}]~[alone]")
    foreach(name IN LISTS names)
        register("${name}" " LABELS ${level}")
    endforeach()
    list_names("[${level}][alone]")
    foreach(name IN LISTS names)
        register("${name}" " LABELS ${level} RUN_SERIAL ON")
    endforeach()
    string(APPEND script "endif()\n")
endforeach()
file(WRITE "${OUTPUT}" "${script}")
