-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "save", group = "files", summary = "write what was set up into a file that `source` reads",
}
