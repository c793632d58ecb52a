#!/usr/bin/env bash
# test: a ./test that fails leaves ./mailquake able to build
#
# A toy checkout with our scripts and presets, and a program of one line. Its tests break in each way that touches the build folder
# that both share; after each, a changed source must be built and run by the launcher.
set -u
from=$1
toy=$(mktemp -d) || exit 1
trap 'rm -rf "$toy"' EXIT
fail() { printf 'FAILED: %s\n' "$*"; cat "$toy/log"; exit 1; }

mkdir -p "$toy"/{.ci,sim,models,tests} && cd "$toy" || exit 1
cp "$from"/{mailquake,test,CMakePresets.json} . && cp "$from"/.ci/*.sh .ci/ || exit 1
cat >CMakeLists.txt <<'TOY'
cmake_minimum_required(VERSION 3.25)
project(toy LANGUAGES CXX)
option(MAILQUAKE_TESTS "" ON)
option(MAILQUAKE_BENCH "" OFF)
option(MAILQUAKE_PAGE "" ON)
file(WRITE "${PROJECT_BINARY_DIR}/page.cpp" "int page() { return 0; }\n")
add_library(mailquake_page STATIC "${PROJECT_BINARY_DIR}/page.cpp")
if(MAILQUAKE_PAGE AND EXISTS "${PROJECT_SOURCE_DIR}/no_network")
    add_custom_target(fetch COMMAND false)
    add_dependencies(mailquake_page fetch)
endif()
add_executable(mailquake models/main.cpp)
target_link_libraries(mailquake PRIVATE mailquake_page)
if(MAILQUAKE_TESTS)
    enable_testing()
    add_subdirectory(tests)
endif()
TOY

printed=0
# The program prints a number, another one each time, so that an old program does not pass for a new one.
program_runs_after() {
    printed=$((printed + 1))
    printf '#include <cstdio>\nint main() { std::puts("%s"); }\n' "$printed" >models/main.cpp
    [[ $(./mailquake 2>log) == "$printed" ]] || fail "the launcher does not build after $1"
}
test_passes() { "$PWD/test" -R '^toy$' >log 2>&1 || fail "./test does not pass $1"; }
test_fails() { ! "$PWD/test" >log 2>&1 || fail "./test passes with $1"; }
good='add_test(NAME toy COMMAND true)'

program_runs_after "nothing"
echo 'message(FATAL_ERROR "no such version of a library")' >tests/CMakeLists.txt
test_fails "tests that cannot be configured"
program_runs_after "tests that could not be configured"

echo "$good" >tests/CMakeLists.txt
test_passes "after it was mended"
grep -q 'MAILQUAKE_TESTS:BOOL=ON' build/release/CMakeCache.txt || fail "./test has not switched on the tests: this test shows nothing"
program_runs_after "tests that passed"
grep -q 'MAILQUAKE_TESTS:BOOL=ON' build/release/CMakeCache.txt || fail "the launcher has thrown away tests that do no harm"

printf '%s\nfile(WRITE broken.cpp "int main() { wrong }")\nadd_executable(broken broken.cpp)\n' "$good" >tests/CMakeLists.txt
test_fails "tests that do not compile"
program_runs_after "tests that did not compile"

echo 'add_test(NAME toy COMMAND false)' >tests/CMakeLists.txt
test_fails "a test that fails"
program_runs_after "a test that failed"

echo "$good" >tests/CMakeLists.txt
touch no_network
cmake --preset release -DMAILQUAKE_PAGE=ON >log 2>&1 || fail "the toy cannot be configured"   # as ./test --all does
test_fails "a page that cannot be bundled"
program_runs_after "a page that could not be bundled"

# A fault of the program itself is an error, and said once.
echo 'int main() { wrong }' >models/main.cpp
./mailquake >log 2>&1 && fail "a program that does not compile was run"
[[ $(grep -c 'the build failed' log) -eq 1 ]] || fail "the fault of a source is not said once"
