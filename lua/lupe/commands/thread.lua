-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "thread", args = "[TID]", summary = "show or choose the thread that commands mean",
	run = function(prompt, text)
		if text ~= "" then
			local tid = math.tointeger(tonumber(text))
			local thread = tid and prompt.lupe.thread(tid)
			if not thread then prompt.fail("there is no thread '%s'; `info threads` lists them", text) end
			prompt.thread, prompt.state.target = thread, thread.process
		end
		local thread = prompt:need_thread()
		prompt:say("thread %d (%s) %s", thread.tid, thread.name,
			thread.state == "running" and "is running" or prompt:where(thread))
	end,
}
