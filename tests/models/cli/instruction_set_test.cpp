// A run gives the same bytes whatever the processor offers: with our own vector code switched off (MAILQUAKE_CPU), and with
// libm's variants switched off (glibc's tunables), which have other last bits where they use fused multiply-add.
#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "tests/models/cli/program.hpp"

namespace mailquake {

using testing::contains;
using testing::Ran;

namespace {

/// All laws, sizes by quantile, batches and Weibull gaps, over so long a time that the last bit of a double is seen in nanoseconds:
/// with libm's exp, log and pow this run's fingerprint did change when fused multiply-add was switched off.
const char* const kAllLaws = R"(
name: all-laws
duration: 360d
sites: [dc]
tiers:
  - {name: a, at: dc, servers: 1, workers: 999, service: {law: lognormal, mean: 10d, cv: 1.5}}
  - {name: b, at: dc, servers: 1, workers: 999, service: {law: gamma, mean: 10d, cv: 0.5}}
  - {name: c, at: dc, servers: 1, workers: 999, service: {law: gamma, mean: 10d, cv: 1.5}}
  - {name: d, at: dc, servers: 1, workers: 999, service: {law: weibull, mean: 10d, shape: 0.7}}
  - {name: e, at: dc, servers: 1, workers: 999, service: {law: pareto, mean: 10d, shape: 2.5}}
  - {name: f, at: dc, servers: 1, workers: 999, service: {law: hyperexponential, mean: 10d, cv: 2}}
tenants:
  - {name: t, count: 50, rate: 20/d, skew: {law: zipf, exponent: 1.1}, arrivals: {law: weibull, shape: 0.6}, sizes: {law: lognormal, mean: 75kB, cv: 2}, directions: {inbound: 0%, internal: 100%}, paths: {internal: [a, b, c, d, e, f]}}
  - {name: u, count: 50, rate: 20/d, arrivals: {law: batch, mean_size: 3}, sizes: {law: table}, directions: {inbound: 0%, internal: 100%}, paths: {internal: [f, e, d, c, b, a]}}
)";

/// What `run` prints as JSON, without its wall-clock time, under these words of the environment.
std::string bytes_under(const testing::Sandbox& box, const std::string& environment, const std::string& words) {
    const Ran ran = box.shell(environment + " $MQ run " + words + " --json --quiet");
    INFO(environment << ": " << ran.err);
    REQUIRE(ran.exit == 0);
    auto object = nlohmann::json::parse(ran.out);
    object.erase("wall");
    return object.dump();
}

/// Off, one after the other; a processor that has none of them runs the same code each time.
const std::vector<std::string> kLess = {
    "MAILQUAKE_CPU=avx2",
    "MAILQUAKE_CPU=baseline",
    "GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-FMA4",
    "MAILQUAKE_CPU=baseline GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-FMA,-FMA_Usable,-FMA4,-FMA4_Usable,-AVX512F,-AVX512DQ",
};

}  // namespace

TEST_CASE("a run's bytes are the same with each instruction set switched off", "[long]") {
    const testing::Sandbox box;
    box.write("laws.yaml", kAllLaws);
    for (const std::string words : {"laws.yaml --replications 3", "exchange-online-2014 --until 60s", "m365-2024-retry-flood --until 60s"}) {
        const std::string all = bytes_under(box, "", words);
        CHECK(contains(all, "fingerprint"));
        for (const std::string& less : kLess) {
            INFO(words << " with " << less);
            CHECK(bytes_under(box, less, words) == all);
        }
    }
}

TEST_CASE("an instruction set that is none is a mistake of usage") {
    const testing::Sandbox box;
    const Ran ran = box.shell("MAILQUAKE_CPU=sse9 $MQ --version");
    CHECK(ran.exit == 2);
    CHECK(contains(ran.err, "MAILQUAKE_CPU=sse9"));
    CHECK(contains(ran.err, "baseline, avx2 or avx512"));
}

}  // namespace mailquake
