-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- What the arguments and the result of a function are, and calls as text: of the C library's most frequent
-- functions from a table, of others from debug information; of the rest nobody knows, and words are shown.
--
-- A kind is a letter or a type of the program (see members: type):
--   v void   i int   l long   u size   x bits   o mode   c character   p pointer   F function   s string
--   S a string that the function fills: shown when it has returned   d double   . what a format asks for

local format = require "lupe.format"

local signature = {}

local TABLE = [[
malloc=p(u) calloc=p(uu) realloc=p(pu) reallocarray=p(puu) free=v(p) strdup=s(s) strndup=s(su) aligned_alloc=p(uu)
posix_memalign=i(puu) memalign=p(uu)
memcpy=p(ppu) memmove=p(ppu) memset=p(piu) memcmp=i(ppu) memchr=p(piu) memrchr=p(piu) mempcpy=p(ppu)
rawmemchr=p(pi)
strlen=u(s) strnlen=u(su) strcmp=i(ss) strncmp=i(ssu) strcasecmp=i(ss) strncasecmp=i(ssu) strcpy=s(Ss) strncpy=p(psu)
stpcpy=p(Ss) strcat=s(Ss) strncat=s(Ssu) strchr=s(sc) strrchr=s(sc) strchrnul=s(sc) strstr=s(ss) strcasestr=s(ss)
strspn=u(ss) strcspn=u(ss) strpbrk=s(ss) strtok=s(ss) strtok_r=s(ssp) strsep=s(ps) strerror=s(i) strcoll=i(ss)
atoi=i(s) atol=l(s) atof=d(s) strtol=l(spi) strtoul=u(spi) strtoll=l(spi) strtoull=u(spi) strtod=d(sp)
puts=i(s) fputs=i(sp) putchar=i(c) fputc=i(cp) putc=i(cp) fgets=s(Sip) fgetc=i(p) getc=i(p) getchar=i() ungetc=i(cp)
fputs_unlocked=i(sp) fwrite_unlocked=u(puup) fread_unlocked=u(puup) fflush_unlocked=i(p) __overflow=i(pc)
printf=i(s.) fprintf=i(ps.) dprintf=i(is.) sprintf=i(Ss.) snprintf=i(Sus.) syslog=v(is.) error=v(iis.)
__printf_chk=i(is.) __fprintf_chk=i(pis.) __sprintf_chk=i(Sius.) __snprintf_chk=i(Suius.) __syslog_chk=v(iis.)
vprintf=i(sp) vfprintf=i(psp) vsnprintf=i(Susp) perror=v(s) sscanf=i(ss) fscanf=i(ps)
fopen=p(ss) fopen64=p(ss) fdopen=p(is) freopen=p(ssp) fclose=i(p) fflush=i(p) fread=u(puup) fwrite=u(puup)
fseek=i(pli) fseeko=i(pli) ftell=l(p) ftello=l(p) rewind=v(p) feof=i(p) ferror=i(p) fileno=i(p)
setvbuf=i(ppiu) getline=l(ppp)
getdelim=l(ppip) popen=p(ss) pclose=i(p) remove=i(s) tmpfile=p() mkstemp=i(s) __fpending=u(p)
open=i(sxo) open64=i(sxo) openat=i(isxo) creat=i(so) close=i(i) read=l(ipu) write=l(ipu) pread=l(ipul) pwrite=l(ipul)
lseek=l(ili) stat=i(sp) lstat=i(sp) fstat=i(ip) access=i(si) unlink=i(s) rename=i(ss) mkdir=i(so) rmdir=i(s) chdir=i(s)
getcwd=s(Su) readlink=l(spu) symlink=i(ss) link=i(ss) chmod=i(so) dup=i(i) dup2=i(ii) pipe=i(p) isatty=i(i) fsync=i(i)
ftruncate=i(il) opendir=p(s) readdir=p(p) readdir64=p(p) closedir=i(p) fileno_unlocked=i(p)
fork=i() vfork=i() execve=i(spp) execvp=i(sp) wait=i(p) waitpid=i(ipi) system=i(s) exit=v(i) _exit=v(i) abort=v()
atexit=i(F) kill=i(ii) signal=p(iF) sigaction=i(ipp) getpid=i() getppid=i() getuid=i() geteuid=i()
sleep=i(i) usleep=i(i)
nanosleep=i(pp) alarm=i(i) raise=i(i) pause=i() sched_yield=i()
getenv=s(s) secure_getenv=s(s) setenv=i(ssi) unsetenv=i(s) putenv=i(s) setlocale=s(is) gettext=s(s) dcgettext=s(ssi)
bindtextdomain=s(ss) textdomain=s(s) nl_langinfo=s(i) getopt=i(ips) getopt_long=i(ipspp) isalpha=i(c) isdigit=i(c)
toupper=i(c) tolower=i(c) qsort=v(puuF) bsearch=p(ppuuF) rand=i() srand=v(i) random=l() abs=i(i) labs=l(l)
time=l(p) clock=l() gettimeofday=i(pp) clock_gettime=i(ip) localtime=p(p) gmtime=p(p) mktime=l(p) strftime=u(pusp)
mmap=p(puxxil) munmap=i(pu) mprotect=i(pux) socket=i(iii) connect=i(ipu) bind=i(ipu) listen=i(ii) accept=i(ipp)
send=l(ipux) recv=l(ipux) select=i(ipppp) poll=i(pui) dlopen=p(sx) dlsym=p(ps) dlclose=i(p) dlerror=s()
pthread_create=i(ppFp) pthread_join=i(xp) pthread_mutex_lock=i(p) pthread_mutex_unlock=i(p) pthread_self=x()
pthread_cond_wait=i(pp) pthread_cond_signal=i(p) pthread_setname_np=i(xs)
sqrt=d(d) pow=d(dd) exp=d(d) log=d(d) log10=d(d) sin=d(d) cos=d(d) tan=d(d) floor=d(d) ceil=d(d) fabs=d(d) fmod=d(dd)
]]

