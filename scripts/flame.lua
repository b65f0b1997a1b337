-- a flame graph of a process, or of folded stacks, as one SVG file
-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Where a program's threads spend their time: each box is a function, as wide as often it was on the stack,
-- with the functions it called on top of it. The file needs nothing else: a click zooms, a search marks.
-- Stacks come from `lupe stack --folded` (of the process whose id is given), or from a file of such lines.

local values, operands = lupe.options {
	name = "lupe flame",
	summary = "a flame graph of a process, or of folded stacks, as one SVG file",
	usage = { "lupe flame [options] PID", "lupe flame [options] FILE" },
	examples = {
		{ "lupe flame -o out.svg 4242", "five seconds of process 4242" },
		{ "lupe flame --duration 30 --every 10 4242 >out.svg", "half a minute, a hundred times a second" },
		{ "lupe stack --folded 4242 | lupe flame -", "one moment, from the lines" },
	},
	options = {
		{ short = "o", long = "output", arg = "FILE", help = "write there, not to stdout" },
		{ short = "d", long = "duration", arg = "S", type = "integer", default = 5, help = "sample for S seconds" },
		{ short = "e", long = "every", arg = "MS", type = "integer", default = 20, help = "a sample each MS milliseconds" },
		{ long = "title", arg = "TEXT", help = "what stands above it" },
		{ long = "width", arg = "PIXELS", type = "integer", default = 1200, help = "how wide it is" },
	},
}

local ROW, MARGIN, TOP, SMALLEST = 17, 10, 44, 0.3

-- --- stacks to a tree ---

local function new_node(name) return { name = name, count = 0, children = {}, order = {} } end

local function grow(root, line)
	local stack, count = line:match "^(.*) (%d+)%s*$"
	if not stack then return false end
	count = tonumber(count)
	local node = root
	node.count = node.count + count
	for name in stack:gmatch "[^;]+" do
		local child = node.children[name]
		if not child then
			child = new_node(name)
			node.children[name] = child
			table.insert(node.order, child)
		end
		child.count = child.count + count
		node = child
	end
	return true
end

local function depth_of(node)
	local deepest = 0
	for _, child in ipairs(node.order) do deepest = math.max(deepest, depth_of(child)) end
	return deepest + 1
end

-- --- the tree to boxes ---

local ESCAPES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;" }
local function escape(text) return (text:gsub("[%c]", "?"):gsub("[&<>\"']", ESCAPES)) end

