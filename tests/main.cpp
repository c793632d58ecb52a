// The one Catch2 main of all test programs: compiled once, because it takes longer than most tests together. Version 3
// brings its main in a library of its own, and leaves this file empty.
#define CATCH_CONFIG_MAIN
#include "tests/catch.hpp"
