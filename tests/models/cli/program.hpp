// Runs the real program in a folder of its own and catches what it prints.
#pragma once

#include <filesystem>
#include <string>

namespace mailquake::testing {

struct Ran {
    int exit = -1;       // exit code; 128 + signal if one ended it
    std::string out, err;
};

/// Whether `part` stands in `text`.
[[nodiscard]] inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A fresh folder, gone at the end.
class Sandbox {
public:
    Sandbox();
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    /// The words behind `mailquake`, as a shell reads them.
    [[nodiscard]] Ran run(const std::string& words) const;
    /// A whole shell command, with $MQ for the program.
    [[nodiscard]] Ran shell(const std::string& command) const;

    void write(const std::string& name, const std::string& text) const;
    [[nodiscard]] std::string read(const std::string& name) const;
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return folder_ / name; }

private:
    std::filesystem::path folder_;
};

/// A scenario of one site and three tiers that runs in a few hundredths of a second, with a fault and a flaw.
[[nodiscard]] std::string small_scenario();

/// A sandbox with small_scenario() in `s.yaml`.
struct SmallSandbox : Sandbox {
    SmallSandbox() { write("s.yaml", small_scenario()); }
};

}  // namespace mailquake::testing
