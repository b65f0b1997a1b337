-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What `lupe sweep` has found, for people or as JSON: findings are results that should not be, those of one point
-- that end in the same way as one.

local format = require "lupe.format"
local json = require "lupe.json"

local sweep_report = {}

-- The verdicts that are findings, the worst first.
sweep_report.VERDICTS = { "crash", "hang", "leak", "silent", "status" }
local TEXTS = { crash = "crashes", hang = "does not end", leak = "leaves processes behind",
	silent = "claims success, but its output is another", status = "ends with an odd exit status" }

-- --- frames: { fn, file, line, module } ---

function sweep_report.frame_text(frame)
	return frame.file and ("%s at %s:%d"):format(frame.fn, frame.file, frame.line)
		or frame.module and ("%s in %s"):format(frame.fn, frame.module) or frame.fn
end

-- The innermost frame of the program itself: what a finding is called by.
local function place_of(frames)
	for _, frame in ipairs(frames) do
		if frame.module and not frame.module:find "%.so[.%d]*$" then return frame end
	end
	return frames[1] or { fn = "?" }
end

-- --- findings ---

local function add_result(list, by_key, item)
	local where = item.where and item.where[1] and sweep_report.frame_text(place_of(item.where)) or ""
	local key = table.concat({ item.verdict, item.point.id, item.detail or "", where }, "\n")
	local finding = by_key[key]
	if not finding then
		finding = { verdict = item.verdict, detail = item.detail, point = item.point, where = item.where,
			errors = json.array() }
		by_key[key], list[#list + 1] = finding, finding
	end
	table.insert(finding.errors, item.error)
end

local function findings_of(results)
	local list, by_key, rank = {}, {}, {}
	for _, item in ipairs(results) do
		if TEXTS[item.verdict] then add_result(list, by_key, item) end
	end
	for i, verdict in ipairs(sweep_report.VERDICTS) do rank[verdict] = i end
	table.sort(list, function(a, b)
		if a.verdict ~= b.verdict then return rank[a.verdict] < rank[b.verdict] end
		if a.point ~= b.point then return a.point.id < b.point.id end
		return table.concat(a.errors) < table.concat(b.errors)
	end)
	return list
end

-- --- for people ---

local function print_stack(frames)
	for i, frame in ipairs(frames) do
		print(("    #%-2d %s"):format(i - 1, format.clean(sweep_report.frame_text(frame))))
	end
end

local function print_finding(finding, again)
	local point = finding.point
	print(("%s: %s when %s fails with %s (%s)"):format(finding.verdict:upper(), TEXTS[finding.verdict], point.name,
		table.concat(finding.errors, ", "), finding.detail))
	print("  the call: " .. format.clean(sweep_report.frame_text(place_of(point.frames))))
	print_stack(point.frames)
	if finding.where and #finding.where > 0 then
		print(finding.verdict == "hang" and "  where it was:" or "  where it died:")
		print_stack(finding.where)
	end
	print("  again: " .. again(point, finding.errors[1]) .. "\n")
end

local function print_summary(sweep)
	local tally, parts = sweep.tally, {}
	for _, verdict in ipairs(sweep_report.VERDICTS) do
		parts[#parts + 1] = ("%d %s"):format(tally[verdict] or 0, verdict)
	end
	print(("%d points, %d runs in %.1f s: %s; %d told, %d overcome, %d not reached"):format(#sweep.points, #sweep.results,
		sweep.seconds, table.concat(parts, ", "), tally.told or 0, tally.overcome or 0, tally.missed or 0))
	if sweep.left_out > 0 then print(("%d runs were left out"):format(sweep.left_out)) end
	if not sweep.steady then print "its output differs from run to run: not compared" end
end

-- --- as JSON ---

local function json_text(sweep, findings)
	local list = json.array()
	for i, finding in ipairs(findings) do
		list[i] = { verdict = finding.verdict, detail = finding.detail, syscall = finding.point.name, errors = finding.errors,
			call = finding.point.frames, where = finding.where, again = sweep.again(finding.point, finding.errors[1]),
			place = place_of(finding.point.frames) }
	end
	return json.encode { command = json.array(table.move(sweep.command, 1, #sweep.command, 1, {})), points = #sweep.points,
		runs = #sweep.results, left_out = sweep.left_out, seconds = sweep.seconds, output_compared = sweep.steady,
		verdicts = sweep.tally, findings = list }
end

-- Prints what a sweep has found; answers how many findings there are. sweep: command, points, results ({ verdict,
-- detail, point, error, where }), tally (by verdict), again(point, error) -> the command that does it again, left_out
-- (runs), seconds, steady (outputs were compared).
function sweep_report.print(sweep, as_json)
	local findings = findings_of(sweep.results)
	if as_json then
		print(json_text(sweep, findings))
		return #findings
	end
	for _, finding in ipairs(findings) do print_finding(finding, sweep.again) end
	print_summary(sweep)
	return #findings
end

return sweep_report
