-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "detach", summary = "let the target go on alone",
	run = function(prompt)
		local target = prompt:need_target()
		prompt.need(target:detach())
		prompt.kept, prompt.thread, prompt.state.target = nil, nil, nil
		prompt:say("detached from process %d", target.pid)
		prompt:pump()
	end,
}
