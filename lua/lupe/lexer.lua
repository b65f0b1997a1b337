-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The words of a Lua text that the compiler has accepted. A token is { type, line, value }: the type is
-- "name", "string", "number", "eof", or the keyword or operator itself; value is the name, or what a string
-- holds (nil where that takes more than reading it).

local lexer = {}

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat return then
	true until while]]):gmatch("%a+") do KEYWORDS[word] = true end

-- The longest first.
local OPERATORS = { "...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", ".." }

local ESCAPES = { n = "\n", t = "\t", r = "\r", ["\\"] = "\\", ['"'] = '"', ["'"] = "'", a = "\a", b = "\b",
	f = "\f", v = "\v", ["\n"] = "\n" }

-- The end of a [[ or [==[ bracket that begins at `at`, and its contents; nil when none begins there.
local function long_bracket(text, at)
	local equals = text:match("^%[(=*)%[", at)
	if not equals then return nil end
	local first = at + #equals + 2
	local close, last = text:find("]" .. equals .. "]", first, true)
	if not close then return #text, text:sub(first) end
	return last, (text:sub(first, close - 1):gsub("^\r?\n", ""))
end

-- The contents of a quoted string; nil when it has escapes by number.
local function unquote(body)
	local plain = true
	local value = body:gsub("\\(.)", function(c)
		plain = plain and ESCAPES[c] ~= nil
		return ESCAPES[c]
	end)
	return plain and value or nil
end

-- The last byte of a quoted string that begins at `at`.
local function quoted_end(text, at)
	local quote, i = text:sub(at, at), at + 1
	while i <= #text do
		local c = text:sub(i, i)
		if c == quote then return i end
		i = i + (c == "\\" and 2 or 1)
	end
	return #text
end

-- The last byte of a comment at `at`; nil when there is none.
local function comment_end(text, at)
	if text:sub(at, at + 1) ~= "--" then return nil end
	return long_bracket(text, at + 2) or (text:find("\n", at, true) or #text + 1) - 1
end

-- Type, value and last byte of the token at `at`.
local function token_at(text, at)
	local word = text:match("^[%a_][%w_]*", at)
	if word then return KEYWORDS[word] and word or "name", word, at + #word - 1 end
	local c = text:sub(at, at)
	if c == '"' or c == "'" then
		local last = quoted_end(text, at)
		return "string", unquote(text:sub(at + 1, last - 1)), last
	end
	local number = text:match("^0[xX][%x.]*[pP][+-]?%d+", at) or text:match("^0[xX][%x.]+", at)
		or text:match("^%.?%d[%d.]*[eE][+-]?%d+", at) or text:match("^%.?%d[%d.]*", at)
	if number and not number:find("%.%.") then return "number", nil, at + #number - 1 end
	local last, value = long_bracket(text, at)
	if last then return "string", value, last end
	for _, operator in ipairs(OPERATORS) do
		if text:sub(at, at + #operator - 1) == operator then return operator, nil, at + #operator - 1 end
	end
	return c, nil, at
end

-- A file's text as the compiler takes it: without the mark of UTF-8 and a first line for the shell.
function lexer.strip(text)
	return (text:gsub("^\239\187\191", ""):gsub("^#[^\n]*", ""))
end

-- The tokens of a text, the last of type "eof".
function lexer.tokens(text)
	local tokens, line, counted = {}, 1, 1
	local function line_at(at)
		for _ in text:sub(counted, at - 1):gmatch("\n") do line = line + 1 end
		counted = at
		return line
	end
	local at = 1
	while true do
		at = text:find("%S", at)
		if not at then break end
		local last = comment_end(text, at)
		if not last then
			local kind, value
			kind, value, last = token_at(text, at)
			tokens[#tokens + 1] = { type = kind, value = value, line = line_at(at) }
		end
		at = last + 1
	end
	tokens[#tokens + 1] = { type = "eof", line = line_at(#text + 1) }
	return tokens
end

return lexer
