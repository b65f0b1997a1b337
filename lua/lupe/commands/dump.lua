-- SPDX-License-Identifier: GPL-3.0-or-later
return {
	name = "dump", group = "files", summary = "write memory of the target into a file",
}
