# What a run is made of calls no function of libm whose last bits are not the same everywhere (linked.sh). Reports, studies and
# the program's words may: nothing that they compute is a result. Two twins show that the test can fail.
set(libraries "")
foreach(top IN ITEMS sim models)
    string(TOUPPER ${top} TOP)
    foreach(folder IN LISTS MAILQUAKE_${TOP}_FOLDERS)
        set(library mailquake_${top}_${folder})
        get_target_property(type ${library} TYPE)
        if(type STREQUAL "STATIC_LIBRARY" AND NOT library MATCHES "_(report|study|cli)$")
            list(APPEND libraries "$<TARGET_FILE:${library}>")
        endif()
    endforeach()
endforeach()
add_test(NAME "style/what a run is made of calls no libm" COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/style/linked.sh" ${libraries})

file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/calls_libm.cpp"
    "#include <cmath>\ndouble calls_libm(double x, double y) { return std::exp(x) * std::pow(x, y) * std::sqrt(x); }\n")
add_library(calls_libm STATIC "${CMAKE_CURRENT_BINARY_DIR}/calls_libm.cpp")
add_test(NAME "style/a library that calls libm is refused" COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/style/linked.sh" "$<TARGET_FILE:calls_libm>")
add_test(NAME "style/no library at all is refused" COMMAND "${CMAKE_CURRENT_SOURCE_DIR}/style/linked.sh")
set_tests_properties("style/a library that calls libm is refused" PROPERTIES PASS_REGULAR_EXPRESSION "calls libm: exp pow")
set_tests_properties("style/no library at all is refused" PROPERTIES PASS_REGULAR_EXPRESSION "no library is given")
