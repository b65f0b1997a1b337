#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The shipped scripts, on real programs.
source "$(dirname "$0")/lib/common.sh"

# --- all ---

for script in "$SOURCE"/scripts/*.lua; do
	name=$(basename "$script" .lua)
	grep -qE "^\| \[?$name\b" "$SOURCE/docs/tools.md" || fail "docs/tools.md does not tell of $name"
	run "$LUPE" help "$name"
	equal "$STATUS" 0 "help on $name"
	run "$LUPE" "$name" --help
	matches "$OUT" "^lupe $name: .*Examples:.*Usage: " "--help of $name"
done

# --- flame ---

# What the picture says of each function: "name (count of total, share %)".
boxes() { "$PYTHON" - "$1" <<'END'
import sys
from xml.dom import minidom
for title in minidom.parse(sys.argv[1]).getElementsByTagName("title"):
    print(title.firstChild.data)
END
}

printf 'main;a;b 3\nmain;a;c<&"\x1b> 1\nmain;d 4\n' >"$T/folded"
run "$LUPE" flame -o "$T/picture.svg" "$T/folded"
equal "$STATUS $OUT$ERR" "0 " "flame of a file"
equal "$(boxes "$T/picture.svg")" 'all (8 of 8, 100.0 %)
main (8 of 8, 100.0 %)
a (4 of 8, 50.0 %)
b (3 of 8, 37.5 %)
c<&"?> (1 of 8, 12.5 %)
d (4 of 8, 50.0 %)' "the boxes"
"$LUPE" flame - <"$T/folded" >"$T/other.svg" || fail "flame of stdin"
equal "$(boxes "$T/other.svg")" "$(boxes "$T/picture.svg")" "the same from stdin"
run "$LUPE" flame
equal "$STATUS" 2 "exit status without an operand"
echo 'no count' >"$T/bad"
run "$LUPE" flame "$T/bad"
one_line_error 1 'not a folded stack: no count'
run "$LUPE" flame "$T/nothing"
one_line_error 1 'nothing: No such file'

# of a process
start "$FIXTURES/threads" 2
ready
run "$LUPE" flame --duration 1 --every 50 -o "$T/live.svg" "$READY"
equal "$STATUS $ERR" "0 " "flame of a process"
matches "$(boxes "$T/live.svg")" 'work \([0-9]+ of [0-9]+, ' "a function of the process"
tell stop
end_started
eventually nothing_left
finish
