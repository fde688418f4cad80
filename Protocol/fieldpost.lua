-- A Wireshark dissector for the Fieldpost protocol over plain TCP (PROTOCOL.md, 13.5). Load it by
-- `wireshark -X lua_script:fieldpost.lua`, or put it into the folder of personal Lua plugins. It is tried with
-- Wireshark 4.0 (Lua 5.2).

-- The messages of fieldpost.proto: name, type of frame, and streams if it stands on one. Then type, name and number of
-- each field, and its rule (PROTOCOL.md, 4). `*N`: repeated, at most N. `=N`: N bytes. `?N`: N bytes or none. `%N`: a
-- multiple of N bytes. `A..B`: the number, or the bytes, are A to B; less is malformedMessage, more limitExceeded; with
-- `!` both are malformedMessage. SEQ is 2^40 - 1, MAX no limit. `!` alone: a part that must be there. `-`: only its
-- size is shown. No message contains itself, so the depth has an end.
local SCHEMA = [[
Hello 1: bytes node 1 =32; Role role 2 1..2!; string name 3 0..1024; bytes incarnation 4 =16; bytes boot 5 =16;
  ClockReading clock 6; string link_class 7 0..1024; uint32 frame_bytes 8; uint32*1024 dictionaries 9;
  Head*1024 heads 10; Head*1024 receipts 11; string*1024 grids 12 0..256; bytes predecessor 13 ?16; bytes people 14 ?32;
  bool compares 15
Heads 2: Head*1024 heads 1
Pull 3 1..32767: Head after 1 !; uint32 credit_bytes 2
Announce 4: Head head 1 !
Batch 5 1..65535: bytes origin 1 =48; uint64 first_seq 2; uint64 last_seq 3; bytes chain_before 4 =32;
  EntriesHeader entries 5; bytes data 15 -
Receipt 6: Head head 1 !; uint64*1024 quarantined 2 1..SEQ
Credit 7 1..65535: uint32 bytes 1
FeedPull 8 1..32767: FeedCursor after 1 !; uint32 credit_bytes 2; KnownEntry seen 3; bytes proof 4 -
FeedBatch 9 1..65535: FeedCursor up_to 1 !; bytes*1024 withdrawn 2 =16; KnownEntry*1024 vacated 3;
  EntriesHeader entries 5; bytes proofs 6 -; bytes proof 7 -; bytes data 15 -
FeedReceipt 10: FeedCursor cursor 1 !
Ping 11: uint64 token 1
Pong 12: uint64 token 1; ClockReading clock 2
Goodbye 13: uint32 code 1 0..65535!; string detail 2 0..1024
Fetch 14: bytes origin 1; uint64 first 2; uint64 last 3; bool foreign 4; Dot after 5
Fetched 15: Dot up_to 1; bool is_last 2; EntriesHeader entries 5; bytes proofs 6 -; bytes data 15 -
Locate 16: Head*64 points 1
Located 17: bytes origin 1 =48; uint64 agreed 2 0..SEQ; uint64 differing 3 0..SEQ
Enroll 18: string name 1 0..1024; string*1024 grids 2 0..256; bytes token 3 ?16-
Enrolled 19: bool is_admitted 1; string central 2 0..1024; string name 3 0..1024; string*1024 grids 4 0..256
Mark 20: uint64 number 1 1..MAX
Reached 21: uint64 number 1 1..MAX
BlobAsk 22: bytes blob 1 =32
BlobOffer 23: bytes blob 1 =32; uint64 byte_count 2 1..1099511627776
BlobPull 24 32768..65535: bytes blob 1 =32; uint64 offset 2 0..SEQ; uint32 credit_bytes 3
BlobChunk 25 32768..65535: uint64 offset 1 0..SEQ; bytes data 15 1..65536!-
BlobReceipt 26: bytes blob 1 =32; uint32 refusal 2 0..3!
Early 27: bytes origin 1 =48; uint64 seq 2 1..SEQ; bytes entry 3 1..32768-
EarlyReceipt 28: bytes origin 1 =48; uint64 seq 2 1..SEQ; bytes hash 3 =32
BlobGone 29: bytes blob 1 =32
Status 30: uint64 uptime_seconds 1; string version 2 1..32!; uint32 disk_stage 3; Backlog entries 4; Backlog urgent 5;
  Backlog photos 6; uint64 photos_through_seconds 7; uint32 photos_wait_for 8; string link 9 0..64;
  uint64 day_bytes_left 10; uint64 month_bytes_left 11; uint32*32 alarms 12
ThumbnailAsk 31: bytes blob 1 =32
Thumbnail 32: bytes blob 1 =32; bool is_last 2; bytes data 15 0..24576-
People 33: uint64 version 1; Person*256 people 2
Compare 34: uint32 subject 1 1..5!; bytes origin 2; Range*256 ranges 3; uint64 part_size 4; bool deep 5
Compared 35: bytes digests 1 %8 0..32768; bytes reports 2 %24 0..98304; bool is_cut 3; bytes repaired 4 %16 0..1600;
  uint64 next 5
Person: string name 1 1..256; string role 2 0..256; string group 3 0..256; string department 4 0..256;
  string*64 grids 5 1..256; string verifier 6 0..256-
Range: uint64 first 1; uint64 last 2
Backlog: uint64 count 1; uint64 bytes 2; uint64 oldest_seconds 3
ClockReading: int64 wall_milliseconds 1; ClockQuality quality 2; sint64 measured_offset_milliseconds 3;
  uint64 monotonic_milliseconds 4
Head: bytes origin 1 =48; uint64 seq 2 0..SEQ; bytes chain 3 =32; bytes proof 4 -
Dot: bytes origin 1 =48; uint64 seq 2 1..SEQ
KnownEntry: bytes origin 1 =48; uint64 seq 2 1..SEQ; bytes hash 3 =32; bytes proof 4 -
FeedCursor: bytes incarnation 1 =16; uint64 position 2
EntriesHeader: uint32 codec 1; uint32 dictionary 2; uint32 count 3; uint32 raw_bytes 4
]]
local ENUMS = { Role = { "gateway", "central" }, ClockQuality = { "synchronized" } }
local SEQ, GREETING_BYTES, FRAME_BYTES = 2 ^ 40 - 1, 16384, 1114112
-- The first four bytes of a preamble as a number.
local PREAMBLE = 0x464C4450
-- Fields of a frame: half a million would make a hostile one slow to look at.
local MOST_SHOWN = 20000

