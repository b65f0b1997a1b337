-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- --tips: something worth knowing about tracing, said when all is over.

local tips = {}

local LIST = {
	"--where chooses calls by what they mean: --where 'ret < 0 and args.path:find \"^/etc\"'.",
	"--json writes one object an event, with every argument typed. docs/trace.schema.json describes it.",
	"-kk shows below each call who made it, with source lines and inlined functions.",
	"A question mark before a name (-e '?statx') asks for a call that this machine may not have.",
	"-y shows the path behind each descriptor; -yy also what sockets are connected to.",
	"-e inject=write:error=ENOSPC:stack=wal_flush:path=*.db lets only those writes fail that a function asked for.",
	"-e inject=write:error=ENOSPC:when=3 lets the third write of each thread fail. See how the program copes.",
	"--tree prints the processes as a tree at the end: what a build really ran.",
	"-P /path shows only calls that touch this file, by name or by descriptor.",
	"-z shows only calls that succeeded, -Z only those that failed.",
	"-c counts calls and times; with -w it counts the time that passes, not the time the kernel works.",
	"`lupe run script.lua -- prog` runs Lua at every call you choose: change arguments, fail calls, wait for events.",
	"`lupe stack PID` shows where every thread is, without stopping those that wait.",
	"A symbolic link named strace that leads to lupe behaves as strace does.",
}

local FORMS = { none = true, compact = true, full = true }

-- "[[id:]ID,][[format:]FORMAT]" as { id = number or nil for any, form = }; nil: it is nonsense.
function tips.parse(text)
	local chosen = { form = "compact" }
	for word in (text or ""):gmatch("[^,]+") do
		local id = word:match("^id:(.+)$") or word
		local form = word:match("^format:(.+)$") or word
		if FORMS[form] then
			chosen.form = form
		elseif id == "random" then
			chosen.id = nil
		elseif id:find("^%d+$") then
			chosen.id = tonumber(id)
		else
			return nil
		end
	end
	return chosen
end

-- The text to say; "" for the form "none".
function tips.text(chosen, random)
	if chosen.form == "none" then return "" end
	local number = chosen.id and chosen.id % #LIST + 1 or random(#LIST)
	local line = ("Tip %d: %s"):format(number - 1, LIST[number])
	if chosen.form == "compact" then return line .. "\n" end
	local rule = ("-"):rep(math.min(#line, 78))
	return ("%s\n%s\n%s\n"):format(rule, line, rule)
end

return tips
