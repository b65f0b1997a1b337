#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every folder is a floor and includes only from lower ones (or its own); foreign headers stay in their rooms.
cd "${LUPE_SOURCE:-$(dirname "$0")/../..}" || exit 1
failed=0

grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' core include lua/bind | awk '
BEGIN {
	split("base 0 arch 1 type 1 image 1 disasm 1 seccomp 1 syscall 2 trace 2 unwind 3 stop 3 session 4 bind 5 lupe -1", words)
	for (i = 1; words[i] != ""; i += 2) floor[words[i]] = words[i + 1]
	# foreign headers and the one room that may include them
	owner["lua.h"] = owner["lauxlib.h"] = owner["lualib.h"] = "bind"
	owner["readline"] = "bind"
	owner["libdwarf.h"] = owner["dwarf.h"] = owner["libdwarf"] = "image"
	owner["capstone"] = "disasm"
}
function fail(text) { print text; failed = 1 }
{
	match($0, /:[0-9]+:/)
	file = substr($0, 1, RSTART - 1)
	place = substr($0, 1, RSTART + RLENGTH - 2)
	text = substr($0, RSTART + RLENGTH)
	split(file, parts, "/"); room = parts[2]
	match(text, /[<"][^>"]*/)
	header = substr(text, RSTART + 1, RLENGTH - 1)
	target = header; sub(/\/.*/, "", target)
	if (!(room in floor)) fail(file ": no floor is known for " room)
	if (target in owner && owner[target] != room) fail(place ": " header " is for another room")
	if (text ~ /"[^"]*\// && target in floor && target != room && floor[target] >= floor[room])
		fail(place ": " room " (" floor[room] ") includes " header " (" floor[target] ")")
}
END { exit failed }' || failed=1

calls=$(grep -rnE '^[^*]*\b(ptrace|wait4|waitpid|waitid)\(' --include='*.c' core lua/bind | grep -v '^core/trace/')
[[ -z $calls ]] || { echo "called outside core/trace: $calls"; failed=1; }
exit $failed
