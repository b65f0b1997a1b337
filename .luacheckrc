std = "lua54"
globals = { "lupe" }
max_line_length = 120
include_files = { "lua/**/*.lua", "scripts/**/*.lua", "examples/**/*.lua", "tests/**/*.lua", "docs/**/*.lua" }
-- Methods of one interface take the same parameters, used or not.
unused_args = false
