-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- Which names of a Lua text are globals, what is read of them, and which calls have what for arguments. The
-- text is one that the compiler has accepted (so nesting is bounded, and nothing here complains); of the
-- grammar only what decides about names is followed.
--
-- An expression is described as far as it can be known: { kind = "global", name }, { kind = "member", of,
-- name }, { kind = "call", fn, arguments }, { kind = "string", value }, { kind = "other" }. A local that is not
-- assigned again stands for its value: `local lupe = lupe`; the variable of a loop is { kind = "element", of = the
-- iterator }, the parameter of a function that is handed to another is { kind = "parameter", of = the other,
-- index = of the function among its arguments, field = its name in a table there, position = of the parameter }.

local lexer = require "lupe.lexer"

local scopes = {}

local OTHER = { kind = "other" }
local UNARY = { ["not"] = true, ["-"] = true, ["#"] = true, ["~"] = true }
local BINARY = {}
for word in ("+ - * / // % ^ & | ~ << >> .. == ~= < > <= >= and or"):gmatch("%S+") do BINARY[word] = true end
local BLOCK_END = { ["end"] = true, ["else"] = true, ["elseif"] = true, ["until"] = true, eof = true }

local Parser = {}
Parser.__index = Parser

function Parser:is(kind) return self.tokens[self.at].type == kind end

function Parser:take()
	local token = self.tokens[self.at]
	if token.type ~= "eof" then self.at = self.at + 1 end
	return token
end

function Parser:accept(kind)
	return self:is(kind) and self:take() or nil
end

-- --- names ---

function Parser:open() self.scope = setmetatable({}, { __index = self.scope, parent = self.scope }) end
function Parser:close() self.scope = getmetatable(self.scope).parent end

-- Variables are numbered in their order: `changed` has those that a first walk saw assigned.
function Parser:declare(name, value)
	self.count = self.count + 1
	self.scope[name] = { value = not self.changed[self.count] and value or OTHER, number = self.count }
end

function Parser:resolve(token)
	local variable = self.scope[token.value]
	if variable then return variable.value, variable end
	if self.scope._ENV then return OTHER end
	return { kind = "global", name = token.value, line = token.line }
end

-- --- expressions ---

