# What the launchers and the parts of `./test --all` do, from outside; each test is a script with its own toy checkout or folder.
file(GLOB script_tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/style/*_test.sh")
foreach(script IN LISTS script_tests)
    file(STRINGS "${script}" name LIMIT_COUNT 1 REGEX "^# test: ")
    string(REGEX REPLACE "^# test: " "" name "${name}")
    add_test(NAME "style/${name}" COMMAND bash "${script}" "${PROJECT_SOURCE_DIR}")
    set_tests_properties("style/${name}" PROPERTIES TIMEOUT 300)
endforeach()
