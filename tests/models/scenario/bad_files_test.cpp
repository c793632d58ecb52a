// Every file in bad/ must be answered with exactly the text beside it. A file's first comments say how it is loaded:
// `# set: PATH=VALUE`, `# variant: NAME`, `# until: TIME`, `# cut`. After a stated change of wording,
// MAILQUAKE_BLESS=1 writes the answers anew: read them before they are committed.
#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/catch.hpp"
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/scenario/load.hpp"
#include "tests/models/scenario/scratch.hpp"

namespace mailquake {

using testing::content;

namespace {

namespace fs = std::filesystem;

LoadRequest request_in(const fs::path& file) {
    LoadRequest request{.file = file.string(), .sets = {}, .variants = {}, .cut = false, .search = {"tests/models/scenario/bundled"}, .until = {}};
    std::istringstream lines(content(file));
    for (std::string line; std::getline(lines, line) && line.starts_with('#');) {
        if (line.starts_with("# set: ")) request.sets.push_back(line.substr(7));
        if (line.starts_with("# variant: ")) request.variants.push_back(line.substr(11));
        if (line.starts_with("# until: ")) request.until = line.substr(9);
        if (line == "# cut") request.cut = true;
    }
    return request;
}

/// Runs `work` in a process of its own and gives its peak memory [octets]; the time limit is the caller's.
template <class Work>
std::size_t peak_memory(Work work) {
    const pid_t child = fork();
    if (child == 0) _exit(work() ? 0 : 1);
    int status = 0;
    rusage usage{};
    REQUIRE(wait4(child, &status, 0, &usage) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

/// Holds when loading `file` is refused with an error that contains `words`, within 1 s and 200 MB.
void check_refused_at_once(const fs::path& file, const std::string& words) {
    const std::clock_t begin = std::clock();  // of the processor: whatever else the machine does
    const std::size_t memory = peak_memory([&] {
        Diagnostics said;
        LoadRequest request;
        request.file = file.string();
        return !load_scenario(request, said) && said.render().find(words) != std::string::npos;
    });
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    CHECK(seconds < 1);
#ifdef __SANITIZE_ADDRESS__
    CHECK(memory < 2'000'000'000);  // the sanitizer's own shadow and quarantine
#else
    CHECK(memory < 200'000'000);
#endif
}

struct ScratchFile {
    fs::path path = fs::temp_directory_path() / ("mailquake-bad-" + std::to_string(getpid()) + ".yaml");
    ~ScratchFile() { fs::remove(path); }
};

}  // namespace

TEST_CASE("bad files are answered with messages that help") {
    fs::current_path(MAILQUAKE_SOURCE_DIR);
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator("tests/models/scenario/bad"))
        if (item.path().extension() == ".yaml") files.push_back(item.path());
    std::sort(files.begin(), files.end());
    REQUIRE(files.size() >= 40);
    for (const fs::path& file : files) {
        INFO(file);
        Diagnostics said;
        const auto scenario = load_scenario(request_in(file), said);
        const bool only_warns = file.stem() == "no_effect" || file.stem() == "share_of_no_server" || file.stem() == "policies_without_effect";
        CHECK(scenario.has_value() == only_warns);
        CHECK(said.has_errors() == !only_warns);
        fs::path expected = file;
        expected.replace_extension(".expected");
        if (std::getenv("MAILQUAKE_BLESS") != nullptr) std::ofstream(expected, std::ios::binary) << said.render();
        CHECK(said.render() == content(expected));
    }
}

TEST_CASE("a file of 100 MB is refused before it is read") {
    ScratchFile scratch;
    std::ofstream(scratch.path) << "name: huge\n";
    fs::resize_file(scratch.path, 100'000'000);
    check_refused_at_once(scratch.path, "larger than 8 MB");
}

TEST_CASE("an alias bomb is refused while it is read") {
    ScratchFile scratch;
    {
        std::ofstream out(scratch.path);
        out << "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
        for (char c = 'b'; c <= 'j'; ++c) {
            const char below = static_cast<char>(c - 1);
            out << c << ": &" << c << " [";
            for (int i = 0; i < 10; ++i) out << (i == 0 ? "*" : ", *") << below;
            out << "]\n";
        }
    }
    check_refused_at_once(scratch.path, "over 1000000 values, aliases written out");
}

TEST_CASE("a file of many small values is refused at its millionth") {
    ScratchFile scratch;
    {
        std::ofstream out(scratch.path);
        out << "a: [";
        for (int i = 0; i < 1'200'000; ++i) out << "1,\n";
        out << "1]\n";
    }
    Diagnostics said;
    LoadRequest request;
    request.file = scratch.path.string();
    CHECK_FALSE(load_scenario(request, said));
    CHECK(said.render().find("over 1000000 values") != std::string::npos);
}

/// Quadratic in them, it took minutes.
TEST_CASE("a hundred thousand mistakes are all found, and the first thousand shown") {
    ScratchFile scratch;
    {
        std::ofstream out(scratch.path);
        for (int i = 0; i < 50'000; ++i) out << "unknown-" << i << ": 1\nname: twice\n";
    }
    Diagnostics said;
    LoadRequest request;
    request.file = scratch.path.string();
    const std::clock_t begin = std::clock();  // of the processor: whatever else the machine does
    CHECK_FALSE(load_scenario(request, said));
    CHECK(static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC < 10);
    CHECK(said.errors() >= 99'999);
    const std::string shown = said.render();
    CHECK(shown.find("duplicate key 'name'") != std::string::npos);
    CHECK(shown.find("unknown key 'unknown-") != std::string::npos);
    CHECK(shown.ends_with(" more errors\n"));
}

TEST_CASE("deep nesting is refused") {
    ScratchFile scratch;
    std::ofstream(scratch.path) << "a: " << std::string(100'000, '[') << std::string(100'000, ']') << "\n";
    check_refused_at_once(scratch.path, "over 32 levels");
}

TEST_CASE("an endless file is refused") {
    check_refused_at_once("/dev/zero", "larger than 8 MB");
}

}  // namespace mailquake
