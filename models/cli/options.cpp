#include "models/cli/options.hpp"

#include <fmt/format.h>

#include <sstream>
#include <variant>

#include "models/cli/terminal.hpp"
#include "models/spec/diagnostic.hpp"
#include "models/spec/quantity_text.hpp"

namespace mailquake {

namespace po = boost::program_options;

Options::Options(VerbHelp help, std::string operand)
    : help_(std::move(help)), operand_name_(std::move(operand)), visible_("Options", 100) {
    add()("help,h", "this text");
}

std::vector<std::string> Options::option_names() const {
    std::vector<std::string> names;
    for (const auto& option : visible_.options()) names.push_back("--" + option->long_name());
    return names;
}

bool Options::parse(const std::vector<std::string>& args) {
    po::options_description all;
    all.add(visible_);
    all.add_options()("operand", po::value<std::vector<std::string>>(&operands_));
    po::positional_options_description positions;
    positions.add("operand", -1);
    try {
        constexpr int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
        po::store(po::command_line_parser(args).options(all).positional(positions).style(style).run(), values_);
        po::notify(values_);
    } catch (const po::unknown_option& e) {
        throw UsageError(fmt::format("unknown option '{}'{}", e.get_option_name(),
                                     suggestion(e.get_option_name(), option_names(), "options")));
    } catch (const po::error& e) {
        throw UsageError(e.what());
    }
    if (!has("help")) return true;
    print_data(this->help());
    return false;
}

std::vector<std::string> Options::texts(const std::string& name) const {
    return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>{};
}

std::optional<std::string> Options::text(const std::string& name) const {
    const auto all = texts(name);
    if (all.empty()) return std::nullopt;
    return all.back();
}

std::optional<std::uint64_t> Options::number(const std::string& name, std::uint64_t least, std::uint64_t most) const {
    const auto given = text(name);
    if (!given) return std::nullopt;
    const auto parsed = parse_integer(*given);
    const auto* n = std::get_if<std::int64_t>(&parsed);
    if (n == nullptr || *n < 0 || static_cast<std::uint64_t>(*n) < least || static_cast<std::uint64_t>(*n) > most)
        throw UsageError(fmt::format("--{} needs a whole number from {} to {}, not '{}'", name, least, most, *given));
    return static_cast<std::uint64_t>(*n);
}

const std::string& Options::operand() const {
    if (operands_.empty()) throw UsageError(fmt::format("{} is missing: mailquake {}", operand_name_, help_.synopsis));
    if (operands_.size() > 1)
        throw UsageError(fmt::format("one {} is needed, here are {}: '{}' and '{}'", operand_name_, operands_.size(), operands_[0], operands_[1]));
    return operands_.front();
}

std::string Options::help() const {
    std::ostringstream options;
    options << visible_;
    std::string out = fmt::format("Usage: mailquake {}\n\n{}\n\n{}", help_.synopsis, help_.sentence, options.str());
    out += "\nExamples:\n";
    for (const std::string& example : help_.examples) out += "  " + example + "\n";
    return out;
}

std::vector<OptionInfo> Options::declared() const {
    std::vector<OptionInfo> all;
    for (const auto& option : visible_.options()) {
        OptionInfo info{"--" + option->long_name(), {}, {}, option->description()};
        // In dashes-for-short form the name is the letter's, where there is one.
        const std::string short_name = option->canonical_display_name(po::command_line_style::allow_dash_for_short);
        if (short_name.size() == 2) info.letter = short_name;
        if (option->semantic()->max_tokens() > 0) info.value = option->semantic()->name();
        all.push_back(std::move(info));
    }
    return all;
}

po::typed_value<std::vector<std::string>>* one_text(const char* name) {
    return po::value<std::vector<std::string>>()->value_name(name);
}

}  // namespace mailquake