local KNOWN = {}
for name, result, args in TABLE:gmatch "([%w_]+)=(%a)(%b())" do
	local kinds = {}
	for kind in args:sub(2, -2):gmatch "." do kinds[#kinds + 1] = kind end
	KNOWN[name] = { result = result, args = kinds }
end

-- --- finding one ---

-- The type of the function that is called so, which may have another name in the source.
local function described(process, name)
	local symbol = process:symbol(name)
	for _, at in ipairs(symbol and process:functions_at(symbol.address) or {}) do
		local found = at.start == symbol.address and process:global(at.name)
		local kind = found and found.kind == "function" and found.type
		-- Of one in assembler nothing is described but that it is there.
		if kind and kind.kind == "function" and not tostring(kind):find "^<" then return kind end
	end
end

-- { result, args } of a function of a process; nil when nobody knows. result nil: void.
function signature.of(process, name)
	if KNOWN[name] then return KNOWN[name] end
	local kind = described(process, name)
	if not kind then return nil end
	local args = {}
	for i, field in ipairs(kind.fields) do args[i] = field.type end
	return { result = kind.target or "v", args = args }
end

-- --- values ---

local TEXT_MAX = 4096

local function hex(word) return word == 0 and "NULL" or format.hex(word) end

-- A string of the process, cut at `limit` characters.
local function string_text(process, address, limit)
	if address == 0 then return "NULL" end
	local text = process:cstr(address, math.min(limit + 1, TEXT_MAX))
	if not text then return format.hex(address) end
	if #text > limit then return format.quote(text:sub(1, limit)) .. "..." end
	return format.quote(text)
end

-- A word as a signed or unsigned number of so many bytes.
local function sized(word, size, signed)
	if size >= 8 or size < 1 then return word end
	local bits = 8 * size
	word = word & ((1 << bits) - 1)
	return signed and word >> (bits - 1) == 1 and word - (1 << bits) or word
end

local function character(word)
	word = word & 0xff
	if word >= 32 and word < 127 then return ("'%s'"):format(string.char(word)) end
	return word == 10 and "'\\n'" or word == 0 and "'\\0'" or ("'\\x%02x'"):format(word)
end

local LETTERS = {
	i = function(_, word) return ("%d"):format(sized(word, 4, true)) end,
	l = function(_, word) return ("%d"):format(word) end,
	u = function(_, word) return word < 0 and format.hex(word) or ("%d"):format(word) end,
	x = function(_, word) return format.hex(word) end,
	o = function(_, word) return ("0%o"):format(word & 0xffffffff) end,
	c = function(_, word) return sized(word, 4, true) == -1 and "EOF" or character(word) end,
	p = function(_, word) return hex(word) end,
	s = string_text,
	S = function(_, word) return hex(word) end,
}

local function function_text(process, address)
	local symbol = address ~= 0 and process:symbol(address)
	if not symbol then return hex(address) end
	return symbol.offset == 0 and symbol.name or ("%s+%d"):format(symbol.name, symbol.offset)
end
LETTERS.F = function_text

local function enumerator_text(kind, word)
	local value = sized(word, kind.size, kind.signed)
	for _, one in ipairs(kind.enumerators) do
		if one.value == value then return one.name end
	end
	return ("%d"):format(value)
end

local function pointer_text(process, kind, word, limit)
	local target = kind.target and kind.target.alias_of
	if target and target.kind == "function" then return function_text(process, word) end
	-- What may be changed may be filled by the function: it need not be a text yet.
	if target and target.kind == "char" and kind.target.name:find "const" then
		return string_text(process, word, limit)
	end
	return hex(word)
end

-- A value of a described type in an integer register; nil for one that is not passed so.
local function typed_text(process, kind, word, limit)
	local what = kind.kind
	if what == "pointer" then return pointer_text(process, kind, word, limit) end
	if what == "int" then return ("%d"):format(sized(word, kind.size, kind.signed)) end
	if what == "bool" then return word & 0xff ~= 0 and "true" or "false" end
	if what == "char" then return character(word) end
	if what == "enum" then return enumerator_text(kind, word) end
end

local function is_double(kind) return kind == "d" or type(kind) ~= "string" and kind.kind == "float" end

local function real(thread, index, kind)
	local single = kind ~= "d" and kind.size == 4
	if kind ~= "d" and kind.size > 8 or index > 7 then return nil end
	local view = thread.regs:view("xmm" .. index, single and "f32" or "f64")
	return view and ("%.9g"):format(view[1])
end

-- --- calls ---

-- What the format of printf asks for: kinds.
local function kinds_of_format(text)
	local kinds = {}
	for stars, length, letter in text:gsub("%%%%", ""):gmatch "%%([-+ #0-9.*']*)([hlqjztL]*)(%a)" do
		for _ in stars:gmatch "%*" do kinds[#kinds + 1] = "i" end
		if letter:find "[di]" then kinds[#kinds + 1] = length:find "[lqjzt]" and "l" or "i"
		elseif letter:find "[uxXo]" then kinds[#kinds + 1] = length:find "[lqjzt]" and "u" or "i"
		elseif letter:find "[eEfFgGaA]" then
			if length == "L" then break end
			kinds[#kinds + 1] = "d"
		else kinds[#kinds + 1] = letter == "s" and "s" or letter == "c" and "c" or "p" end
	end
	return kinds
end

-- The arguments of a call at its entry (c: of process:hook) as texts. `late[i]` are those to be read again when
-- it has returned: addresses.
function signature.arguments(c, known, limit)
	local texts, late, word, float = {}, {}, 0, 0
	local last_format
	local function add(kind)
		if is_double(kind) then
			texts[#texts + 1], float = real(c.thread, float, kind) or "?", float + 1
			return true
		end
		word = word + 1
		local value = c.args[word]
		local text
		if type(kind) == "string" then text = LETTERS[kind](c.process, value, limit)
		else text = typed_text(c.process, kind, value, limit) end
		texts[#texts + 1] = text or "..."
		if kind == "S" then late[#texts] = value end
		if kind == "s" then last_format = value end
		return text ~= nil -- a struct takes registers in ways of its own: what follows is not known
	end
	for _, kind in ipairs(known and known.args or { "p", "p", "p" }) do
		if kind == "." then
			local text = last_format and c.process:cstr(last_format, TEXT_MAX)
			for _, wanted in ipairs(text and kinds_of_format(text) or {}) do add(wanted) end
		elseif not add(kind) then break end
	end
	if not known then texts[#texts + 1] = "..." end
	return texts, late
end

-- The result of a call that returns; `late` texts are filled in.
function signature.result(c, known, texts, late, limit)
	for i, address in pairs(late) do texts[i] = c.ret == 0 and texts[i] or string_text(c.process, address, limit) end
	local kind = known and known.result or nil
	if kind == "v" then return "<void>" end
	if kind == nil then return hex(c.ret) end
	if is_double(kind) then return real(c.thread, 0, kind) or "?" end
	if type(kind) == "string" then return LETTERS[kind](c.process, c.ret, limit) end
	return typed_text(c.process, kind, c.ret, limit) or "..."
end

return signature
