#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The prompt in a pseudo-terminal: editing, completion, history, Ctrl-C in each state, who has the terminal.
source "$(dirname "$0")/lib/common.sh"
command -v "$PYTHON" >/dev/null || skip "no Python"
ulimit -c 0
"$PYTHON" "$(dirname "$0")/prompt_terminal.py" "$T" || fail "see above"
eventually nothing_left
finish
