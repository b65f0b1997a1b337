-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Colours on a terminal: whether they are wanted, and source lines in them. A line is looked at alone: what stands in
-- a comment of several lines is told by how such lines usually begin.

local paint = {}

local RESET = "\27[0m"
local STYLES = { keyword = "\27[34m", text = "\27[32m", number = "\27[35m", comment = "\27[2m", directive = "\27[36m",
	changed = "\27[33m", title = "\27[36m", mark = "\27[1m" }

local KEYWORDS = {}
for word in ([[alignas auto bool break case catch char class const constexpr continue decltype default delete do double
	else enum explicit extern false float for friend goto if inline int long mutable namespace new noexcept nullptr NULL
	operator override private protected public register restrict return short signed size_t sizeof static struct switch
	template this throw true try typedef typename union unsigned using virtual void volatile while fn let mut impl pub
	match use mod trait func package import var type range defer go chan]]):gmatch "%S+" do KEYWORDS[word] = true end

-- Whether colours are to be used: by the setting, else where stdout is a terminal that NO_COLOR and TERM do not speak
-- against.
function paint.is_wanted(core, settings)
	local how = settings:get "color"
	if how ~= "auto" then return how == "always" end
	local no_color, term = os.getenv "NO_COLOR", os.getenv "TERM"
	return core.isatty(1) and not (no_color and no_color ~= "") and term ~= "dumb"
end

function paint.style(name, text) return STYLES[name] .. text .. RESET end

local function string_end(text, at)
	local quote, i = text:sub(at, at), at + 1
	while i <= #text do
		local c = text:sub(i, i)
		if c == "\\" then i = i + 1 elseif c == quote then return i end
		i = i + 1
	end
	return #text
end

-- The token at a byte: its end and style (nil: none).
local function token(text, at)
	if text:find("^//", at) then return #text, "comment" end
	if text:find("^/%*", at) then
		local _, last = text:find("*/", at + 2, true)
		return last or #text, "comment"
	end
	if text:find("^[\"']", at) then return string_end(text, at), "text" end
	local _, last = text:find("^[%a_][%w_]*", at)
	if last then return last, KEYWORDS[text:sub(at, last)] and "keyword" or nil end
	_, last = text:find("^%d[%w.]*", at)
	if last then return last, "number" end
	return at, nil
end

-- A line of a source in C, C++ or the like.
function paint.source(text)
	if text:find("^%s*%*[ /]") or text:find("^%s*%*$") then return paint.style("comment", text) end
	if text:find("^%s*#%s*%a") then return paint.style("directive", text) end
	local out, at = {}, 1
	while at <= #text do
		local last, style = token(text, at)
		local piece = text:sub(at, last)
		out[#out + 1] = style and paint.style(style, piece) or piece
		at = last + 1
	end
	return table.concat(out)
end

return paint
