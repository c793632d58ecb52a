// The one Catch2 main of all test programs: compiled once, because it takes longer than most tests together.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
