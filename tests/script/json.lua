-- SPDX-License-Identifier: GPL-3.0-or-later
-- JSON of Lua values and back.
local spec = require "lupe.spec"
local json = require "lupe.json"

spec("values are written in one line, keys in order", function(t)
	t.equal(json.encode { b = 1, a = { 1, "x", true }, c = { d = 1.5 } }, '{"a":[1,"x",true],"b":1,"c":{"d":1.5}}')
	t.equal(json.encode {}, "{}")
	t.equal(json.encode(json.array()), "[]")
	t.equal(json.encode(nil), "null")
	t.equal(json.encode(math.mininteger), "-9223372036854775808")
	t.equal(json.encode { 0 / 0, math.huge }, "[null,null]")
end)

spec("strings are escaped; what is no UTF-8 goes byte by byte", function(t)
	t.equal(json.encode 'a"b\\\n\0\27é', [["a\"b\\\n\u0000\u001bé"]])
	t.equal(json.encode "\xffé", '"\u{ff}\u{c3}\u{a9}"')
end)

spec("what was written is read again", function(t)
	local value = { list = { 1, 2.5, "x\n\"é", { deep = true } }, no = false, empty = json.array() }
	t.equal(json.decode(json.encode(value)), value)
	t.equal(json.encode(json.decode "[]"), "[]")
	t.equal(json.decode ' { "a" : [ 1 , -2e3 , null ] } ', { a = { 1, -2000 } })
	t.equal(json.decode [["\u00e9\ud83d\ude00\/"]], "é😀/")
	t.equal(math.type(json.decode "3"), "integer")
end)

spec("what is no JSON is told with its place", function(t)
	for text, message in pairs { [""] = "a value is expected at byte 1", ["[1 2]"] = "',' or ']' is expected at byte 4",
		['{"a" 1}'] = "':' is expected at byte 6", ["{a:1}"] = "a name in quotes is expected at byte 2",
		['"abc'] = "the string has no end at byte 1", ["1 x"] = "something follows the value at byte 3",
		['"\\uZZ"'] = "four hexadecimal digits are expected at byte 2", ["-"] = "a value is expected at byte 1",
		["troo"] = "a value is expected at byte 1", ["[" .. ("["):rep(300)] = "more than 200 levels at byte 202" } do
		local value, why = json.decode(text)
		t.equal(value, nil, text)
		t.equal(why, message, text)
	end
end)

spec("what has no JSON is misuse", function(t)
	t.raises(function() json.encode(print) end, "json.lua:%d+: json: a function has no JSON")
	local cycle = {}
	cycle.cycle = cycle
	t.raises(function() json.encode(cycle) end, "or a cycle")
end)

spec.finish()
