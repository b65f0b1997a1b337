#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh LUPE: lupe at work on real programs. Ends with 0 only if each step did what it says.
set -euo pipefail
lupe=$(realpath "$1")
cd "$(dirname "$0")"
folder=$(mktemp -d)
child=
trap '[[ -z $child ]] || kill "$child" 2>/dev/null || true; rm -rf "$folder"' EXIT

show() { printf '\n$ %s\n' "$*" >&2; }

echo 'NAME="written by lupe"' >"$folder/os-release"
show "lupe run examples/demo.lua /etc/os-release $folder/os-release -- cat /etc/os-release"
got=$("$lupe" run demo.lua /etc/os-release "$folder/os-release" -- cat /etc/os-release)
echo "$got"
[[ $got == 'NAME="written by lupe"' ]] || { echo "the file was not replaced" >&2; exit 1; }

show 'lupe run examples/tree.lua -- sh -c "ls /proc/self/task | wc -l; exit 3"'
status=0
"$lupe" run tree.lua -- sh -c 'ls /proc/self/task | wc -l; exit 3' || status=$?
[[ $status == 3 ]] || { echo "exit status $status instead of the program's 3" >&2; exit 1; }

# A program that waits: its stack.
mkfifo "$folder/pipe"
cat "$folder/pipe" &
child=$!
show "lupe stack $child    # cat, opening a pipe that nobody writes to"
until grep -q '^State:[[:space:]]*S' "/proc/$child/status" && [[ $(<"/proc/$child/comm") == cat ]]; do :; done
"$lupe" stack "$child"