-- `callee`: what they are arguments of.
function Parser:expression_list(callee)
	local list = {}
	repeat
		self.handed_to = callee and { of = callee, index = #list + 1 }
		list[#list + 1] = self:expression()
	until not self:accept ","
	return list
end

-- `handed_to`: what it is an argument of.
function Parser:table_constructor(handed_to)
	while not self:is "}" and not self:is "eof" do
		local field
		if self:accept "[" then
			self:read(self:expression(), "value")
			self:take() -- ]
			self:take() -- =
		elseif self:is "name" and self.tokens[self.at + 1].type == "=" then
			local name = self:take()
			field = name.value
			self:take()
			if handed_to then self.visitor.field(handed_to, name) end
		end
		self.handed_to = handed_to and field and { of = handed_to.of, index = handed_to.index, field = field }
		self:read(self:expression(), "value")
		if not self:accept "," then self:accept ";" end
	end
	self:take()
end

-- The arguments of a call of `callee`; nil when none follow.
function Parser:arguments(callee)
	if self:is "string" then
		local token = self:take()
		return { { kind = "string", value = token.value, line = token.line } }
	elseif self:accept "{" then
		self:table_constructor { of = callee, index = 1 }
		return { OTHER }
	elseif self:accept "(" then
		local list = self:is ")" and {} or self:expression_list(callee)
		self:take()
		return list
	end
end

-- Something is done with an expression: "index", "call", "argument" or "value".
function Parser:read(what, how)
	if what.kind == "global" or what.kind == "member" then self.visitor.read(what, how) end
	return what
end

function Parser:call(what, list)
	self:read(what, "call")
	for _, argument in ipairs(list) do self:read(argument, "argument") end
	if what.kind == "other" then return OTHER end
	self.visitor.call(what, list)
	return { kind = "call", fn = what, arguments = list }
end

-- A name, or something in brackets, and all that is indexed and called of it. Answers it and the variable,
-- when it is nothing but a local.
function Parser:suffixed()
	local what, variable = OTHER, nil
	if self:accept "(" then
		self:read(self:expression(), "value")
		self:take()
	else
		what, variable = self:resolve(self:take())
	end
	while true do
		if self:accept "." then
			local name = self:take()
			what = { kind = "member", of = self:read(what, "index"), name = name.value, line = name.line }
		elseif self:accept "[" then
			self:read(what, "index")
			local key = self:read(self:expression(), "value")
			what = key.kind == "string" and { kind = "member", of = what, name = key.value, line = key.line } or OTHER
			self:take()
		elseif self:accept ":" then
			local name = self:take()
			what = { kind = "member", of = self:read(what, "index"), name = name.value, line = name.line, method = true }
		else
			local list = self:arguments(what)
			if not list then return what, variable end
			what = self:call(what, list)
		end
		variable = nil
	end
end

function Parser:simple()
	local token, handed_to = self.tokens[self.at], self.handed_to
	self.handed_to = nil
	if token.type == "name" or token.type == "(" then return (self:suffixed()) end
	self:take()
	if token.type == "string" then return { kind = "string", value = token.value, line = token.line } end
	-- Tables in such a table are nobody's options.
	if token.type == "{" then self:table_constructor(handed_to and not handed_to.field and handed_to) end
	if token.type == "function" then self:body(false, handed_to) end
	return OTHER
end

function Parser:expression()
	local alone = true
	while true do
		while UNARY[self.tokens[self.at].type] do
			self:take()
			alone = false
		end
		local what, more = self:simple(), BINARY[self.tokens[self.at].type]
		if alone and not more then return what end
		self:read(what, "value")
		if not more then return OTHER end
		alone = false
		self:take()
	end
end

-- --- statements ---

-- Parameters and block of a function.
function Parser:body(is_method, handed_to)
	self:open()
	if is_method then self:declare "self" end
	self:take()
	local position = 0
	while not self:is ")" and not self:is "eof" do
		local token = self:take()
		if token.type == "name" then
			position = position + 1
			self:declare(token.value, handed_to and { kind = "parameter", of = handed_to.of, index = handed_to.index,
				field = handed_to.field, position = position })
		end
	end
	self:take()
	self:block()
	self:take()
	self:close()
end

-- A block of its own, up to the word that ends it.
function Parser:block()
	self:open()
	while not BLOCK_END[self.tokens[self.at].type] do self:statement() end
	self:close()
end

-- Reads a list of expressions; answers the first.
function Parser:values()
	local list = self:expression_list()
	for _, what in ipairs(list) do self:read(what, "value") end
	return list[1]
end

local statements = {}

statements["do"] = function(self)
	self:block()
	self:take()
end

statements["while"] = function(self)
	self:values()
	self:take()
	self:block()
	self:take()
end

statements["repeat"] = function(self)
	self:open()
	while not BLOCK_END[self.tokens[self.at].type] do self:statement() end
	self:take()
	self:values()
	self:close()
end

statements["if"] = function(self)
	repeat
		self:values()
		self:take()
		self:block()
	until not self:accept "elseif"
	if self:accept "else" then self:block() end
	self:take()
end

statements["for"] = function(self)
	local names = {}
	repeat names[#names + 1] = self:take().value until not self:accept ","
	local is_in = self:take().type == "in"
	local first = self:values()
	self:take()
	self:open()
	for i, name in ipairs(names) do
		self:declare(name, i == 1 and is_in and first.kind == "call" and { kind = "element", of = first })
	end
	self:block()
	self:close()
	self:take()
end

statements["function"] = function(self)
	local what, variable = self:resolve(self:take())
	local is_method
	while self:is "." or self:is ":" do
		is_method = self:take().type == ":"
		self:read(what, "index")
		local name = self:take()
		what, variable = { kind = "member", of = what, name = name.value, line = name.line }, nil
	end
	self:assigned(what, variable)
	self:body(is_method)
end

statements["local"] = function(self)
	if self:accept "function" then
		self:declare(self:take().value)
		return self:body()
	end
	local names, values = {}, {}
	repeat
		names[#names + 1] = self:take().value
		if self:accept "<" then
			self:take()
			self:take()
		end
	until not self:accept ","
	if self:accept "=" then values = self:expression_list() end
	for _, value in ipairs(values) do self:read(value, "value") end
	for i, name in ipairs(names) do
		local value = values[i]
		self:declare(name, value and value.kind ~= "string" and value or nil)
	end
end

statements["return"] = function(self)
	if BLOCK_END[self.tokens[self.at].type] or self:is ";" then return end
	self:values()
end

statements["goto"] = function(self) self:take() end
statements["::"] = function(self)
	self:take()
	self:take()
end
statements["break"] = function() end
statements[";"] = statements["break"]

function Parser:assigned(what, variable)
	if variable then
		variable.value = OTHER
		self.changed[variable.number] = true
	elseif what.kind ~= "other" then
		self.visitor.assign(what)
	end
end

function Parser:statement()
	local special = statements[self.tokens[self.at].type]
	if special then
		self:take()
		return special(self)
	end
	local what, variable = self:suffixed()
	if not self:is "=" and not self:is "," then return end
	local left = { { what, variable } }
	while self:accept "," do left[#left + 1] = { self:suffixed() } end
	self:take()
	self:values()
	for _, item in ipairs(left) do self:assigned(item[1], item[2]) end
end

-- Walks through a text: visitor.read(what, how) with how "index", "call", "argument" or "value",
-- visitor.call(what, arguments), visitor.assign(what), visitor.field(handed_to, name) of a field in a table that is
-- written as an argument: handed_to has of and index.
function scopes.walk(text, visitor)
	local tokens, changed = lexer.tokens(text), {}
	local function ignore() end
	for _, each in ipairs { { read = ignore, call = ignore, assign = ignore, field = ignore }, visitor } do
		local self = setmetatable({ tokens = tokens, at = 1, visitor = each, scope = {}, count = 0, changed = changed },
			Parser)
		while not self:is "eof" do self:statement() end
	end
end

return scopes
