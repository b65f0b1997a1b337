-- SPDX-License-Identifier: GPL-3.0-or-later
-- The program's variables, types and frames, of the fixture that waits deep in its stack.
local spec = require "lupe.spec"

local FRAMES = os.getenv "FIXTURES" .. "/frames"

-- The fixture, stopped in its read: fn(process, thread, frame of the function).
local function waiting(fn)
	local p = assert(lupe.launch { FRAMES, stdin = "/dev/zero", stdout = "/dev/null" })
	local reached
	lupe.on_syscall("read", { condition = function(ev) return ev.fd and ev.fd.num == 0 end, on_enter = function(ev)
		if reached then return end
		reached = true
		fn(p, ev.thread)
	end })
	p:wait()
	assert(reached, "the fixture never came to its read")
end

-- The frame of a function.
local function frame_of(thread, name)
	local frame = thread:frame(0)
	while frame and frame.fn ~= name do frame = frame:up() end
	return frame
end

spec("frames know their place, callers and registers", function(t)
	waiting(function(p, thread)
		local inner = frame_of(thread, "innermost")
		t.equal({ inner.inlined, inner.file:match "[^/]+$", inner:up().fn, inner:up():up().fn },
			{ true, "frames.c", "middle", "numbers" })
		t.ok(inner.line > 30 and inner.level > 0 and inner.folder ~= nil)
		t.equal(inner:up():down() == inner, true)
		t.equal(thread:frame(0):down(), nil)
		local numbers = frame_of(thread, "numbers")
		t.equal({ numbers.inlined, numbers.is_signal, numbers.trust }, { false, false, "cfi" })
		t.equal(numbers.regs.rip, numbers.pc)
		t.ok(numbers.cfa > numbers.sp and numbers.start <= numbers.pc)
		t.match(numbers.module, "/frames$")
		t.equal(rawequal(numbers.thread, thread), true)
		t.equal(p:functions_at(inner.address)[1].name, "innermost")
		t.equal(p:line_at(inner.address).line, inner.line)
		t.fails("not_found", thread:frame(1000))
		t.raises(function() thread:frame(-1) end, "level")
		t.raises(function() return inner.nosuch end, "frame has no 'nosuch'")
	end)
end)