local types, streams, messages, fields, experts = {}, {}, {}, {}, {}
for name, number, least, most in SCHEMA:gmatch("(%u%a+) (%d+) ?(%d*)%.*(%d*): ") do
    types[tonumber(number)], streams[name] = name, { tonumber(least) or 0, tonumber(most) or 0 }
end

local proto, tcp_stream = Proto("fieldpost", "Fieldpost"), Field.new("tcp.stream")
proto.prefs.people = Pref.bool("Show people", false, "Who is in a list of people. Off: only how many bytes each has.")
local f = {
    version = ProtoField.uint16("fieldpost.version", "Version of the protocol"),
    length = ProtoField.uint32("fieldpost.length", "Length"),
    type = ProtoField.uint8("fieldpost.type", "Type", base.DEC, types),
    flags = ProtoField.uint8("fieldpost.flags", "Flags", base.HEX),
    stream = ProtoField.uint16("fieldpost.stream", "Stream"),
    checksum = ProtoField.uint32("fieldpost.checksum", "CRC-32", base.HEX),
    unknown = ProtoField.bytes("fieldpost.unknown", "Unknown field"),
}
local function snake(name) return (name:gsub("(%l)(%u)", "%1_%2"):lower()) end
for _, field in pairs(f) do fields[#fields + 1] = field end
for code in ("badPreamble unsupportedVersion frameTooLarge frameTooSmall badChecksum unknownFrame malformedMessage "
    .. "limitExceeded badBatch inflateTooLarge"):gmatch("%a+") do
    experts[code] = ProtoExpert.new("fieldpost." .. snake(code), code, expert.group.MALFORMED, expert.severity.ERROR)
end
local FORMS = { uint32 = "uint64", uint64 = "uint64", int64 = "int64", sint64 = "int64", bool = "bool",
    Role = "uint32", ClockQuality = "uint32" }
for name, text in SCHEMA:gsub("\n  ", " "):gmatch("(%a+)[^:\n]*: ([^\n]+)") do
    messages[name] = {}
    for kind, limit, field, number, rule in text:gmatch("(%w+)%*?(%d*) ([%w_]+) (%d+) ?([^;]*)") do
        local least, most = rule:match("(%d+)%.%.(%w+)")
        local make = ProtoField[FORMS[kind] or kind:find("^%l") and kind or "none"]
        local filter, words = "fieldpost." .. snake(name) .. "." .. field, ENUMS[kind]
        fields[#fields + 1] = words and make(filter, field, base.DEC, words) or make(filter, field)
        messages[name][tonumber(number)] = {
            name = field, kind = kind, form = FORMS[kind], shown = fields[#fields], limit = tonumber(limit),
            size = tonumber(rule:match("[=?](%d+)")), may_lack = rule:find("?", 1, true), is_needed = rule == "!",
            unit = tonumber(rule:match("%%(%d+)")) or 1, least = tonumber(least), is_strict = rule:find("!", 1, true),
            most = most == "SEQ" and SEQ or tonumber(most), is_hidden = rule:find("-", 1, true) }
    end
end
proto.fields, proto.experts = fields, experts

-- ---- Protocol Buffers ----

-- `frame` has the bytes of a frame, how many items may still be shown, and the first fault: its violation and a text.
local function blame(frame, is_wrong, text, code)
    if is_wrong and not frame.fault then frame.fault = { code or "malformedMessage", text } end
end

-- The position behind the varint at `at` (from 0), and its low and high 32 bits. Nil where it has no end, or more bits.
local function varint(bytes, at, stop)
    local low, high = 0, 0
    for shift = 0, 63, 7 do
        if at >= stop then return nil end
        local byte = bytes:byte(at + 1)
        local value = byte % 128 * 2 ^ shift
        at, low, high = at + 1, low + value % 2 ^ 32, high + math.floor(value / 2 ^ 32)
        if byte < 128 then return high < 2 ^ 32 and at or nil, low, high end
    end
end

local function shown_number(field, low, high)
    if field.form == "bool" then return low + high > 0 end
    if field.form == "uint32" then return low end
    if field.form == "uint64" then return UInt64.new(low, high) end
    if field.kind == "int64" then return Int64.new(low, high) end
    local is_negative = low % 2 == 1  -- zigzag
    low, high = math.floor(low / 2) + high % 2 * 2 ^ 31, math.floor(high / 2)
    return is_negative and Int64.new(2 ^ 32 - 1 - low, 2 ^ 32 - 1 - high) or Int64.new(low, high)
end

-- Adds a field to the tree. Gives the item of a message, for its fields.
local function show(field, frame, tree, from, start, stop, low, high)
    if not tree or frame.left == 0 then return nil end
    frame.left = frame.left - 1
    local range = frame.tvb(from, stop - from)
    if frame.left == 0 then tree:add(range, "There are more fields than are shown")
    elseif not field then tree:add(f.unknown, range)
    elseif field.form then tree:add(field.shown, range, shown_number(field, low, high))
    elseif field.is_hidden or start == stop or field.kind == "Person" and not proto.prefs.people then
        tree:add(range, ("%s: %d bytes"):format(field.name, stop - start))
    else return (tree:add_packet_field(field.shown, frame.tvb(start, stop - start), ENC_UTF_8)) end
end

local read

-- Puts a value into `into`: a number, a string of bytes, or a table for a message or a list.
local function take(field, frame, tree, from, start, stop, low, high, into)
    local item, name = show(field, frame, tree, from, start, stop, low, high), field.name
    if field.limit then
        into[name] = into[name] or {}
        into, name = into[name], #into[name] + 1
        blame(frame, name > field.limit, ("more than %d %s"):format(field.limit, field.name), "limitExceeded")
    end
    if field.form then into[name] = high * 2 ^ 32 + low
    elseif not messages[field.kind] then into[name] = frame.bytes:sub(start + 1, stop)
    else
        into[name] = into[name] or {}
        read(field.kind, frame, item, start, stop, into[name])
    end
end

-- Reads the message between two positions, until the first fault.
function read(name, frame, tree, at, stop, into)
    local from, start, low, high
    while at < stop and not frame.fault do
        from, at, low, high = at, varint(frame.bytes, at, stop)
        if not at or high > 0 or low < 8 then return blame(frame, true, "a field without a number") end
        local field, wire = messages[name][math.floor(low / 8)], low % 8
        start = at
        if wire == 0 or wire == 2 then
            at, low, high = varint(frame.bytes, at, stop)
            if not at then return blame(frame, true, "a varint that does not end, or has more than 64 bits") end
            if wire == 2 then start, at = at, at + high * 2 ^ 32 + low end
        elseif wire == 1 or wire == 5 then at = at + (wire == 1 and 8 or 4)
        else return blame(frame, true, ("a field of wire type %d"):format(wire)) end
        if at > stop then return blame(frame, true, "a field that reaches beyond its message") end
        if field and wire == (field.form and 0 or 2) then
            take(field, frame, tree, from, start, at, low, high, into)
        elseif field and field.form and field.limit and wire == 2 then  -- packed
            while start and start < at and not frame.fault do
                from, start, low, high = start, varint(frame.bytes, start, at)
                if start then take(field, frame, tree, from, from, start, low, high, into) end
                blame(frame, not start, "a packed varint that does not end")
            end
        else
            blame(frame, field and field.name == "data", "data that are no bytes")
            show(nil, frame, tree, from, start, at)
        end
    end
end

-- ---- Rules ----

local UTF8 = { "[\194-\223][\128-\191]", "\224[\160-\191][\128-\191]", "[\225-\236\238\239][\128-\191][\128-\191]",
    "\237[\128-\159][\128-\191]", "\240[\144-\191][\128-\191][\128-\191]",
    "[\241-\243][\128-\191][\128-\191][\128-\191]", "\244[\128-\143][\128-\191][\128-\191]" }
local function is_utf8(text)
    for _, pattern in ipairs(UTF8) do text = text:gsub(pattern, " ") end
    return not text:find("[\128-\255]")
end

-- By bytes. Lua's own order of strings is that of the locale.
local function is_before(a, b)
    for at = 1, math.min(#a, #b) do
        local one, other = a:byte(at), b:byte(at)
        if one ~= other then return one < other end
    end
    return #a < #b
end

local function ascend(bad, list, comes_before, text)
    for place = 2, #list do bad(not comes_before(list[place - 1], list[place]), text) end
end

local function differ(bad, heads)
    local origins = {}
    for _, head in ipairs(heads) do
        bad(origins[head.origin], "two heads of one origin")
        origins[head.origin] = true
    end
end

-- PROTOCOL.md, 7.4. What is deflated is not looked at: Wireshark inflates without a preset dictionary only.
local function check_entries(bad, header, data, may_withhold)
    if not header then return bad(#data > 0, "data without entries") end
    bad(header.codec > 1 or header.dictionary > header.codec, "an unknown codec or dictionary", "badBatch")
    bad(header.count == 0, "no entries", "badBatch")
    bad(header.count > 4096, "more than 4,096 entries", "limitExceeded")
    bad(header.raw_bytes > math.min(2 ^ 20, 100 * #data), "raw_bytes is too large", "inflateTooLarge")
    bad(header.raw_bytes < header.count, "fewer bytes than entries", "badBatch")
    if header.codec > 0 then return end
    bad(header.raw_bytes ~= #data, "raw_bytes is not the size of the data", "badBatch")
    local at, count, low, high = 0, 0, nil, nil
    while at < #data and count <= header.count do
        at, low, high = varint(data, at, #data)
        if not at then return bad(true, "the length of an entry does not end", "badBatch") end
        local size = high * 2 ^ 32 + low
        bad(size == 0 and not may_withhold, "a withheld entry", "badBatch")
        at, count = at + (size == 0 and 32 or size), count + 1
    end
    bad(at > #data or count ~= header.count, "not as many entries as count says", "badBatch")
end

-- What the table cannot say. Absent numbers are 0 here, absent bytes and texts "", absent lists empty.
local RULES = {
    Hello = function(v, bad)
        bad(v.frame_bytes < FRAME_BYTES, "frame_bytes is below 1,114,112", "limitExceeded")
        differ(bad, v.heads)
        differ(bad, v.receipts)
    end,
    Heads = function(v, bad) differ(bad, v.heads) end,
    FeedCursor = function(v, bad) bad(v.position >= 2 ^ 63, "a position above 2^63 - 1", "limitExceeded") end,
    Batch = function(v, bad)
        local count = v.last_seq - v.first_seq + 1
        bad(not v.entries, "no entries", "badBatch")
        check_entries(bad, v.entries, v.data, true)
        bad(v.first_seq < 1 or count < 1 or v.last_seq > SEQ, "no such seqs", "badBatch")
        bad(v.entries and count ~= v.entries.count, "not as many entries as seqs", "badBatch")
    end,
    FeedBatch = function(v, bad)
        bad(not v.entries and #v.withdrawn + #v.vacated == 0 and v.data == "", "an empty feed batch", "badBatch")
        check_entries(bad, v.entries, v.data)
    end,
    Fetch = function(v, bad)
        local is_run = #v.origin == 48 and v.first > 0 and v.first <= v.last and v.last <= SEQ and not v.after
        local is_foreign = v.origin == "" and v.first == 0 and v.last == 0
        bad(not (v.foreign > 0 and is_foreign or v.foreign == 0 and is_run), "neither a run nor foreign entries")
    end,
    Fetched = function(v, bad)
        bad(v.is_last == 0 and not v.up_to, "neither the last nor up to a dot")
        check_entries(bad, v.entries, v.data, v.up_to)
    end,
    Locate = function(v, bad)
        bad(#v.points == 0, "no points")
        ascend(bad, v.points, function(a, b) return a.origin == b.origin and a.seq < b.seq end, "points do not ascend")
    end,
    Thumbnail = function(v, bad) bad(v.data == "" and v.is_last == 0, "an empty piece, and not the last") end,
    Status = function(v, bad) bad(v.version:find("[^ -~]"), "version has more than printable ASCII") end,
    Person = function(v, bad) bad(table.concat(v.grids):find("\n"), "a grid of several lines") end,
    People = function(v, bad)
        ascend(bad, v.people, function(a, b) return is_before(a.name, b.name) end, "people do not ascend by name")
    end,
    Compare = function(v, bad)
        local in_parts, of_slots, size, count = v.subject <= 2, v.subject == 2 or v.subject == 3, 0, 0
        bad((v.subject == 1 or v.subject == 5) and #v.origin ~= 48, "origin has a wrong size")
        bad(not (" 1 32 1024 32768 1048576 "):find((" %.0f "):format(v.part_size), 1, true), "an unknown part_size")
        bad(#v.ranges == 0 or v.subject == 4 and #v.ranges > 1, "no range, or several for rows")
        ascend(bad, v.ranges, function(a, b) return a.last < b.first end, "ranges do not ascend")
        for _, range in ipairs(v.ranges) do
            bad(range.first > range.last or range.last > (of_slots and 65535 or SEQ), "no such range")
            bad(in_parts and range.first % v.part_size > 0, "a range begins inside a part")
            bad(v.subject == 5 and range.first == 0, "seq 0 lacks")
            size = size + range.last - range.first + 1
            count = count + math.floor((range.last - range.first) / v.part_size) + 1
        end
        bad(in_parts and count > 4096, "more than 4,096 parts", "limitExceeded")
        bad(in_parts and v.deep > 0 and size > 32768, "more than 32,768 deep seqs", "limitExceeded")
        bad(v.subject == 3 and size > 64, "more than 64 slots", "limitExceeded")
    end,
    Compared = function(v, bad)
        for at = 25, #v.reports, 24 do
            local is_ascending = is_before(v.reports:sub(at - 24, at - 9), v.reports:sub(at, at + 15))
            bad(not is_ascending, "reports do not ascend")
        end
    end,
}

local check

local function check_value(field, frame, v)
    if messages[field.kind] then
        blame(frame, not v and field.is_needed, field.name .. " is missing")
        return v and check(field.kind, frame, v)
    end
    local size = field.form and v or #v
    local is_sized = not field.size or size == field.size or field.may_lack and size == 0
    blame(frame, not is_sized or size % field.unit > 0, field.name .. " has a wrong size")
    blame(frame, field.least and size < field.least, field.name .. " is too small")
    local code = not field.is_strict and "limitExceeded" or nil
    blame(frame, field.most and size > field.most, field.name .. " is too large", code)
    blame(frame, field.kind == "string" and not is_utf8(v), field.name .. " is not UTF-8")
end

-- Fills in what is absent, and looks at each part.
function check(name, frame, value)
    for _, field in pairs(messages[name]) do
        if field.limit then value[field.name] = value[field.name] or {}
        elseif not messages[field.kind] then value[field.name] = value[field.name] or field.form and 0 or "" end
        for _, v in ipairs(field.limit and value[field.name] or {}) do check_value(field, frame, v) end
        if not field.limit then check_value(field, frame, value[field.name]) end
    end
    if RULES[name] then RULES[name](value, function(...) blame(frame, ...) end) end
end

-- ---- Frames ----

-- Lua 5.2 has a function for this. Later versions have an operator, which 5.2 cannot parse.
local xor = bit32 and bit32.bxor or load("return function(a, b) return a ~ b end")()
local remainders = {}
for index = 0, 255 do
    local remainder = index
    for _ = 1, 8 do remainder = xor(math.floor(remainder / 2), remainder % 2 * 0xEDB88320) end
    remainders[index] = remainder
end
local function crc32(bytes)
    local crc = 0xFFFFFFFF
    for at = 1, #bytes do crc = xor(math.floor(crc / 256), remainders[xor(crc, bytes:byte(at)) % 256]) end
    return xor(crc, 0xFFFFFFFF)
end

-- A sound message in one line.
local function summary(name, v)
    local words, head = { name }, v.head or v.after or v.up_to or v.cursor or v
    local function say(text, ...) words[#words + 1] = text:format(...) end
    if v.entries and v.data then say("%.0f entries", v.entries.count) end
    local origin = head.origin or v.origin or ""
    if #origin == 48 then say("of %02x%02x%02x%02x…", origin:byte(1, 4)) end
    for word in ("heads receipts withdrawn vacated points people ranges seq position first_seq last_seq first last "
        .. "role code token number offset byte_count bytes credit_bytes subject"):gmatch("[%a_]+") do
        local value = head[word] or v[word]
        if type(value) == "table" and #value > 0 then say("%d %s", #value, word)
        elseif type(value) == "number" and value > 0 then say("%s %.0f", word, value) end
    end
    if v.detail then say("%s", (v.detail:gsub("%c", " "))) end
    return table.concat(words, " ")
end

-- By connection and side: the packets with its preamble and with its hello, which come in this order.
local begun, greeted = {}, {}
function proto.init() begun, greeted = {}, {} end
local function side(pinfo) return ("%s %s"):format(tcp_stream(), pinfo.src_port) end
local function limit(pinfo)
    local key = side(pinfo)
    local is_greeted = not begun[key] or greeted[key] and pinfo.number >= greeted[key]
    return is_greeted and FRAME_BYTES or GREETING_BYTES
end

-- How many bytes the preamble or the frame at `offset` has. Where that cannot be believed, all that are here.
local function size(tvb, pinfo, offset)
    local left, body = tvb:len() - offset, tvb(offset, 4):uint()
    if body == PREAMBLE then return 8 end
    local is_known = left < 5 or types[tvb(offset + 4, 1):uint()] or body + 4 <= left
    return body >= 8 and body <= limit(pinfo) and is_known and body + 4 or left
end

-- Shows the header of a frame, and gives its message and stream; or nil, then its violation and a text. The checks here
-- and in `dissect_frame` have the order of PROTOCOL.md, 3.4.
local function dissect_header(tvb, pinfo, item)
    local body = tvb(0, 4):uint()
    item:add(f.length, tvb(0, 4))
    if body > limit(pinfo) then return nil, "frameTooLarge", ("a body of %.0f bytes"):format(body) end
    if body < 8 then return nil, "frameTooSmall", ("a body of %d bytes"):format(body) end
    if tvb:len() < 8 then return nil end
    local type, flags, stream = tvb(4, 1):uint(), tvb(5, 1):uint(), tvb(6, 2):uint()
    item:add(f.type, tvb(4, 1))
    item:add(f.flags, tvb(5, 1))
    item:add(f.stream, tvb(6, 2))
    local name = types[type]
    if not name then return nil, "unknownFrame", "type " .. type end
    item:append_text(", " .. name)
    if flags > 0 then return nil, "malformedMessage", "flags, of which version 1 has none" end
    if stream >= streams[name][1] and stream <= streams[name][2] then return name, stream end
    return nil, "malformedMessage", name .. " on stream " .. stream
end

local function dissect_frame(tvb, pinfo, item)
    local name, stream, text = dissect_header(tvb, pinfo, item)
    if not name then return stream, text end
    local body, value = tvb(0, 4):uint(), {}
    if tvb:len() < body + 4 then return item:append_text(", not whole in this capture") and nil end
    local frame = { bytes = tvb:raw(0, body), tvb = tvb, left = MOST_SHOWN }
    item:add(f.checksum, tvb(body, 4))
    blame(frame, crc32(frame.bytes) ~= tvb(body, 4):uint(), "the CRC-32 is not that of the frame", "badChecksum")
    blame(frame, name == "Status" and body > 1032, "more than 1,024 bytes", "limitExceeded")
    blame(frame, name == "People" and body > 65544, "more than 65,536 bytes", "limitExceeded")
    read(name, frame, item, 8, body, value)
    if not frame.fault then check(name, frame, value) end
    if frame.fault then return frame.fault[1], frame.fault[2] end
    if name == "Hello" then greeted[side(pinfo)] = greeted[side(pinfo)] or pinfo.number end
    pinfo.cols.info:append(summary(name, value) .. (stream > 0 and " stream " .. stream or "") .. "  ")
end

local function dissect_preamble(tvb, pinfo, item)
    if tvb:len() < 8 or tvb:raw(0, 6) ~= "FLDPST" then return "badPreamble", "neither a preamble nor a frame" end
    item:append_text(", preamble"):add(f.version, tvb(6, 2))
    if tvb(6, 2):uint() ~= 1 then return "unsupportedVersion", "version " .. tvb(6, 2):uint() end
    begun[side(pinfo)] = begun[side(pinfo)] or pinfo.number
    pinfo.cols.info:append("Preamble  ")
end

local function dissect_part(tvb, pinfo, tree)
    local item, is_frame = tree:add(proto, tvb()), tvb(0, 1):uint() == 0 or begun[side(pinfo)]
    if tvb(0, 4):uint() == PREAMBLE then is_frame = false end
    local code, text = (is_frame and dissect_frame or dissect_preamble)(tvb, pinfo, item)
    if code then
        item:add_proto_expert_info(experts[code], code .. ": " .. text)
        pinfo.cols.info:append("!! " .. code .. "  ")
    end
    pinfo.cols.info:fence()
    return tvb:len()
end

function proto.dissector(tvb, pinfo, tree)
    pinfo.cols.protocol = "Fieldpost"
    pinfo.cols.info:clear()
    dissect_tcp_pdus(tvb, tree, 4, size, dissect_part)
    return tvb:len()
end

DissectorTable.get("tcp.port"):add_for_decode_as(proto)
proto:register_heuristic("tcp", function(tvb, pinfo, tree)
    if tvb:len() < 6 or tvb:raw(0, 6) ~= "FLDPST" then return false end
    pinfo.conversation = proto
    proto.dissector(tvb, pinfo, tree)
    return true
end)