-- The same name has the same colour in every picture: warm ones for code, cold ones for what has no name.
local function colour(name)
	local hash = 5381
	for i = 1, #name do hash = (hash * 33 ~ name:byte(i)) & 0xffffff end
	if name:find "^%[" or name:find "^0x" then
		return ("rgb(%d,%d,%d)"):format(110 + hash % 40, 150 + hash // 64 % 40, 200)
	end
	return ("rgb(%d,%d,%d)"):format(205 + hash % 50, 60 + hash // 64 % 150, hash // 16384 % 55)
end

local function put_box(out, node, x, width, level, total, height)
	local y = height - MARGIN - level * ROW
	local share = ("%s (%d of %d, %.1f %%)"):format(node.name, node.count, total, 100 * node.count / total)
	local fits = math.floor((width - 6) / 7)
	local label = fits >= 3 and (#node.name <= fits and node.name or node.name:sub(1, fits - 2) .. "..") or ""
	out[#out + 1] = ('<g class="f" data-x="%.2f" data-w="%.2f" data-n="%s"><title>%s</title>'
		.. '<rect x="%.2f" y="%d" width="%.2f" height="%d" fill="%s"/><text x="%.2f" y="%d">%s</text></g>'):format(
		x, width, escape(node.name), escape(share), x, y, width, ROW - 1, colour(node.name), x + 3, y + 12,
		escape(label))
end

local function put_tree(out, node, x, width, level, total, height)
	if width < SMALLEST then return end
	put_box(out, node, x, width, level, total, height)
	table.sort(node.order, function(a, b) return a.name < b.name end)
	for _, child in ipairs(node.order) do
		local part = width * child.count / node.count
		put_tree(out, child, x, part, level + 1, total, height)
		x = x + part
	end
end

local SCRIPT = [[
var all = [...document.querySelectorAll('.f')], full = all[0], shown = document.getElementById('shown');
function label(g, w) {
  var n = g.dataset.n, fits = Math.floor((w - 6) / 7);
  g.lastChild.textContent = fits < 3 ? '' : n.length <= fits ? n : n.slice(0, fits - 2) + '..';
}
function zoom(to) {
  var x = +to.dataset.x, w = +to.dataset.w, left = +full.dataset.x, whole = +full.dataset.w;
  all.forEach(function (g) {
    var a = +g.dataset.x, b = +g.dataset.w;
    var under = a <= x + 0.01 && a + b >= x + w - 0.01, out = a + b <= x + 0.01 || a >= x + w - 0.01;
    g.style.display = out && !under ? 'none' : '';
    var nx = under ? left : left + (a - x) / w * whole, nw = under ? whole : b / w * whole;
    g.children[1].setAttribute('x', nx); g.children[1].setAttribute('width', nw);
    g.lastChild.setAttribute('x', nx + 3); label(g, nw);
  });
}
function search(word) {
  var hits = 0;
  all.forEach(function (g) { hits += g.classList.toggle('hit', !!word && g.dataset.n.includes(word)); });
  shown.textContent = word ? hits + ' boxes of "' + word + '"' : '';
}
all.forEach(function (g) { g.addEventListener('click', function () { zoom(g); }); });
document.getElementById('find').addEventListener('click', function () {
  search(prompt('functions whose name contains') || '');
});
]]

local function picture(root, title)
	local width = math.max(values.width, 200)
	local height = TOP + depth_of(root) * ROW + 2 * MARGIN
	local out = {
		('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">'):format(width, height,
			width, height),
		"<style>text{font:11px monospace}.t{font-size:15px}.f{cursor:pointer}.f:hover rect{stroke:#000}"
			.. ".hit rect{fill:#c3f}#find{cursor:pointer;text-decoration:underline}</style>",
		('<rect width="%d" height="%d" fill="#fffdf5"/>'):format(width, height),
		('<text class="t" x="%d" y="22">%s</text>'):format(MARGIN, escape(title)),
		('<text id="find" x="%d" y="38">search</text><text id="shown" x="%d" y="38"></text>'):format(MARGIN, MARGIN + 60),
	}
	put_tree(out, root, MARGIN, width - 2 * MARGIN, 1, root.count, height)
	out[#out + 1] = "<script><![CDATA[" .. SCRIPT .. "]]></script></svg>\n"
	return table.concat(out, "\n")
end

-- --- where stacks come from ---

local function fail(format, ...)
	io.stderr:write("lupe flame: ", format:format(...), "\n")
	lupe.quit(1)
end

local function sampled(pid)
	-- The shell's parent is this lupe.
	return assert(io.popen(('exec "/proc/$PPID/exe" stack --folded --every %d --duration %d %d'):format(
		math.max(values.every, 1), math.max(values.duration, 1), pid)))
end

local source = operands[1]
if not source or operands[2] then
	io.stderr:write "lupe flame: one process id or file is expected\nTry 'lupe flame --help'.\n"
	lupe.quit(2)
end
local pid = math.tointeger(tonumber(source))

local function open(name, mode)
	local file, trouble = io.open(name, mode)
	if not file then fail("%s", trouble) end
	return file
end

local file = pid and sampled(pid) or source == "-" and io.stdin or open(source)
local root = new_node "all"
for line in file:lines() do
	if line ~= "" and not grow(root, line) then fail("not a folded stack: %s", line) end
end
if root.count == 0 then fail(pid and "no stack was seen" or "there are no stacks in it") end
local text = picture(root, values.title or (pid and ("process %d, %d stacks"):format(pid, root.count) or source))
local output = values.output and open(values.output, "w") or io.stdout
output:write(text)
if values.output then output:close() end
