# The parts of `./test --all` and `--campaign`: what each took against its budget, and the verdict. Sourced, never run.
#
# A budget is in minutes on 2 cores. A part over its budget is shown, and does not fail by it; all of them together over
# `minutes_in_all` do.
minutes_in_all=70   # - is no limit
only=""       # parts are run whose names hold this
listing=false # they are only named
rows=()
passed=0 failed=0 skipped=0 budgeted=0

# part MINUTES NAME COMMAND...: runs a part, and fails if it does; a budget of - is none. A command that exits with 77 was
# skipped, and has said why.
part() {
    local budget=$1 name=$2 begin=$SECONDS status=0 verdict=passed seconds
    shift 2
    [[ $name == *"$only"* ]] || return 0
    [[ $budget == - ]] || budgeted=$((budgeted + budget))
    $listing && { printf '%4s min  %s\n' "$budget" "$name"; return 0; }
    printf '\n== %s\n' "$name"
    "$@" || status=$?
    seconds=$((SECONDS - begin))
    case $status in
        0) passed=$((passed + 1)) ;;
        77) skipped=$((skipped + 1)) verdict="SKIPPED (why: see above)" ;;
        *) failed=$((failed + 1)) verdict=FAILED ;;
    esac
    [[ $budget != - && $seconds -gt $((60 * budget)) ]] && verdict+=", OVER ITS BUDGET"
    row "$budget" "$seconds" "$name" "$verdict"
    printf '== %s: %s after %s s\n' "$name" "$verdict" "$seconds"
    [[ $status -eq 0 || $status -eq 77 ]]
}

# row BUDGET SECONDS NAME VERDICT
row() {
    rows+=("$(printf '%6s min %4d:%02d min   %-62s %s' "$1" $(($2 / 60)) $(($2 % 60)) "$3" "$4")")
}

# The table, and a last line that counts. Fails when a part has, when none was run, or when all took too long.
verdict_of_parts() {
    $listing && { printf '%4s min  in all\n' "$budgeted"; return 0; }
    local all=$SECONDS
    printf '\n%10s %11s   %s\n' "budget" "took" "part"
    printf '%s\n' "${rows[@]}"
    printf '%6s min %4d:%02d min   %s\n' "$minutes_in_all" $((all / 60)) $((all % 60)) "in all"
    if [[ $minutes_in_all != - && $all -gt $((60 * minutes_in_all)) ]]; then
        printf '\nFAILED: all parts took %s s together, and %s minutes are all that there are\n' "$all" "$minutes_in_all" >&2
        failed=$((failed + 1))
    fi
    [[ $((passed + failed + skipped)) -gt 0 ]] || { printf 'FAILED: no part is named so\n' >&2; failed=1; }
    printf 'parts: %s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [[ $failed -eq 0 ]]
}
