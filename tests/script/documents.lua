-- SPDX-License-Identifier: GPL-3.0-or-later
-- The documents for authors of scripts are run: every recipe of the cookbook, the tutorial from its first step to
-- its last, what the README shows.
local spec = require "lupe.spec"
local documents = require "lib.documents"

spec.timeout = 60
local SOURCE = os.getenv("LUPE_SOURCE")
-- LUPE_DOCUMENT=text runs only the sections with this in their titles.
local ONLY = os.getenv("LUPE_DOCUMENT")

spec("documents: sections, files, commands", function(t)
	local sections = documents.read("# A\ntext\n```lua\n-- a.lua\nx = 1\n```\n## B\n```console\n$ echo a\n> b\nout\n$ c\n"
		.. "```\n```lua\nnot_a_file()\n```\n")
	t.equal({ #sections, sections[2].title, sections[3].level }, { 3, "A", 2 })
	t.equal(sections[2].steps, { { file = "a.lua", text = "-- a.lua\nx = 1\n", line = 3 } })
	t.equal(sections[3].steps, { { "echo a\nb", wanted = { "out" }, line = 9 }, { "c", wanted = {}, line = 12 } })
	t.ok(documents.matches("a 12 b\nx\ny\nend\n", { "a ... b", "...", "end" }))
	t.ok(documents.matches("", {}))
	t.ok(documents.matches("end\n", { "...", "end" }))
	for _, wrong in ipairs { { "a" }, { "a", "b", "c" }, { "a", "..." , "c" }, {} } do
		t.equal(documents.matches("a\nb\n", wrong), false)
	end
end)

-- A folder for a document, with lupe found by its name.
local function with_folder(t, fn)
	local folder = os.tmpname()
	os.remove(folder)
	assert(os.execute(("mkdir -p '%s/.bin' && ln -s '%s' '%s/.bin/lupe'"):format(folder, t.lupe_program(), folder)))
	local ok, message = pcall(fn, folder)
	os.execute("rm -rf '" .. folder .. "'")
	if not ok then error(message, 0) end
end

local function run_steps(t, path, section, folder)
	for _, step in ipairs(section.steps) do
		if step.file then
			local file <close> = assert(io.open(folder .. "/" .. step.file, "w"))
			file:write(step.text)
		else
			local result = t.run({ "sh", "-c", "exec 2>&1\n" .. step[1] .. "\n" }, { cwd = folder, env = {
				PATH = folder .. "/.bin:" .. os.getenv("PATH"), LC_ALL = "C.UTF-8", HOME = folder, TZ = "UTC",
				XDG_DATA_HOME = "", XDG_CONFIG_HOME = "", TERM = "dumb" } })
			if not documents.matches(result.out, step.wanted) then
				error(("%s:%d: $ %s\nprinted:\n%s\nwanted:\n%s"):format(path, step.line, step[1], result.out,
					table.concat(step.wanted, "\n")), 0)
			end
		end
	end
end

local function read(t, path)
	return documents.read(t.read_file((SOURCE or t.skip("LUPE_SOURCE does not name the sources")) .. "/" .. path))
end

local function wanted(section)
	return #section.steps > 0 and (not ONLY or section.title:lower():find(ONLY:lower(), 1, true))
end

-- Every section of the cookbook is a recipe of its own; what its chapter begins with is run before it.
local recipes, chapter = 0, nil
for _, section in ipairs(SOURCE and read(spec.t, "docs/cookbook.md") or {}) do
	if section.level < 3 then chapter = section end
	if section.level == 3 then recipes = recipes + 1 end
	if section.level == 3 and wanted(section) then
		local first = chapter
		spec("cookbook: " .. section.title, function(t)
			with_folder(t, function(folder)
				run_steps(t, "docs/cookbook.md", first, folder)
				run_steps(t, "docs/cookbook.md", section, folder)
			end)
		end)
	end
end

spec("the cookbook has recipes, and each is run", function(t)
	t.ok(recipes >= 30, recipes)
	for _, section in ipairs(read(t, "docs/cookbook.md")) do
		if section.level == 3 then
			local runs = false
			for _, step in ipairs(section.steps) do runs = runs or step[1] ~= nil end
			t.ok(runs, section.title)
		end
	end
end)

-- Those that are shown as wrong, or as commands of the prompt, where there is more.
local NOT_CHECKED = { ["wrong.lua"] = true, ["commands.lua"] = true }

spec("--check finds nothing in the recipes", function(t)
	local core = require "lupe.core"
	local known = require("lupe.reference").load(core)
	local public = require("lupe.api").new(core)
	for _, section in ipairs(read(t, "docs/cookbook.md")) do
		for _, step in ipairs(section.steps) do
			if step.file and step.file:find "%.lua$" and not NOT_CHECKED[step.file] then
				local text = step.text:gsub("^[^\n]*\n#![^\n]*", ""):gsub('require "shorten"', "print")
				t.equal(require("lupe.lint").check { core = core, reference = known, lupe = public, file = step.file,
					text = text }, {})
			end
		end
	end
end)

spec("the tutorial, from its first step to its last", function(t)
	with_folder(t, function(folder)
		for _, section in ipairs(read(t, "docs/tutorial.md")) do run_steps(t, "docs/tutorial.md", section, folder) end
	end)
end)

spec.finish()
