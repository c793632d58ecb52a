#include "models/cli/options.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/scenario/schema.hpp"

namespace mailquake {

Options schema_options() {
    Options options({"schema", "schema [--reference]",
                     "Prints the JSON Schema (draft-07) of scenario files, with which editors complete and check them.",
                     {"mailquake schema > scenario.schema.json", "mailquake schema --reference | less   # every key, for people"}},
                    "nothing");
    options.add()("reference", "print the reference of all keys, in Markdown, instead");
    return options;
}

ExitCode schema_verb(const Words& args) {
    Options options = schema_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (!options.operands().empty()) throw UsageError("no FILE is needed, but '" + options.operands().front() + "' is given");
    return print_data(options.has("reference") ? reference_markdown() : json_schema()) ? ExitCode::ok : ExitCode::engine_error;
}

}  // namespace mailquake
