-- SPDX-License-Identifier: GPL-3.0-or-later
-- Where a script's modules are found, and what is said when one is not.
local spec = require "lupe.spec"
local modules = require "lupe.modules"

-- Writes files below a new folder, with a name that package.path could not hold; removes it when done.
local function with_files(files, fn)
	local folder = os.tmpname()
	os.remove(folder)
	folder = folder .. "?;x"
	for name, text in pairs(files) do
		local path = folder .. "/" .. name
		assert(os.execute("mkdir -p '" .. path:match("^(.*)/") .. "'"))
		local file <close> = assert(io.open(path, "w"))
		file:write(text)
	end
	local ok, message = pcall(fn, folder)
	os.execute("rm -rf '" .. folder .. "'")
	if not ok then error(message, 0) end
end

spec("the folders, in order", function(t)
	local env = { HOME = "/home/user", XDG_DATA_DIRS = "relative:/opt/a/:/opt/b" }
	local getenv = os.getenv
	os.getenv = function(name) return env[name] end -- luacheck: ignore 122
	local plain = modules.folders("scripts/x.lua")
	env.XDG_DATA_HOME, env.XDG_DATA_DIRS = "/data", ""
	local own = modules.folders("/x.lua")
	local none = modules.folders(nil)
	os.getenv = getenv -- luacheck: ignore 122
	t.equal(plain, { "scripts/", "/home/user/.local/share/lupe/", "/opt/a/lupe/", "/opt/b/lupe/" })
	t.equal(own, { "/", "/data/lupe/", "/usr/local/share/lupe/", "/usr/share/lupe/" })
	t.equal(none[1], "./")
end)

local MAIN = [[
package.path = package.path .. ";" -- what a script adds is kept
print(select(2, require "deep.er"))
print(require "beside", require "deep.er", require "folder", require "of_user", require "of_system", (require "both"))
print(require "lupe.format" ~= "mine")
]]

spec("beside the script, then in the data folders; the library's own cannot be replaced", function(t)
	with_files({ ["s/main.lua"] = MAIN, ["s/beside.lua"] = "return 'beside'", ["s/deep/er.lua"] = "return 'deep'",
		["s/folder/init.lua"] = "return 'init'", ["s/of_user.lua/x"] = "", ["s/lupe/format.lua"] = "return 'mine'",
		["home/lupe/of_user.lua"] = "return 'user'", ["home/lupe/both.lua"] = "return 'user too'",
		["system/lupe/both.lua"] = "return 'system too'", ["system/lupe/of_system/init.lua"] = "return 'system'" },
		function(folder)
			local result = t.run({ t.lupe_program(), "run", folder .. "/s/main.lua" },
				{ env = { XDG_DATA_HOME = folder .. "/home", XDG_DATA_DIRS = folder .. "/system" } })
			t.equal({ result.err, result.status }, { "", 0 })
			t.equal(result.out, folder .. "/s/deep/er.lua\nbeside\tdeep\tinit\tuser\tsystem\tuser too\ntrue\n")
			result = t.run({ t.lupe_program(), "run", "main.lua" }, { cwd = folder .. "/s",
				env = { XDG_DATA_HOME = folder .. "/home", XDG_DATA_DIRS = folder .. "/system" } })
			t.equal({ result.err, result.status }, { "", 0 }, "from its own folder")
		end)
end)

spec("errors name the module's line, and where a missing one was looked for", function(t)
	with_files({ ["a.lua"] = "\nrequire 'broken'", ["broken.lua"] = "\n\nlocal = 1", ["b.lua"] = "\nrequire 'none.such'",
		["c.lua"] = "\nrequire 'raises'", ["raises.lua"] = "\n\nerror 'on purpose'",
		["d.lua"] = "\nrequire('misuse').go()", ["misuse.lua"] = "return { go = function()\nlupe.sleep {} end }" },
		function(folder)
			local function err(name)
				local result = t.lupe { "run", folder .. "/" .. name }
				t.equal(result.status, 125, name)
				return result.err
			end
			t.match(err "a.lua", "^lupe: error loading module 'broken': .*/broken.lua:3: <name> expected")
			t.match(err "a.lua", "\n\t[^\n]*/a.lua:2: in main chunk")
			t.match(err "b.lua", "/b.lua:2: module 'none.such' not found:.*no file '[^\n]*x/none/such.lua'")
			t.match(err "c.lua", "^lupe: [^\n]*/raises.lua:3: on purpose\n.*/c.lua:2: in main chunk")
			t.match(err "d.lua", "^lupe: [^\n]*/misuse.lua:2: sleep: .*/d.lua:2: in main chunk")
		end)
end)

spec.finish()
