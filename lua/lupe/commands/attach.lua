-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "attach", args = "PID", summary = "attach to a running process and stop it",
	examples = { { "attach 4242", "take hold of process 4242" } },
	run = function(prompt, text)
		local pid = math.tointeger(tonumber(text))
		if not pid then prompt.fail("attach: a process id is expected, got '%s'", text) end
		local process = prompt.need(prompt.lupe.attach(pid))
		process:stop()
		prompt.state.target, prompt.thread = process, nil
		prompt:say("attached to process %d; %s", process.pid, prompt:where(prompt:need_thread()))
	end,
}
