// Completion for shells. The scripts hold no word of ours: they hand the line over to `completion --complete`, which says
// what may stand where the cursor is, a candidate a line, with what it means behind a tab; `:files` asks the shell for
// names of files besides. So a script never grows old, and what a verb declares is completed at once.
#include <string_view>

#include "models/cli/completion.hpp"
#include "models/cli/options.hpp"
#include "models/cli/scenario_input.hpp"
#include "models/cli/terminal.hpp"
#include "models/cli/verbs.hpp"
#include "models/spec/diagnostic.hpp"

namespace mailquake {

namespace {

/// The line up to the cursor is read by ourselves, since readline's words end at `=`, `:` and `(` too. `stem` is what it keeps: the word up to
/// the last of these, or up to a quote that is still open; what follows is what it wants back, with backslashes where no quote is open.
constexpr std::string_view kBash = R"(# mailquake for bash:  source <(mailquake completion bash)
_mailquake() {
    local line=${COMP_LINE:0:COMP_POINT} words=() word= stem= quote= begun= q="'\\''" c i text sentence
    for ((i = 0; i < ${#line}; ++i)); do
        c=${line:i:1}
        case $quote$c in
            \'\' | '""') quote= ;;
            \'? | '"'[!\\]) word+=$c ;;
            ' ' | $'\t') [[ $begun ]] && words+=("$word"); word= stem= begun=; continue ;;
            \' | '"') quote=$c stem=$word ;;
            '\' | '"\') word+=${line:$((++i)):1} ;;
            [=:\<\>\(]) word+=$c stem=$word ;;
            *) word+=$c ;;
        esac
        begun=1
    done
    words+=("$word")
    COMPREPLY=()
    while IFS=$'\t' read -r text sentence; do
        if [[ $text == :files ]]; then
            compopt -o filenames
            while IFS= read -r text; do COMPREPLY+=("${text#"$stem"}"); done < <(compgen -f -- "${word#"$stem"}")
        else
            [[ $text == *[=.] ]] && compopt -o nospace
            text=${text#"$stem"}
            case $quote in
                '') [[ $text == *[!A-Za-z0-9_./:=@%+-]* ]] && printf -v text %q "$text" ;;
                \') text=${text//\'/$q} ;;
                *) text=${text//\\/\\\\} text=${text//\"/\\\"} text=${text//\$/\\\$} text=${text//\`/\\\`} ;;
            esac
            COMPREPLY+=("$text")
        fi
    done < <("${words[0]/#\~/$HOME}" completion --complete "${words[@]:1}" 2>/dev/null)
}
complete -F _mailquake mailquake
)";

constexpr std::string_view kZsh = R"(#compdef mailquake
# mailquake for zsh:  source <(mailquake completion zsh), or a file _mailquake in a folder of $fpath
_mailquake() {
    local line text program=${(Q)words[1]}
    local -a closed open closed_say open_say
    program=${program/#\~/$HOME}
    local files=0
    # The quote that is still open is closed, so that it can be taken off.
    for line in "${(@f)$("$program" completion --complete "${(@Q)words[2,CURRENT-1]}" "${(Q)${:-$words[CURRENT]$compstate[quote]}}" 2>/dev/null)}"; do
        text=${line%%$'\t'*}
        case $text in
            '') ;;
            :files) files=1 ;;
            *[=.]) open+=("$text") open_say+=("$text  ${line#*$'\t'}") ;;
            *) closed+=("$text") closed_say+=("$text  ${line#*$'\t'}") ;;
        esac
    done
    (( $#open )) && compadd -l -S '' -d open_say -a open
    (( $#closed )) && compadd -l -d closed_say -a closed
    (( files )) && _files
    return 0
}
(( $+functions[compdef] )) && compdef _mailquake mailquake
)";

/// fish adds no blank behind `=` and `.` by itself.
constexpr std::string_view kFish = R"(# mailquake for fish:  mailquake completion fish | source
function __mailquake_complete
    set -l words (commandline -opc)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    command -q $program; or return
    # A quote that is still open is closed, so that it can be taken off.
    set -l word (string unescape -- (commandline -ct); or string unescape -- (commandline -ct)\'; or string unescape -- (commandline -ct)\")
    for line in ($program completion --complete $words[2..-1] "$word" 2>/dev/null)
        if test $line = :files
            __fish_complete_path (commandline -ct)
        else
            printf '%s\n' $line
        end
    end
end
complete -c mailquake -f -a '(__mailquake_complete)'
)";

std::string_view script_for(const std::string& shell) {
    if (shell == "bash") return kBash;
    if (shell == "zsh") return kZsh;
    if (shell == "fish") return kFish;
    throw UsageError("there is none for '" + shell + "'" + suggestion(shell, {"bash", "zsh", "fish"}, "shells"));
}

ExitCode print_candidates(const Words& words) {
    const Completion completion = complete(words, bundled_folders());
    std::string out;
    for (const auto& [text, sentence] : completion.candidates) out += sentence.empty() ? text + "\n" : text + "\t" + sentence + "\n";
    if (completion.files) out += ":files\n";
    return print_data(out) ? ExitCode::ok : ExitCode::engine_error;
}

}  // namespace

Options completion_options() {
    Options options({"completion", "completion bash|zsh|fish",
                     "Prints a script that makes a shell complete verbs, options, bundled scenarios, and a scenario's variants, faults, flaws,\n"
                     "paths, and metrics with their selectors. Where the program is called by another name or path, its last part must be mailquake.",
                     {"source <(mailquake completion bash)              # in ~/.bashrc", "source <(mailquake completion zsh)               # in ~/.zshrc, after compinit",
                      "mailquake completion fish | source               # in ~/.config/fish/config.fish"}},
                    "bash|zsh|fish");
    options.add()("complete", "what the scripts call: print what the last of the words behind it may become");
    return options;
}

ExitCode completion_verb(const Words& args) {
    // The words of a line that is being typed are no options of ours.
    if (!args.empty() && args.front() == "--complete") return print_candidates({args.begin() + 1, args.end()});
    Options options = completion_options();
    if (!options.parse(args)) return ExitCode::ok;
    if (options.has("complete")) throw UsageError("--complete comes first");
    return print_data(script_for(options.operand())) ? ExitCode::ok : ExitCode::engine_error;
}

}  // namespace mailquake
