// The command line of one verb: its options by Boost.Program_options, its help with examples, and errors that say what
// was probably meant. A mistake throws UsageError, which the program turns into exit code 2.
// Options are not abbreviated: a script that says --rep today must not mean something else tomorrow.
#pragma once

#include <boost/program_options.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/base/time.hpp"

namespace mailquake {

class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct VerbHelp {
    std::string name;                    // `run`
    std::string synopsis;                // `run [options] FILE`
    std::string sentence;
    std::vector<std::string> examples;   // whole commands, each with what it does behind two blanks and a `#`
};

/// An option as it was declared.
struct OptionInfo {
    std::string name;       // `--replications`
    std::string letter;     // `-n`, or empty
    std::string value;      // what stands for its value in the help, `PATH=VALUE` or `fixed|none|mser5`; empty: it takes none
    std::string sentence;
};

class Options {
public:
    /// `--help` is there already. `operand`: name of what stands without a dash.
    Options(VerbHelp help, std::string operand);

    boost::program_options::options_description_easy_init add() { return visible_.add_options(); }

    /// False: help was asked for and printed, nothing else is to be done.
    [[nodiscard]] bool parse(const std::vector<std::string>& args);

    [[nodiscard]] bool has(const std::string& name) const { return values_.count(name) > 0; }
    /// The last value given; nothing if not given.
    [[nodiscard]] std::optional<std::string> text(const std::string& name) const;
    /// All values, in order.
    [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
    /// A whole number within bounds.
    [[nodiscard]] std::optional<std::uint64_t> number(const std::string& name, std::uint64_t least, std::uint64_t most) const;

    [[nodiscard]] const std::vector<std::string>& operands() const { return operands_; }
    /// Exactly one operand.
    [[nodiscard]] const std::string& operand() const;

    [[nodiscard]] std::string help() const;
    [[nodiscard]] std::vector<OptionInfo> declared() const;
    [[nodiscard]] const std::string& operand_name() const { return operand_name_; }

private:
    [[nodiscard]] std::vector<std::string> option_names() const;

    VerbHelp help_;
    std::string operand_name_;
    boost::program_options::options_description visible_;
    boost::program_options::variables_map values_;
    std::vector<std::string> operands_;
};

/// A value that may be given several times, each time with one text; `name` stands for it in the help.
[[nodiscard]] boost::program_options::typed_value<std::vector<std::string>>* one_text(const char* name);

}  // namespace mailquake
