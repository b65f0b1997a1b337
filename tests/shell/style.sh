#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Licence heads, no traces of somebody's machine, and luacheck over all Lua.
cd "${LUPE_SOURCE:-$(dirname "$0")/../..}" || exit 1
failed=0
fail() { echo "$1"; failed=1; }
folders=(core include lua tests scripts examples docs)
files() { find "${folders[@]}" CMakeLists.txt bootstrap .ci -type f "$@" 2>/dev/null; }

while read -r file; do
	head -n 2 "$file" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || fail "$file: no SPDX line at its head"
done < <(files \( -name '*.[ch]' -o -name '*.def' -o -name '*.lua' -o -name '*.sh' -o -name '*.py' -o -name '*.cmake' \
	-o -name CMakeLists.txt -o -name bootstrap -o -path '.ci/run' \))

# spelt so that this file does not find itself
paths=$(files -print0 | xargs -0 grep -nIE '/wor[k]/|/tmp/w[t]/|/roo[t]/|/home/[a-z]+[/]' | grep -vE '/home/user/|/proc/[^/ ]+/roo[t]/')
[[ -z $paths ]] || fail "paths of one machine:
$paths"

blanks=$(files \( -name '*.[ch]' -o -name '*.lua' -o -name '*.sh' -o -name '*.md' \) -print0 | xargs -0 grep -nE '[[:blank:]]+$')
[[ -z $blanks ]] || fail "blanks at the end of a line:
$blanks"

[[ $failed == 0 ]] || exit 1
command -v luacheck >/dev/null || { echo "skipped: luacheck is not installed"; exit 77; }
mapfile -t lua < <(files -name '*.lua')
((${#lua[@]} == 0)) || luacheck -q "${lua[@]}"
