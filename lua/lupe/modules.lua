-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Where `require` finds a script's modules: beside the script, then in the folder `lupe` of the user's and of
-- the system's data folders (XDG_DATA_HOME, XDG_DATA_DIRS), then where Lua looks. `require "a.b"` is a/b.lua or
-- a/b/init.lua. By a searcher and not by package.path: there a folder's name may not hold ; or ?.

local modules = {}

-- The folders of a script, in order; a script that is no file stands in the current folder.
function modules.folders(script)
	local folders = { script and (script:match("^(.*/)[^/]*$") or "./") or "./" }
	local function add(folder)
		-- As the specification of these variables has it: a relative one is ignored.
		if folder:sub(1, 1) == "/" then folders[#folders + 1] = folder:gsub("/*$", "") .. "/lupe/" end
	end
	local home = os.getenv("XDG_DATA_HOME") or ""
	add(home ~= "" and home or (os.getenv("HOME") or "") .. "/.local/share")
	local system = os.getenv("XDG_DATA_DIRS") or ""
	for folder in (system ~= "" and system or "/usr/local/share:/usr/share"):gmatch("[^:]+") do add(folder) end
	return folders
end

-- The file of a module in folders; nil and a message that names all that was tried.
function modules.find(name, folders)
	local relative, tried = name:gsub("%.", "/"), {}
	for _, folder in ipairs(folders) do
		for _, ending in ipairs { ".lua", "/init.lua" } do
			local path = folder .. relative .. ending
			local file = io.open(path, "rb")
			if file then
				local some, message = file:read(0)
				file:close()
				if some or not message then return path end -- a folder cannot be read
			end
			tried[#tried + 1] = path
		end
	end
	return nil, ("module '%s' not found: there is no %s"):format(name, table.concat(tried, ", no "))
end

-- Lets `require` look in these folders, after the library's own modules and before Lua's path.
function modules.use(folders)
	table.insert(package.searchers, 3, function(name)
		local path = modules.find(name, folders)
		if not path then
			local tried = {}
			local relative = name:gsub("%.", "/")
			for i, folder in ipairs(folders) do tried[i] = ("no file '%s%s.lua'"):format(folder, relative) end
			return table.concat(tried, "\n\t")
		end
		local chunk, message = loadfile(path, "t")
		if not chunk then error(("error loading module '%s': %s"):format(name, message), 0) end
		return chunk, path
	end)
end

return modules
