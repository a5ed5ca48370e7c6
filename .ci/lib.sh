# Functions of .ci/run. Sourced, not run.

LOGS=build/ci
rm -rf "$LOGS"
mkdir -p "$LOGS"
STARTED=$SECONDS
ABSENT=()

# step NAME COMMAND…: run it, print one line with its time, stop if it fails.
step() {
    local name=$1 log start=$SECONDS
    shift
    log="$LOGS/$(tr -c 'a-zA-Z0-9.\n' '-' <<<"$name").log"
    LAST_LOG=$log
    if "$@" >"$log" 2>&1 </dev/null; then
        printf 'ok    %-38s %5d s\n' "$name" $((SECONDS - start))
        return
    fi
    printf 'FAIL  %-38s %5d s\n' "$name" $((SECONDS - start))
    printf 'The command was: %s\n' "$*"
    printf 'The end of %s:\n' "$log"
    tail -n 80 "$log"
    exit 1
}

# step_tests NAME COMMAND…: a step that also prints the test runner's closing line,
# and fails if the runner ran nothing.
step_tests() {
    step "$@"
    local closing
    closing=$(grep -E '[0-9]+ (passed|failed)' "$LAST_LOG" | tail -n 1)
    if [ -z "$closing" ]; then
        printf 'FAIL  %s: no test ran, see %s\n' "$1" "$LAST_LOG"
        exit 1
    fi
    printf '%s\n' "$closing"
}

# find_python VERSION: print an interpreter of this minor version, or nothing.
find_python() {
    local candidate root
    for candidate in "python$1" python3; do
        if [ "$(get_version "$candidate")" = "$1" ]; then
            command -v "$candidate"
            return
        fi
    done
    root=$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")
    for candidate in "$root"/versions/"$1".*/bin/python; do
        if [ "$(get_version "$candidate")" = "$1" ]; then
            echo "$candidate"
            return
        fi
    done
}

get_version() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

# get_corner PYTHON: print the minor versions of Wagtail, Django and Python there.
get_corner() {
    "$1" -c 'import sys, django, wagtail
print("%d.%d %d.%d %d.%d" % (wagtail.VERSION[:2] + django.VERSION[:2] + sys.version_info[:2]))'
}

# corner WAGTAIL DJANGO PYTHON: the smoke run on these versions.
corner() {
    local name="Wagtail $1, Django $2, Python $3" python venv=".venvs/$1-$2"
    if [ "$(get_corner .venv/bin/python)" = "$1 $2 $3" ]; then
        printf 'ok    %s: the whole suite runs on it\n' "$name"
        return
    fi
    python=$(find_python "$3")
    if [ -z "$python" ]; then
        ABSENT+=("$name")
        printf 'ABSENT  %s: no Python %s on this machine, not run\n' "$name" "$3"
        return
    fi
    step "install $name" .ci/corner "$python" "$venv" "$1" "$2"
    if [ "$1 $2" = "7.4 5.2" ]; then
        step "migrations, lowest Wagtail" \
            "$venv/bin/python" -m django makemigrations --check --dry-run
    fi
    step "system checks, Wagtail $1 × Django $2" \
        "$venv/bin/python" -m django check --fail-level WARNING
    step_tests "smoke, Wagtail $1 × Django $2" \
        "$venv/bin/python" -m pytest -n 2 --dist loadfile \
        -m "$SAMPLED" $SMOKE
}

finish() {
    local name
    for name in ${ABSENT[@]+"${ABSENT[@]}"}; do
        printf 'Not run for want of the interpreter: %s\n' "$name"
    done
    printf 'All gates passed in %d s.\n' $((SECONDS - STARTED))
}
