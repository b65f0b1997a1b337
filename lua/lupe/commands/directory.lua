-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "directory", aliases = { "dir" }, group = "settings", summary = "look for sources in a folder, too",
	args = { { "FOLDER", type = "file", optional = true } },
	help = "Without a folder: nowhere else than where they were compiled.",
	run = function(prompt, args)
		local before = prompt.settings:get "directories"
		local folder = args.folder
		prompt.need(prompt.settings:set("directories", folder and (before == "" and folder or folder .. ":" .. before) or ""))
		prompt.dbg.sources:forget()
	end,
}