spec("arguments and locals by name, in their order, and as C shows them", function(t)
	waiting(function(_, thread)
		local numbers = frame_of(thread, "numbers")
		t.equal({ numbers.args.number, numbers.args.wide, numbers.args.letter, numbers.args.yes, numbers.args.real,
			numbers.args.text }, { 7, 1 << 40, 120, true, 2.5, 'some "text"' })
		t.equal({ numbers.args[1], #numbers.args, numbers.args[99] }, { 7, 6, nil })
		local names = {}
		for name in pairs(numbers.vars) do names[#names + 1] = name end
		t.equal(names, { "number", "wide", "letter", "yes", "real", "text", "sum" })
		t.raises(function() return numbers.vars.numbr end, "no variable 'numbr', did you mean 'number'")
		local things = frame_of(thread, "things")
		t.equal({ things.vars.inner, things.vars.total, things.vars.color, things.vars.rights }, { 2, 1, 5, 5 })
		t.equal(tostring(things.vars.point),
			'{x = 1, y = 2, bits = {low = 3, high = 4}, name = 0x' .. ("%x"):format(things:eval "(long)point.name")
			.. ' "first", next = ' .. ("0x%x"):format(lupe.addr(things.vars.list)) .. ', weight = 1.5, label = "label"}')
	end)
end)

spec("structs are read at each access, written by assignment, followed through pointers", function(t)
	waiting(function(p, thread)
		local things = frame_of(thread, "things")
		local list = things.vars.list
		t.equal({ list.x, list.y, list.name, list.weight, list.label, list.bits.low, list.bits.high },
			{ 1, 2, "first", 1.5, "label", 3, 4 })
		t.equal(list.next.next.next.x, 1)
		t.equal(list.next == list, true)
		list.x, list.bits.low, list.weight, list.label = 42, 6, -0.5, "new"
		t.equal({ list.next.x, list.bits.low, list.bits.high, list.weight, list.label }, { 42, 6, 4, -0.5, "new" })
		list.next = nil
		t.equal(list.next, nil)
		list.next = list
		t.equal(list.next.x, 42)
		t.raises(function() list.label = "far too long" end, "do not fit")
		t.raises(function() return list.nam end, "did you mean 'name'")
		t.raises(function() list.x = "y" end, "x")
		local copy = lupe.copy(list)
		list.x = 7
		t.equal({ copy.x, list.x }, { 42, 7 })
		t.match(lupe.json(list), '"x"')
		local fields = {}
		for name in pairs(list) do fields[#fields + 1] = name end
		t.equal(fields, { "x", "y", "bits", "name", "next", "weight", "label" })
		things.vars.total = 99
		t.equal(things.vars.total, 99)
		t.equal(tostring(lupe.typeof(list)), "struct point *")
		t.equal(lupe.addr(things.vars.point) == lupe.addr(list), false)
		t.equal(p:eval("sizeof(struct point)"), lupe.typeof(things.vars.point).size)
	end)
end)

spec("arrays have elements, a length, slices", function(t)
	waiting(function(p, thread)
		local recursive = frame_of(thread, "recursive")
		local array = recursive.vars.array
		t.equal({ #array, array[0], array[2], tostring(array) }, { 3, 1, 3, "{1, 2, 3}" })
		t.raises(function() return array[3] end, "no element 3")
		t.equal(tostring(array[{ 1, 2 }]), "{2, 3}")
		local seen = {}
		for i, v in pairs(array) do seen[i + 1] = v end
		t.equal(seen, { 1, 2, 3 })
		local pointer = frame_of(thread, "things").vars.array
		t.equal({ pointer[0], pointer[1], tostring(pointer[{ 0, 3 }]) }, { 1, 2, "{1, 2, 3}" })
		t.raises(function() return #pointer end, "slice")
		t.equal(tostring(lupe.cast(p, "char [4]", pointer)), "\1")
	end)
end)

spec("types: names, members, sizes, derived ones", function(t)
	waiting(function(p)
		local point = assert(p:type "struct point")
		t.equal({ tostring(point), point.kind, point.size, #point.fields }, { "struct point", "struct", 48, 7 })
		t.equal({ point.fields[2].name, point.fields[2].offset, tostring(point.fields[2].type) }, { "y", 4, "int" })
		local bits = point:field("bits").type
		t.equal({ bits.fields[2].bit_offset, bits.fields[2].bit_size }, { 3, 5 })
		t.equal({ tostring(point:pointer()), tostring(point:array(3)), point:array(3).size },
			{ "struct point *", "struct point [3]", 144 })
		t.equal(rawequal(point:pointer().target, point), true)
		t.match(point:definition(), "^struct point {\n    int x;\n")
		local color = p:type "enum color"
		t.equal({ color.kind, color.enumerators[2].name, color.enumerators[2].value }, { "enum", "GREEN", 5 })
		t.equal(color:definition(), "enum color {RED, GREEN = 5, BLUE}")
		local fn = p:type "function"
		t.equal({ fn.is_typedef, tostring(fn.alias_of), fn.kind }, { true, "int (*)(int)", "pointer" })
		t.fails("not_found", p:type "struct nosuch")
		t.raises(function() return point.nosuch end, "type has no 'nosuch'")
	end)
end)

spec("expressions over variables, types and registers", function(t)
	waiting(function(p, thread)
		local things = frame_of(thread, "things")
		t.equal(things:eval "point.x + list->y * 2", 5)
		t.equal(things:eval "list->next->next->label[1]", 97)
		t.equal(things:eval "*list->name", 102)
		t.equal(things:eval "&list->y == (int *)list + 1", 1)
		t.equal(things:eval "rights & EXECUTE", 4)
		t.equal(things:eval "color == GREEN", 1)
		t.equal(things:eval "(unsigned char)(inner + 255)", 1)
		t.equal(things:eval "array[1] << 3", 16)
		t.equal(things:eval "numbers::number", 7)
		t.equal(things:eval "sizeof(point.bits)", 4)
		t.equal(things:eval "$rip" ~= nil, true)
		t.equal(things:eval "list".x, 1)
		t.equal(things:eval "point.x = 12", 12)
		t.equal(things.vars.point.x, 12)
		t.equal(things:eval "call" == p:symbol("twice").address, true)
		t.fails("not_found", things:eval "nosuch + 1")
		t.fails("not_found", things:eval "point.nosuch")
		t.fails("not_found", p:eval "point")
		t.equal(p:eval "GREEN", 5)
		t.fails("not_found", p:var "nosuch")
	end)
end)

spec("lines and functions by name", function(t)
	waiting(function(p)
		local places = p:function_places "numbers"
		t.equal({ #places, places[1].is_inlined, places[1].name }, { 1, false, "numbers" })
		t.ok(p:after_prologue(places[1].address) > places[1].address)
		local inlined = p:function_places "innermost"
		t.equal({ #inlined, inlined[1].is_inlined }, { 1, true })
		local row = p:line_at(places[1].address)
		local addresses, line = p:line_places("frames.c", row.line)
		t.equal({ line, addresses[1] }, { row.line, places[1].address })
		t.equal(#p:line_places("nosuch.c", 1), 0)
		t.ok(p:sources():find("frames.c\n", 1, true))
		local names = p:names("function", "num")
		t.ok(table.concat(names, " "):find "numbers")
		t.equal(p:find_names("point", "type")[1].keyword, "struct")
	end)
end)

spec("a frame of a thread that has gone on says so", function(t)
	local p = assert(lupe.launch { FRAMES, stdin = "/dev/zero", stdout = "/dev/null" })
	local kept, variables
	lupe.on_syscall("write", { on_enter = function(ev)
		kept = kept or ev.thread:frame(0)
		variables = variables or kept.vars
	end })
	lupe.on_syscall("read", { condition = function(ev) return ev.fd and ev.fd.num == 0 end, on_enter = function()
		t.raises(function() return kept.pc end, "this frame is over")
		t.raises(function() return variables.x end, "this frame is over")
	end })
	p:wait()
	t.raises(function() return kept.pc end, "has exited")
end)
spec.finish()
