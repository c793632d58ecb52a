// Catch2 as our tests use it, version 2 (Debian 12) or version 3 (Debian 13). Every test includes this header, and none
// names a version.
//
// Version 2 is one header, and version 3 a library with headers of its own. What the tests use has the same meaning in both:
// the macros of test cases, sections and assertions, GENERATE, and Approx, which version 3 moved into its namespace.
// Left out: matchers, whose names differ (Contains is about strings in one version and about containers in the other).
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
using Catch::Approx;  // NOLINT: where version 2 has it
#else
#include <catch2/catch.hpp>
#endif
