-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "info", aliases = { "i" }, group = "status", summary = "what is known of targets and of the prompt",
	examples = { { "info threads", "every thread" }, { "info registers rip xmm0", "some registers" } },
}
