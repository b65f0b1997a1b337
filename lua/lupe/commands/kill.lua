-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "kill", aliases = { "k" }, summary = "kill the target",
	run = function(prompt)
		local target = prompt:need_target()
		prompt.need(target:kill())
		prompt.kept, prompt.thread = nil, nil
		prompt:pump()
	end,
}
