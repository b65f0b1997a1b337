# SPDX-License-Identifier: GPL-3.0-or-later
# Scripted sessions at the prompt. After lib/common.sh.
ulimit -c 0
export XDG_CONFIG_HOME=$T/config XDG_STATE_HOME=$T/state

# session COMMAND... -- PROGRAM...: OUT, ERR, STATUS of lupe -batch with them.
session() {
	local words=()
	while (($#)) && [[ $1 != -- ]]; do words+=(-ex "$1"); shift; done
	run "$LUPE" -batch "${words[@]}" "$@"
}
shows() { # WHAT REGEX...: in this order, each in a line of its own
	local what=$1 regex rest=$OUT line
	shift
	for regex in "$@"; do
		while :; do
			[[ $rest ]] || { fail "$what: no line matches '$regex' in: $OUT $ERR"; return; }
			line=${rest%%$'\n'*}
			[[ $rest == *$'\n'* ]] && rest=${rest#*$'\n'} || rest=
			[[ $line =~ $regex ]] && break
		done
	done
}
