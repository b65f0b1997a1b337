# SPDX-License-Identifier: GPL-3.0-or-later
# The vocabulary of the shell tests. A test sources it, makes its checks with the functions below and
# ends with `finish`. Each check that fails is told with its line; the test goes on. $T is a folder of
# its own, removed at the end. Nobody sleeps: fixtures are heard and told through pipes, and what only
# /proc can tell is asked again until it holds or ten seconds have passed.
set -u
export LC_ALL=C
: "${LUPE:?names the program under test}" "${FIXTURES:?names the folder of helper programs}"
SOURCE=${LUPE_SOURCE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)}
EXAMPLES=$SOURCE/examples
T=$(mktemp -d)
chmod 755 "$T"
# Every process that a test starts can be told by it.
export LUPE_TEST_MARK=$T
failures=0

# Debian's own Python: a version manager's wrapper is a shell script.
PYTHON=/usr/bin/python3
[[ -x $PYTHON ]] || PYTHON=python3

fail() {
	local i=1
	while [[ ${BASH_SOURCE[i]} == */lib/common.sh ]]; do i=$((i + 1)); done
	printf 'FAILED line %s: %s\n' "${BASH_LINENO[i - 1]}" "$*"
	failures=$((failures + 1))
}

# Processes with our mark other than this shell and those it forked to look.
marked() {
	local folder pid
	for folder in /proc/[0-9]*; do
		pid=${folder#/proc/}
		[[ $pid != "$$" && $pid != "$BASHPID" ]] || continue
		grep -qzxF "LUPE_TEST_MARK=$T" "$folder/environ" 2>/dev/null || continue
		[[ $(ppid_of "$pid") != "$BASHPID" ]] || continue
		echo "$pid"
	done
}

finish() {
	((failures == 0)) || { printf '%d checks failed\n' "$failures"; exit 1; }
	exit 0
}

clean_up() {
	local pid
	for pid in $(marked); do kill -KILL "$pid" 2>/dev/null; done
	rm -rf "$T"
}
trap clean_up EXIT

skip() {
	printf 'skipped: %s\n' "$*"
	exit 77
}

# --- running to the end ---

# run CMD...: OUT, ERR and STATUS of it.
run() {
	"$@" >"$T/.out" 2>"$T/.err" </dev/null
	STATUS=$?
	OUT=$(<"$T/.out") ERR=$(<"$T/.err")
}

equal() { # GOT WANTED WHAT
	[[ $1 == "$2" ]] || fail "$3: got '$1', wanted '$2'"
}

matches() { # TEXT REGEX WHAT
	[[ $1 =~ $2 ]] || fail "$3: '$1' does not match '$2'"
}

# The last run ended with this status and one line on stderr that matches.
one_line_error() { # STATUS REGEX
	equal "$STATUS" "$1" "exit status (stderr: $ERR)"
	equal "$(wc -l <"$T/.err")" 1 "lines on stderr ($ERR)"
	matches "$ERR" "$2" stderr
}

# CMD has the same stdout and exit status under PREFIX... as alone: same_as_bare PREFIX... :: CMD...
same_as_bare() {
	local prefix=() out status
	while [[ $1 != :: ]]; do prefix+=("$1"); shift; done
	shift
	run "$@"
	out=$OUT status=$STATUS
	run "${prefix[@]}" "$@"
	equal "$OUT" "$out" "stdout of $*"
	equal "$STATUS" "$status" "exit status of $* (stderr: $ERR)"
}

# --- what the kernel says ---

field() { # PID FIELD: the first word of a field of /proc/PID/status
	awk -v name="$2:" '$1 == name { print $2; exit }' "/proc/$1/status" 2>/dev/null
}
ppid_of() { field "$1" PPid; }
state_of() { field "$1" State; }

# Asks again until CMD... succeeds, ten seconds at most.
eventually() {
	local deadline=$((SECONDS + 10))
	until "$@"; do
		((SECONDS < deadline)) || { fail "never became true: $*"; return 1; }
	done
}

gone() { [[ ! -d /proc/$1 || $(state_of "$1") == Z ]]; }
blocked() { [[ $(state_of "$1") == S ]]; }

# Every thread of PID is traced by a thread of TRACER.
traced_by() {
	local tracer tracers
	tracers=$(grep -h '^TracerPid:' "/proc/$1/task/"*/status 2>/dev/null | sort -u)
	[[ -n $tracers && -d /proc/$1 ]] || return 1
	while read -r _ tracer; do
		[[ $tracer != 0 && -d /proc/$2/task/$tracer ]] || return 1
	done <<<"$tracers"
}

# No thread of PID is traced or stopped.
untouched() {
	! grep -hE '^(TracerPid:[[:space:]]*[1-9]|State:[[:space:]]*[Tt])' "/proc/$1/task/"*/status 2>/dev/null |
		grep -q . && [[ -d /proc/$1 ]]
}

# Nothing that this test started is left, but the pids named.
nothing_left() {
	local pid left=
	for pid in $(marked); do
		[[ " $* " == *" $pid "* || $(state_of "$pid") == Z || ! -d /proc/$pid ]] || left+=" $pid"
	done
	[[ -z $left ]]
}

# --- fixtures that talk ---

# start CMD...: in the background with pipes at stdin and stdout: PID, `tell LINE`, `hear` (LINE).
start() {
	rm -f "$T/.in" "$T/.talk"
	mkfifo "$T/.in" "$T/.talk"
	"$@" <"$T/.in" >"$T/.talk" 2>"$T/.talk_err" &
	PID=$!
	exec {TELL}>"$T/.in" {HEAR}<"$T/.talk"
}
tell() { printf '%s\n' "$*" >&"$TELL"; }
hear() {
	LINE=
	IFS= read -r -t 30 LINE <&"$HEAR" || { fail "nothing was heard from $PID"; return 1; }
}
# Says so to stdin's end and takes its exit status.
end_started() {
	exec {TELL}>&- {HEAR}<&-
	wait "$PID"
	STATUS=$?
}
# The fixture says "ready PID", which may be a child of $PID.
ready() {
	hear && [[ $LINE == ready\ * ]] || { fail "not ready: '$LINE'"; return 1; }
	READY=${LINE#ready }
}
