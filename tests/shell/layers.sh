#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every folder is a floor and includes only from lower ones (or its own); foreign headers stay in their rooms.
cd "${LUPE_SOURCE:-$(dirname "$0")/../..}" || exit 1
declare -A floor=([base]=0 [arch]=1 [type]=1 [image]=1 [disasm]=1 [seccomp]=1 [syscall]=2 [trace]=2
	[unwind]=3 [stop]=3 [session]=4 [bind]=5 [lupe]=-1)
failed=0
fail() { echo "$1"; failed=1; }

while IFS=: read -r file line text; do
	room=$(cut -d/ -f2 <<<"$file")
	header=$(sed -E 's/.*[<"](.*)[>"].*/\1/' <<<"$text")
	target=${header%%/*}
	[[ -n ${floor[$room]} ]] || fail "$file: no floor is known for $room"
	case $header in
	lua.h | lauxlib.h | lualib.h | readline/*) [[ $room == bind ]] ;;
	libdwarf.h | dwarf.h | libdwarf/*) [[ $room == image ]] ;;
	capstone/*) [[ $room == disasm ]] ;;
	esac || fail "$file:$line: $header is for another room"
	[[ $text == *\"*/* && -n ${floor[$target]} ]] || continue
	[[ $target == "$room" || ${floor[$target]} -lt ${floor[$room]} ]] ||
		fail "$file:$line: $room (${floor[$room]}) includes $header (${floor[$target]})"
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' core include lua/bind)

calls=$(grep -rnE '^[^*]*\b(ptrace|wait4|waitpid|waitid)\(' --include='*.c' core lua/bind | grep -v '^core/trace/')
[[ -z $calls ]] || fail "called outside core/trace: $calls"
exit $failed
