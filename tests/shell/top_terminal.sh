#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Top lists in a pseudo-terminal: in place, cut to its size, which may change.
source "$(dirname "$0")/lib/common.sh"
command -v "$PYTHON" >/dev/null || skip "no Python"
"$PYTHON" "$(dirname "$0")/top_terminal.py" "$T" || fail "see above"
eventually nothing_left
finish
