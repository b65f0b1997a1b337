#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Where the names of lupe stack come from: small symbol tables in stripped programs, the cache of debuginfod, what
# a program says of the code it made; files that were replaced; processes in other namespaces.
source "$(dirname "$0")/lib/common.sh"
command -v gcc >/dev/null || skip "gcc is not installed"

hear_frames() {
	ready || return
	WANTED=
	while hear && [[ $LINE == frame\ * ]]; do WANTED+="${LINE#frame } "; done
	equal "$LINE" blocked "the fixture's last line"
	eventually blocked "$READY"
}

# The frames of the program in OUT, from the innermost of its own to main.
own_frames() {
	sed -nE 's/^#[0-9]+ +//p' <<<"$OUT" | sed -E 's/  \[guessed: .*//' | sed -n '/^block$/,/^main$/p' | tr '\n' ' '
}

show() { # WHAT PROGRAM KIND
	start "$2" "$3"
	hear_frames || return
	run "$LUPE" stack -q "$READY"
	equal "$STATUS" 0 "exit status of $1 ($ERR)"
	equal "$(own_frames)" "$WANTED" "frames of $1"
	end_started
}

gcc -O0 -g -w -o "$T/whole" "$SOURCE/tests/fixtures/hazards.c" || fail "the fixture was not built"
strip --strip-all -o "$T/bare" "$T/whole"

# no names at all, so that the checks below can fail
start "$T/bare" frame
hear_frames
run "$LUPE" stack -q "$READY"
[[ $OUT != *variable_frame* ]] || fail "a stripped program has names"
end_started

# .gnu_debugdata: a file with nothing but .symtab, packed
if command -v xz >/dev/null; then
	nm "$T/whole" | awk '$2 ~ /[tT]/ {print $3}' >"$T/functions"
	objcopy --only-keep-debug "$T/whole" "$T/debug"
	objcopy -S --remove-section=.comment --keep-symbols="$T/functions" "$T/debug" "$T/mini"
	xz -k "$T/mini"
	objcopy --add-section .gnu_debugdata="$T/mini.xz" "$T/bare" "$T/packed"
	show ".gnu_debugdata" "$T/packed" frame
	# a corrupt one costs the names only
	head -c 200 "$T/mini.xz" >"$T/cut.xz"
	objcopy --add-section .gnu_debugdata="$T/cut.xz" "$T/bare" "$T/corrupt"
	start "$T/corrupt" frame
	hear_frames
	run "$LUPE" stack -q "$READY"
	equal "$STATUS" 0 "exit status with a corrupt .gnu_debugdata"
	end_started
else
	echo "xz is not installed: .gnu_debugdata was not tried"
fi

# debuginfod's cache, in each place that it may be; another program's file is not taken
id=$(readelf -n "$T/whole" | sed -n 's/.*Build ID: //p')
objcopy --only-keep-debug "$T/whole" "$T/debuginfo"
for variable in DEBUGINFOD_CACHE_PATH=$T/a XDG_CACHE_HOME=$T/b HOME=$T/c; do
	cache=${variable#*=}
	case $variable in XDG*) cache+=/debuginfod_client ;; HOME*) cache+=/.cache/debuginfod_client ;; esac
	mkdir -p "$cache/$id"
	cp "$T/debuginfo" "$cache/$id/debuginfo"
	start "$T/bare" frame
	hear_frames || continue
	run env -u DEBUGINFOD_CACHE_PATH -u XDG_CACHE_HOME "$variable" "$LUPE" stack "$READY"
	matches "$OUT" "in variable_frame \([^)]*\) at .*hazards.c:" "a function's line by $variable"
	objcopy --only-keep-debug "$FIXTURES/deepstack" "$cache/$id/debuginfo"
	run env -u DEBUGINFOD_CACHE_PATH -u XDG_CACHE_HOME "$variable" "$LUPE" stack -q "$READY"
	equal "$STATUS" 0 "exit status with another program's file"
	[[ $OUT != *alpha* && $OUT != *variable_frame* ]] || fail "another program's debug file was used"
	end_started
done

# code made at run time, by the program's own account; the last line about an address holds
start "$T/whole" made
hear_frames
run "$LUPE" stack "$READY"
pc=$(sed -nE 's/^#[0-9]+ +0x([0-9a-f]+) in \?\? \(\).*/\1/p' <<<"$OUT")
map=/tmp/perf-$READY.map
page=$((0x$pc / 4096 * 4096))
printf '%x %x old name\n%x 8 Function:sum file.js:3\nnonsense\n%x ffffffffffffffff x\n7 8\n' $page 4096 $page $((page + 1)) >"$map"
run "$LUPE" stack "$READY"
matches "$OUT" " in Function:sum file.js:3 \(\)" "a name from $map"
run "$LUPE" stack --folded "$READY"
matches "$OUT" ";run_made;Function:sum file.js:3;block;" "the same, folded"
if [[ $(id -u) == 0 ]]; then # another user's word does not count
	chown 65534 "$map"
	run "$LUPE" stack "$READY"
	[[ $OUT != *Function:sum* ]] || fail "another user's names were believed"
fi
rm -f "$map"
end_started

# another program took its name meanwhile
cp "$T/whole" "$T/replaced"
start "$T/replaced" frame
hear_frames
cp "$FIXTURES/threads" "$T/new"
mv "$T/new" "$T/replaced"
run "$LUPE" stack -q "$READY"
equal "$STATUS" 0 "exit status after a replacement"
[[ -z $(own_frames) || $(own_frames) == "$WANTED" ]] || fail "names of another program: $(own_frames)"
if [[ -r /proc/self/map_files/$(awk 'NR == 1 {print $1}' /proc/self/maps) ]]; then
	equal "$(own_frames)" "$WANTED" "frames after a replacement"
fi
end_started

# its paths are those of its own mount namespace, its number that of its own pid namespace
if unshare -m true 2>/dev/null; then
	cp "$FIXTURES/threads" "$T/place"
	cat >"$T/inside" <<-'END'
		mount --bind "$1/whole" "$1/place" && exec "$1/place" frame
	END
	start unshare -m bash "$T/inside" "$T"
	hear_frames && {
		run "$LUPE" stack "$READY"
		matches "$OUT" "in variable_frame \([^)]*\) at .*hazards.c:" "names in another mount namespace"
		end_started
	}
	start unshare -mpf --kill-child bash -c 'mount -t tmpfs none /tmp && cp "$1" /tmp/inner && exec /tmp/inner made' - /proc/self/fd/9 9<"$T/whole"
	if ready; then
		while hear && [[ $LINE == frame\ * ]]; do :; done
		inner=
		find_inner() { inner=$(for p in $(marked); do [[ $(readlink /proc/$p/exe) == /tmp/inner ]] && echo "$p"; done); [[ -n $inner ]]; }
		eventually find_inner
		equal "$READY" "$(awk '/^NSpid/ {print $NF}' /proc/$inner/status)" "the number it has itself"
		run "$LUPE" stack "$inner"
		matches "$OUT" " in run_made \(\) at .*hazards.c:" "names in another pid namespace"
		printf '%x 1000 made here\n' $((0x$(sed -nE 's/^#[0-9]+ +0x([0-9a-f]+) in \?\? \(\).*/\1/p' <<<"$OUT") / 4096 * 4096)) >"/proc/$inner/root/tmp/perf-$READY.map"
		run "$LUPE" stack "$inner"
		matches "$OUT" " in made here \(\)" "a name from the map by its inner number"
		end_started
	fi
else
	echo "unshare is not permitted: other namespaces were not tried"
fi
finish
