#!lua name=signalbox
--
-- The coordination library of Signalbox: claims, waits, states, messages and their history, each change decided in one
-- round trip. What every function promises stands in PROTOCOL.md; this file says how.
--
-- A call has two halves. The first reads, decides and collects in a table of its own (`c`) what is to become of locks,
-- queue and history. The second, `commit`, turns that into commands, checks for all of them that this user may run
-- them and that their keys have the right type, and only then runs them. A function of Redis is isolated but not
-- transactional: nothing after the first write may fail, so everything that can fail comes before it.
--
-- The lock's text is the truth. Everything under `signalbox:` is an index that is compared with it when met, and mended.

local VERSION = '1.3.0'

local LIMITS = {
  name = 128, -- bytes of an agent's name, a wait's or message's id
  resource = 1024,
  levels = 64, -- of a path
  resources = 64, -- of one call
  claims = 1000, -- of one agent
  waiters = 256,
  waited = 2048, -- resources that are waited for, by all together
  below = 2000, -- entries that one call looks at below folders
  state = 65536,
  depth = 32,
  task = 512,
  text = 4096,
  detail = 1024,
  ttl = 86400000,
  agents = 1000,
  inbox = 100,
  unread = 604800000, -- ms after its last message that an inbox is kept
  seen = 10000,
  sent = 1000,
  history = 20000,
  wait = 600000, -- ms that one call of a hook may last
}

-- A waiter that is not heard for so long has left, and a lease that was granted to one must be confirmed within it, in ms.
local PATIENCE = 10000
-- How many leases that are over are looked after by a call that has something else to do.
local FEW = 8
-- How many entries of an index are looked at when it is full.
local MENDED = 50
-- The largest whole number that every JSON reader takes exactly.
local MOST = 9007199254740991
-- A number that is counted on from leaves room for more than one call takes.
local LAST = MOST - 1000000

-------------------------------------------------------------------------------------------------- words and numbers

-- A whole number in digits; what is after the point of any other is cut off.
local function whole(n)
  return string.format('%d', n)
end

-- JSON of a text. cjson escapes the slash, which is allowed but hard to read in a path.
local function quote(text)
  local json = cjson.encode(text)
  if json:find('\\/', 1, true) then json = json:gsub('\\/', '/') end
  return json
end

local function quote_all(list)
  local parts = {}
  for i, text in ipairs(list) do
    parts[i] = quote(text)
  end
  return '[' .. table.concat(parts, ',') .. ']'
end

-- Ends the call with an error reply. Nothing has been written, since `commit` refuses before it writes.
local function refuse(text, code)
  error({ refusal = (code or 'ERR') .. ' signalbox: ' .. text }, 0)
end

-- A text for somebody else's eyes: what stands in a raw lock may be anything.
local function shown(text)
  return (text:gsub('%c', ' '):sub(1, LIMITS.name))
end

--------------------------------------------------------------------------------------------------------- arguments

local function need(args, least, most, what)
  if #args < least or #args > (most or least) then
    refuse('wrong number of arguments; expected: ' .. what)
  end
end

local function name_of(text, what)
  if text == '' then refuse(what .. ' is missing') end
  if #text > LIMITS.name then refuse(what .. ' is longer than ' .. LIMITS.name .. ' bytes') end
  if text:find('%c') then refuse(what .. ' has a control character in it') end
  return text
end

local function text_of(text, most, what)
  if #text > most then refuse(what .. ' is longer than ' .. most .. ' bytes') end
  return text
end

local function number_of(text, most, what)
  local n = text:match('^%d+$') and #text <= 16 and tonumber(text)
  if not n or n > most then refuse(what .. ' is not a whole number up to ' .. whole(most)) end
  return n
end

local function ttl_of(text)
  local ttl = number_of(text, LIMITS.ttl, 'the time to live in ms')
  if ttl < 1 then refuse('the time to live is at least 1 ms') end
  return ttl
end

local function is_named(resource)
  return resource:find('^%a[%a%d]*:') ~= nil
end

local function is_folder(resource)
  return resource:sub(-1) == '/' and not is_named(resource)
end

local function check_path(path)
  local bad
  if path == './' then
    return
  elseif path:sub(1, 2) == './' then
    -- Only a file that would pass for a named thing is written so.
    bad = not is_named(path:sub(3)) or path:find('/', 3, true)
  else
    bad = path:sub(1, 1) == '/' or path:find('//', 1, true)
  end
  local padded = '/' .. (path:sub(1, 2) == './' and path:sub(3) or path) .. '/'
  if bad or padded:find('/./', 1, true) or padded:find('/../', 1, true) then
    refuse('"' .. shown(path) .. '" is not a path from the root of the repository: no leading /, no //, . or .. in it')
  end
  local _, slashes = path:gsub('/', '')
  if slashes > LIMITS.levels then refuse('a path is deeper than ' .. LIMITS.levels .. ' levels') end
end

-- The resources that the keys after the first name, each once.
local function resources_of(c, keys, least, most)
  local list, place = {}, {}
  if #keys - 1 < least then refuse('name a lock: the keys after the first are ' .. c.ns .. 'lock:<resource>') end
  if #keys - 1 > most then refuse('more than ' .. most .. ' resources in one call') end
  local prefix = c.ns .. 'lock:'
  for i = 2, #keys do
    local key = keys[i]
    if key:sub(1, #prefix) ~= prefix then refuse('"' .. shown(key) .. '" is no lock of this namespace: ' .. prefix .. '<resource>') end
    local resource = key:sub(#prefix + 1)
    if resource == '' then refuse('a resource has no name') end
    if #resource > LIMITS.resource then refuse('a resource is longer than ' .. LIMITS.resource .. ' bytes') end
    if resource:find('%c') then refuse('a resource has a control character in it') end
    if not is_named(resource) then check_path(resource) end
    if not place[resource] then
      list[#list + 1] = resource
      place[resource] = i - 1
    end
  end
  return list, place
end

------------------------------------------------------------------------------------------------------ what is where

-- The folders above a resource, nearest first; none above a named thing. What is no folder may become one of its name.
local function above(resource)
  local folders = {}
  if is_named(resource) or resource == './' then return folders end
  local path = resource:sub(1, 2) == './' and '' or resource
  if path ~= '' and path:sub(-1) ~= '/' then folders[1] = path .. '/' end
  local ends = {}
  local at = path:find('/', 1, true)
  while at and at < #path do
    ends[#ends + 1] = at
    at = path:find('/', at + 1, true)
  end
  for i = #ends, 1, -1 do
    folders[#folders + 1] = path:sub(1, ends[i])
  end
  folders[#folders + 1] = './'
  return folders
end

-- Whether two resources are the same or one lies in the other.
local function overlaps(one, other)
  if one == other then return true end
  for _, pair in ipairs({ { one, other }, { other, one } }) do
    for _, folder in ipairs(above(pair[1])) do
      if folder == pair[2] then return true end
    end
  end
  return false
end

local function is_child(agent, parent)
  return #agent > #parent and agent:sub(1, #parent + 1) == parent .. '/'
end

-- Sets of resources, each with whom it belongs to, that can be asked for what clashes with a resource. What lies below which
-- folder is found out when a folder is asked for: paths may be deep, and most of what is claimed are files.
local function new_book()
  return { own = {}, entries = {} }
end

local function add_to(set, key, whom)
  local list = set[key]
  if not list then
    list = {}
    set[key] = list
  end
  list[#list + 1] = whom
end

local function enter_below(book, resource, whom)
  for _, folder in ipairs(above(resource)) do
    add_to(book.under, folder, whom)
  end
end

local function enter(book, resource, whom)
  add_to(book.own, resource, whom)
  book.entries[#book.entries + 1] = { resource, whom }
  if book.under then enter_below(book, resource, whom) end
end

local function below_in(book, folder)
  if not book.under then
    book.under = {}
    for _, entry in ipairs(book.entries) do
      enter_below(book, entry[1], entry[2])
    end
  end
  return book.under[folder]
end

-- Calls `visit` for everybody in the book whose resource is this one, above it or below it, until it returns a value.
local function clashing(book, resource, visit)
  local function each(list)
    for _, whom in ipairs(list or {}) do
      local found = visit(whom)
      if found then return found end
    end
  end
  local found = each(book.own[resource])
  if found then return found end
  for _, folder in ipairs(above(resource)) do
    found = each(book.own[folder])
    if found then return found end
  end
  return is_folder(resource) and each(below_in(book, resource)) or nil
end

-------------------------------------------------------------------------------------------------------------- a call

-- Ends the call where a command that only reads has failed: this user may not run it, or the key has another type.
local function unread(reply, command, key)
  if reply.err:find('WRONGTYPE', 1, true) then
    refuse('the key ' .. shown(key) .. ' has another type than it should; move it out of the way')
  end
  refuse('this user lacks a right: ' .. command:lower() .. (key and ' on ' .. shown(key) or ''), 'NOPERM')
end

-- What such a command replies.
local function ask(command, ...)
  local reply = redis.pcall(command, ...)
  if type(reply) == 'table' and reply.err then unread(reply, command, (...)) end
  return reply
end

local function begin(keys)
  if #keys == 0 then refuse('the first key is <namespace>agent:seq') end
  local ns = keys[1]:match('^(.*)agent:seq$')
  if not ns then refuse('the first key is <namespace>agent:seq, not "' .. shown(keys[1]) .. '"') end
  local time = ask('TIME')
  local us = tonumber(time[1]) * 1000000 + tonumber(time[2])
  return {
    ns = ns,
    side = ns .. 'signalbox:',
    us = us,
    now = math.floor(us / 1000),
    at = whole(us),
    typed = {}, -- keys that were read as what they have to be
    locks = {}, -- resource -> the lock as it is or will be, false where it is free
    leases = {}, -- resource -> what the index says of it, false where it says nothing
    settled = {},
    changed = {}, -- resource -> { write =, holders = }: what has to be written, and whose it was
    order = {}, -- the keys of `changed`, in order
    taken = {}, -- resources that were locked by this call, which the index will know only when it has ended
    freed = {}, -- resources that may be what somebody waits for
    yielded = {}, -- resource -> who lost it to those who wait
    events = {}, -- what happened, in order
    rest = {}, -- other commands
    inspected = 0,
    below = {}, -- folder -> what lies below it
    holding = {}, -- resource -> who holds something that clashes with it
  }
end

-- Reads a key as a type; that it has it need not be checked again.
local function read(c, command, key, ...)
  local reply = redis.pcall(command, key, ...)
  if type(reply) == 'table' and reply.err then unread(reply, command, key) end
  c.typed[key] = true
  return reply
end

local function also(c, ...)
  c.rest[#c.rest + 1] = { ... }
end

-- The next fencing number: one counter for all that has to grow over failover, FLUSHALL and restart.
local function counter(c)
  if not c.token then
    local stored = read(c, 'GET', c.side .. 'token') or '0'
    local n = stored:match('^%d+$') and #stored <= 16 and tonumber(stored) or 0
    -- A number from the far future would use up all there are.
    if n > LAST then n = 0 end
    c.token = n
  end
  return c.token
end

local function next_token(c)
  c.token = math.max(counter(c) + 1, c.us)
  c.token_taken = true
  return c.token
end

-- Something that happened. `fields` are names and values in turn: texts are quoted, numbers printed, tables are lists.
local function fields_text(fields)
  local parts = {}
  for i = 1, #fields, 2 do
    local value = fields[i + 1]
    local kind = type(value)
    local text = kind == 'number' and whole(value) or kind == 'table' and quote_all(value) or quote(value)
    parts[#parts + 1] = '"' .. fields[i] .. '":' .. text .. ','
  end
  return table.concat(parts)
end

-- The first part of an event's text. What an agent's own call tells of it says for whom and what it acts, where that is known.
local function head_of(c, kind, agent, fields)
  local head = '{"kind":"' .. kind .. '","agent":' .. quote(agent) .. ',' .. fields_text(fields)
  -- Of itself an agent says its role anyway.
  return c.who and c.who.agent == agent and kind ~= 'hello' and head .. c.who.text or head
end

local function tell(c, kind, agent, fields)
  local head = head_of(c, kind, agent, fields) .. '"seq":'
  c.events[#c.events + 1] = { kind = kind, agent = agent, head = head, tail = ',"at":"' .. c.at .. '"}' }
  return c.events[#c.events]
end

-- Something that has no number, told only once for each `about` while `mark` is the same.
local function tell_once(c, kind, agent, about, mark, fields)
  local key, field = c.side .. 'seen', kind .. '\n' .. agent .. '\n' .. about
  local mark_before, count = (read(c, 'HGET', key, field) or ''):match('^(.*) (%d+)$')
  if mark_before == mark then
    also(c, 'HSET', key, field, mark .. ' ' .. whole(tonumber(count) + 1))
    return
  end
  if read(c, 'HLEN', key) >= LIMITS.seen then also(c, 'DEL', key) end
  also(c, 'HSET', key, field, mark .. ' 1')
  also(c, 'PEXPIRE', key, LIMITS.ttl)
  local head = head_of(c, kind, agent, fields) .. '"id":"'
  c.events[#c.events + 1] = { kind = kind, agent = agent, head = head, tail = '","at":"' .. c.at .. '"}', unnumbered = true }
end

-- A number that somebody else may have written, brought into bounds; nil if it is none.
local function bounded(value, least, most)
  local n = tonumber(value)
  if not n or n ~= n then return nil end
  return math.min(math.max(n, least), most)
end

-- A time in ms that the fleet's configuration sets, else the usual one.
local function setting(c, name, least, most, usual)
  c.config = c.config or {}
  if not c.config[name] then
    c.config[name] = math.floor(bounded(read(c, 'HGET', c.ns .. 'agent:config', name) or '', least, most) or usual)
  end
  return c.config[name]
end

local function yield_after(c)
  return setting(c, 'claims.yieldAfter', 0, LIMITS.ttl, 5000)
end

-------------------------------------------------------------------------------------------------------------- inboxes

local function inbox_key(c, agent)
  return c.ns .. 'agent:inbox:' .. agent
end

-- Whether an inbox takes another message: not if its last id leaves no room for one.
local function inbox_takes(c, agent)
  local last = read(c, 'XREVRANGE', inbox_key(c, agent), '+', '-', 'COUNT', 1)[1]
  local ms = last and last[1]:match('^(%d+)-') or '0'
  return #ms <= 16
end

local function put_message(c, agent, id, from, text)
  also(c, 'XADD', inbox_key(c, agent), 'MAXLEN', whole(LIMITS.inbox), '*', 'id', id, 'at', whole(c.now), 'from', from, 'text', text)
  -- Of an agent that never comes nothing stays for ever.
  also(c, 'PEXPIRE', inbox_key(c, agent), whole(LIMITS.unread))
end

-- Tells an agent what became of its claims, where its inbox takes it.
local function note(c, agent, id, from, text)
  if agent ~= from and agent ~= '' and inbox_takes(c, agent) then put_message(c, agent, id, from, text) end
end

--------------------------------------------------------------------------------------------------------------- locks

-- A lease as it stands in a lock or in the index. `over` is when it ends, in ms; `back` is the parent's, who lent it. Of one
-- that was made for an edit `edit` is when that last happened, in ms, `open` says that one goes on, and `yields` that it
-- ends early because somebody waits. `had` is when a claim ends that was made otherwise, in ms, where edits happen within it.
local function parse_lease(c, text, deep)
  if text:sub(1, 1) ~= '{' then return nil end
  local ok, json = pcall(cjson.decode, text)
  if not ok or type(json) ~= 'table' then return nil end
  local function lease_of(j, left)
    local token = type(j.token) == 'string' and j.token:match('^%d+$') and #j.token <= 16 and tonumber(j.token)
    if type(j.holder) ~= 'string' or j.holder == '' or #j.holder > LIMITS.name or not token then return nil end
    -- A number that was never given out is not ours.
    if token > c.us and token > counter(c) then return nil end
    local back = type(j.back) == 'table' and left > 0 and lease_of(j.back, left - 1) or nil
    if back and not back.over then back = back.back end
    return {
      holder = j.holder,
      token = token,
      task = type(j.task) == 'string' and j.task or '',
      since = bounded(j.since, 0, c.now) or c.now,
      over = bounded(j['until'], 0, c.now + LIMITS.ttl),
      ttl = bounded(j.ttl, 1, LIMITS.ttl) or 1,
      was = bounded(j.was, 0, token),
      edit = bounded(j.edit, 0, c.now),
      open = j.open == 1,
      yields = j.yields == 1,
      had = bounded(j.had, 0, c.now + LIMITS.ttl),
      back = back,
    }
  end
  return lease_of(json, deep or LIMITS.depth)
end

local function lease_text(lease)
  local text = '{"holder":'
    .. quote(lease.holder)
    .. ',"token":"'
    .. whole(lease.token)
    .. '","task":'
    .. quote(lease.task)
    .. ',"since":'
    .. whole(lease.since)
    .. ',"until":'
    .. whole(lease.over)
    .. ',"ttl":'
    .. whole(lease.ttl)
  if lease.was then text = text .. ',"was":' .. whole(lease.was) end
  if lease.edit then text = text .. ',"edit":' .. whole(lease.edit) end
  if lease.open then text = text .. ',"open":1' end
  if lease.yields then text = text .. ',"yields":1' end
  if lease.had then text = text .. ',"had":' .. whole(lease.had) end
  if lease.back then text = text .. ',"back":' .. lease_text(lease.back) end
  return text .. '}'
end

local function lock_key(c, resource)
  return c.ns .. 'lock:' .. resource
end

local function time_left(c, resource)
  return ask('PTTL', lock_key(c, resource))
end

-- The lock of a resource: a lease, a raw lock (`raw`), or false.
local function lock(c, resource)
  local known = c.locks[resource]
  if known ~= nil then return known end
  local text = redis.pcall('GET', lock_key(c, resource))
  local found
  if type(text) == 'table' then
    if not text.err:find('WRONGTYPE', 1, true) then
      refuse('this user lacks a right: get on ' .. shown(lock_key(c, resource)), 'NOPERM')
    end
    found = { raw = true, holder = '?' }
  elseif not text then
    found = false
  else
    found = parse_lease(c, text)
    if not found then
      found = { raw = true, holder = text == '' and '?' or shown(text) }
    else
      if not found.over then
        local left = time_left(c, resource)
        found.over = c.now + (left >= 0 and left or LIMITS.ttl)
      end
      -- The key outlived its lease: somebody took its expiry away.
      if found.over <= c.now then found = false end
    end
  end
  c.locks[resource] = found
  return found
end

local function holders_of(lease, set)
  while lease do
    if not lease.raw then set[lease.holder] = true end
    lease = lease.back
  end
end

-- Notes that something about a resource has to be written; with `write` its lock too, else only what is known about it.
local function touch(c, resource, write)
  c.holding = {}
  local change = c.changed[resource]
  if not change then
    change = { holders = {} }
    c.changed[resource] = change
    c.order[#c.order + 1] = resource
    holders_of(c.leases[resource] or nil, change.holders)
    holders_of(c.locks[resource] or nil, change.holders)
  end
  change.write = change.write or write
end

local function put(c, resource, lease)
  touch(c, resource, true)
  c.locks[resource] = lease
  c.taken[#c.taken + 1] = resource
end

local function drop(c, resource)
  touch(c, resource, true)
  c.locks[resource] = false
  c.freed[#c.freed + 1] = resource
end

local each_lock, is_open

-- Whether somebody else is in the way of a parent that would have its lease back: the child's lock may have gone before its
-- time, and nobody looks for one that has gone above what is claimed.
local function is_taken(c, resource, parent)
  -- What was looked at for others is no reason to keep it from the parent.
  c.inspected = 0
  return each_lock(c, resource, function(place, held)
    if place == resource or held.raw or is_child(held.holder, parent) then return false end
    return not is_open(held, parent)
  end)
end

-- Gives a lease that a child had back to its parent, if that would still have it. Its former token goes on to be good.
local function give_back(c, resource, child)
  local back = child.back
  while back and back.over <= c.now do
    back = back.back
  end
  if not back then return false end
  -- While the child's lock stands nobody else can have come.
  if not c.locks[resource] and is_taken(c, resource, back.holder) then return false end
  local lease = {
    holder = back.holder,
    token = next_token(c),
    task = back.task,
    since = back.since,
    over = back.over,
    ttl = back.ttl,
    was = back.was or back.token,
    edit = back.edit,
    open = back.open,
    yields = back.yields,
    had = back.had,
    back = back.back,
  }
  put(c, resource, lease)
  tell(c, 'transfer', lease.holder, {
    'resource', resource, 'token', whole(lease.token), 'ttl', lease.over - c.now, 'task', lease.task,
    'from', child.holder, 'by', child.holder, 'reason', 'returned',
  })
  -- Another child may wait for it, which its parent does not stop.
  c.freed[#c.freed + 1] = resource
  return true
end

-- Ends a lease whose time is over: its parent has it back, or it is free.
local function end_lease(c, resource, known)
  local held = c.locks[resource]
  touch(c, resource, not held)
  tell(c, 'expire', known.holder, { 'resource', resource, 'token', whole(known.token) })
  if known.yields then
    c.yielded[resource] = known.holder
    note(c, known.holder, 'yield-' .. c.at, 'signalbox', 'Your claim on "' .. resource
      .. '" has passed to another agent that waited for it. Read the file again before you next edit it.')
  end
  if not held and not give_back(c, resource, known) then c.freed[#c.freed + 1] = resource end
end

-- Brings what is known of a resource in step with its lock, and tells what happened to it behind our back. Returns the
-- lock, and a word for what was found.
local function settle(c, resource)
  if c.settled[resource] then return lock(c, resource), 'known' end
  c.settled[resource] = true
  local held = lock(c, resource)
  local text = read(c, 'HGET', c.side .. 'lease', resource)
  local known = text and parse_lease(c, text)
  c.leases[resource] = known or false
  if known and held and held.token == known.token then return held, 'ours' end
  if not known then
    if held and not held.raw then
      -- The index was lost, or the lock was written by hand; it is the truth, and whoever follows is told of it.
      touch(c, resource, false)
      tell(c, 'claim', held.holder, {
        'resource', resource, 'token', whole(held.token), 'ttl', held.over - c.now, 'task', held.task, 'reason', 'found',
      })
      return held, 'ours'
    end
    if text then touch(c, resource, false) end
    return held, held and 'raw' or 'free'
  end
  local about = { 'resource', resource, 'token', whole(known.token) }
  local is_over = known.over and known.over <= c.now
  if is_over then
    end_lease(c, resource, known)
    return lock(c, resource), 'expired'
  end
  touch(c, resource, false)
  if held then
    tell(c, 'unclaimed', held.holder, { 'resource', resource, 'detail', 'overwritten' })
    tell(c, 'release', known.holder, { 'resource', resource, 'token', whole(known.token), 'reason', 'overwritten' })
    return held, 'overwritten'
  end
  about[5], about[6] = 'reason', 'deleted'
  tell(c, 'release', known.holder, about)
  c.freed[#c.freed + 1] = resource
  return held, 'deleted'
end

-- Looks after leases that are over, at most so many.
local function end_leases(c, most)
  local due = read(c, 'ZRANGEBYSCORE', c.side .. 'exp', '-inf', c.now, 'LIMIT', 0, most)
  for _, resource in ipairs(due) do
    settle(c, resource)
    -- Also where the index was only wrong about the time.
    touch(c, resource, false)
  end
  c.all_ended = #due < most
  return #due
end

------------------------------------------------------------------------------------------------------------- clashes

-- A parent's claim is not in its child's way.
function is_open(held, agent)
  return not held or (not held.raw and (held.holder == agent or is_child(agent, held.holder)))
end

-- What lies below a folder and may be locked; nil if there is more than a call looks at.
local function below(c, folder)
  if c.below[folder] then return c.below[folder] end
  local least, most = '-', '+'
  -- '0' is the character after '/'.
  if folder ~= './' then least, most = '[' .. folder, '(' .. folder:sub(1, -2) .. '0' end
  local left = LIMITS.below - c.inspected
  local found = read(c, 'ZRANGEBYLEX', c.side .. 'res', least, most, 'LIMIT', 0, left + 1)
  if #found > left then return nil end
  c.inspected = c.inspected + #found
  c.below[folder] = found
  return found
end

-- Calls `visit(blocking, lock)` for each lock on the resource, above or below it, until it returns a value. Returns that, or
-- 'limit' if there are too many below.
function each_lock(c, resource, visit)
  local function one(place)
    local held = lock(c, place)
    -- Of a lease that is over but not yet ended a parent may be the next holder.
    if held == false and not c.all_ended then held = settle(c, place) end
    return held and visit(place, held)
  end
  local found = one(resource)
  if found then return found end
  for _, folder in ipairs(above(resource)) do
    found = one(folder)
    if found then return found end
  end
  if not is_folder(resource) then return nil end
  if resource ~= './' then
    found = one(resource:sub(1, -2))
    if found then return found end
  end
  local inside = below(c, resource)
  if not inside then return 'limit' end
  for _, place in ipairs(inside) do
    if place ~= resource then
      -- The index says that it was locked, so that it is free is news.
      if lock(c, place) == false then settle(c, place) end
      found = one(place)
      if found then return found end
      if lock(c, place) == false and not c.changed[place] then touch(c, place, false) end
    end
  end
  for _, place in ipairs(c.taken) do
    if place ~= resource and not is_named(place) and (resource == './' or place:sub(1, #resource) == resource) then
      found = one(place)
      if found then return found end
    end
  end
end

--------------------------------------------------------------------------------------------------------------- queue

local function waiter_key(c, id)
  return c.side .. 'waiter:' .. id
end

-- What is stored of a waiter; nil if it is nothing that we wrote.
local function parse_waiter(c, text)
  local ok, json = pcall(cjson.decode, text)
  if not ok or type(json) ~= 'table' or type(json.agent) ~= 'string' or type(json.resources) ~= 'table' then return nil end
  if json.agent == '' or #json.agent > LIMITS.name then return nil end
  if #json.resources == 0 or #json.resources > LIMITS.resources then return nil end
  for _, resource in ipairs(json.resources) do
    if type(resource) ~= 'string' or resource == '' or #resource > LIMITS.resource or resource:find('%c') then return nil end
  end
  return {
    agent = json.agent,
    ttl = bounded(json.ttl, 1, LIMITS.ttl) or 1,
    task = type(json.task) == 'string' and json.task or '',
    open = json.open == 1,
    resources = json.resources,
    heard = bounded(json.heard, 0, c.now) or 0,
    began = bounded(json.began, 0, c.now) or c.now,
  }
end

-- All who wait, first come first. Who has not been heard for too long leaves here, so that nobody meets one who has left.
local function waiters_of(c)
  if c.waiters then return c.waiters end
  c.waiters = {}
  local queue = c.side .. 'queue'
  if read(c, 'ZCARD', queue) == 0 then return c.waiters end
  -- There are never so many, unless others have written here.
  local flat = read(c, 'ZRANGE', queue, 0, 4 * LIMITS.waiters - 1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    local id = flat[i]
    local waiter = parse_waiter(c, read(c, 'GET', waiter_key(c, id)) or '')
    if waiter and waiter.heard + PATIENCE >= c.now then
      waiter.id, waiter.order = id, tonumber(flat[i + 1])
      c.waiters[#c.waiters + 1] = waiter
    else
      also(c, 'ZREM', queue, id)
      also(c, 'DEL', waiter_key(c, id))
      tell(c, 'unwait', waiter and waiter.agent or '', { 'wait', id, 'reason', 'silent' })
      for _, resource in ipairs(waiter and waiter.resources or {}) do
        c.freed[#c.freed + 1] = resource
      end
    end
  end
  return c.waiters
end

local function waiter_text(waiter)
  return '{"agent":'
    .. quote(waiter.agent)
    .. ',"ttl":'
    .. whole(waiter.ttl)
    .. ',"task":'
    .. quote(waiter.task)
    .. ',"heard":'
    .. whole(waiter.heard)
    .. ',"began":'
    .. whole(waiter.began)
    .. (waiter.open and ',"open":1' or '')
    .. ',"resources":'
    .. quote_all(waiter.resources)
    .. '}'
end

-- Takes a waiter out of the queue; with a reason it went without what it wanted.
local function leave(c, waiter, reason)
  for i, each in ipairs(waiters_of(c)) do
    if each == waiter then table.remove(c.waiters, i) end
  end
  waiter.gone = true
  also(c, 'ZREM', c.side .. 'queue', waiter.id)
  also(c, 'DEL', waiter_key(c, waiter.id))
  if not reason then return end
  tell(c, 'unwait', waiter.agent, { 'wait', waiter.id, 'reason', reason })
  for _, resource in ipairs(waiter.resources) do
    c.freed[#c.freed + 1] = resource
  end
end

-- The locks that clash with a resource, one for each holder; `by` are the holders of leases.
local function holders_at(c, resource)
  if c.holding[resource] then return c.holding[resource] end
  local found, raw = { by = {} }, {}
  each_lock(c, resource, function(_, held)
    local known = held.raw and raw or found.by
    if not known[held.holder] then
      known[held.holder] = true
      found[#found + 1] = held
    end
  end)
  c.holding[resource] = found
  return found
end

-- Whether a waiter waits for something that this agent holds.
local function waits_on(c, waiter, agent)
  for _, resource in ipairs(waiter.resources) do
    if holders_at(c, resource).by[agent] then return true end
  end
  return false
end

-- All who wait, in a book. Who has left since stands in it as `gone`.
local function queue_book(c)
  if not c.queue_book then
    c.queue_book = new_book()
    for _, waiter in ipairs(waiters_of(c)) do
      for _, resource in ipairs(waiter.resources) do
        enter(c.queue_book, resource, waiter)
      end
    end
  end
  return c.queue_book
end

-- Calls `visit(waiter)` for each who waits for something that clashes with a resource and came before `order`, or at all,
-- until it returns a value. `book` may be of some of them only.
local function each_ahead(c, resource, order, visit, book)
  return clashing(book or queue_book(c), resource, function(waiter)
    if not waiter.gone and (not order or waiter.order < order) then return visit(waiter) end
  end)
end

-- Who waits, came first and has to be let go first: calls `visit(resource, waiter)` until it returns a value. The waiters of
-- agents in `known` are left out, and only those in `book` are looked at, if there are such.
local function each_before(c, agent, resources, order, visit, known, book)
  for _, resource in ipairs(resources) do
    local held = lock(c, resource)
    -- What one has already nobody else can be before one.
    if not held or held.raw or held.holder ~= agent then
      local found = each_ahead(c, resource, order, function(waiter)
        local other = waiter.agent
        if known and known[other] then return nil end
        if other == agent or is_child(agent, other) or waits_on(c, waiter, agent) then return nil end
        return visit(resource, waiter)
      end, book)
      if found then return found end
    end
  end
end

-- What stands between an agent, who came at `order` or does not wait, and these resources: calls
-- `visit(resource, blocking, lock, waiter)` until it returns a value. Returns 'limit' if there is more below a folder than is
-- looked at.
local function each_obstacle(c, agent, resources, order, visit)
  for _, resource in ipairs(resources) do
    local found = each_lock(c, resource, function(place, held)
      if not is_open(held, agent) then return visit(resource, place, held) end
    end)
    if found then return found end
  end
  return each_before(c, agent, resources, order, function(resource, waiter)
    return visit(resource, resource, nil, waiter)
  end)
end

-- Those who wait by the name of the agent and of each of its parents.
local function waiters_by_name(c)
  local by_name = {}
  local function add(name, waiter)
    local list = by_name[name]
    if not list then
      list = {}
      by_name[name] = list
    end
    list[#list + 1] = waiter
  end
  for _, waiter in ipairs(waiters_of(c)) do
    add(waiter.agent, waiter)
    for at in waiter.agent:gmatch('()/') do
      add(waiter.agent:sub(1, at - 1), waiter)
    end
  end
  return by_name
end

-- The agents of the shortest circle that a wait would close, from the waiting one on; nil if it would close none.
local function circle_of(c, agent, resources, order)
  local by_name = waiters_by_name(c)
  -- By whom a name was reached, and the names in the order in which they were.
  local from, names = {}, {}
  -- A parent does not end before its children do, so one who waits for it waits for them.
  local function is_end(name)
    return name == agent or is_child(agent, name)
  end
  -- Once all who wait are reached, only those who would close the circle are looked for: a long line is looked at once.
  local ends, unreached = new_book(), 0
  for _, waiter in ipairs(waiters_of(c)) do
    if is_end(waiter.agent) then
      for _, resource in ipairs(waiter.resources) do
        enter(ends, resource, waiter)
      end
    else
      unreached = unreached + 1
    end
  end
  -- Returns `by` if it closes the circle.
  local function reach(name, by)
    if is_end(name) then return by end
    if from[name] then return nil end
    from[name] = by
    names[#names + 1] = name
    for _, waiter in ipairs(by_name[name] or {}) do
      if waiter.agent == name then unreached = unreached - 1 end
    end
  end
  local function look(who, wanted, before, by)
    for _, resource in ipairs(wanted) do
      for _, held in ipairs(holders_at(c, resource)) do
        local last = not is_open(held, who) and reach(held.holder, by)
        if last then return last end
      end
    end
    return each_before(c, who, wanted, before, function(_, waiter)
      return reach(waiter.agent, by)
    end, from, unreached == 0 and ends or nil)
  end
  local last = look(agent, resources, order, agent)
  local i = 1
  while not last and names[i] do
    for _, waiter in ipairs(by_name[names[i]] or {}) do
      last = last or look(waiter.agent, waiter.resources, waiter.order, names[i])
    end
    i = i + 1
  end
  if not last then return nil end
  local circle = {}
  while last ~= agent do
    table.insert(circle, 1, last)
    last = from[last]
  end
  table.insert(circle, 1, agent)
  return circle
end

-- Makes resources an agent's own. Its own leases are prolonged and keep their tokens.
local function take(c, agent, resources, ttl, task, lasting, wait, open)
  local tokens = {}
  for i, resource in ipairs(resources) do
    local held = lock(c, resource)
    local lease = {
      holder = agent,
      task = task,
      since = c.now,
      over = c.now + lasting,
      ttl = ttl,
      open = open,
    }
    if held and held.holder == agent then
      lease.token, lease.was, lease.since, lease.back = held.token, held.was, held.since, held.back
      lease.edit, lease.open, lease.had = held.edit, open or held.open, held.had
      lease.task = task ~= '' and task or held.task
      local is_of_edits = held.edit or held.open
      if open then
        -- What was claimed otherwise goes on to be that, with its own time.
        if not is_of_edits then lease.had = held.over end
        if lease.had and lease.had > c.now then lease.ttl = held.ttl end
      elseif is_of_edits then
        lease.had = math.max(lease.over, held.had or 0)
      end
      lease.over = math.max(lease.over, held.over)
      put(c, resource, lease)
      local about = { 'resource', resource, 'token', whole(lease.token), 'ttl', lease.over - c.now }
      if lease.task ~= held.task then
        about[7], about[8] = 'task', lease.task
      end
      -- An edit that begins within a lease changes nothing that others see.
      if not open or lease.over ~= held.over then tell(c, 'renew', agent, about) end
    else
      lease.token = next_token(c)
      local about = { 'resource', resource, 'token', whole(lease.token), 'ttl', lasting, 'task', task }
      if held then
        lease.back = held
        for _, field in ipairs({ 'from', held.holder, 'by', agent, 'reason', 'kin' }) do
          about[#about + 1] = field
        end
      elseif wait then
        about[#about + 1] = 'wait'
        about[#about + 1] = wait
      end
      if wait and c.broken and overlaps(c.broken.resource, resource) then
        note(c, agent, 'transfer-' .. c.at, c.broken.by, 'You now hold "' .. resource .. '", for which you waited: ' .. c.broken.by .. ' ended the claim of '
          .. c.broken.from .. c.broken.why .. '. Read the file again before you edit it.')
      end
      if wait and c.yielded[resource] then
        note(c, agent, 'yield-' .. c.at, 'signalbox', 'You now hold "' .. resource .. '", which another agent has edited meanwhile. Read the file again before you edit it.')
      end
      put(c, resource, lease)
      tell(c, held and 'transfer' or 'claim', agent, about)
    end
    tokens[i] = whole(lease.token)
  end
  return tokens
end

-- Grants what is free to those who wait for it, first come first: to those whom something that was freed concerns, or to
-- all. Returns how many.
local function serve(c, all)
  local waiting = waiters_of(c)
  if #waiting == 0 or (not all and #c.freed == 0) then return 0 end
  local granted = 0
  local news = new_book()
  local entered = 0
  local function note_news()
    while entered < #c.freed do
      entered = entered + 1
      enter(news, c.freed[entered], true)
    end
  end
  local function concerned(waiter)
    for _, resource in ipairs(waiter.resources) do
      if clashing(news, resource, function() return true end) then return true end
    end
    return false
  end
  for _, waiter in ipairs({ unpack(waiting) }) do
    note_news()
    if all or concerned(waiter) then
      for _, resource in ipairs(waiter.resources) do
        settle(c, resource)
      end
      if not each_obstacle(c, waiter.agent, waiter.resources, waiter.order, function() return true end) then
        leave(c, waiter)
        take(c, waiter.agent, waiter.resources, waiter.ttl, waiter.task, math.min(waiter.ttl, PATIENCE), waiter.id, waiter.open)
        local wake = c.side .. 'wake:' .. waiter.id
        also(c, 'DEL', wake)
        also(c, 'RPUSH', wake, '1')
        also(c, 'PEXPIRE', wake, PATIENCE)
        granted = granted + 1
      end
    end
  end
  return granted
end

-------------------------------------------------------------------------------------------------------------- commit

local TYPES = {
  HSET = 'hash', HDEL = 'hash', ZADD = 'zset', ZREM = 'zset', ZREMRANGEBYRANK = 'zset', ZREMRANGEBYSCORE = 'zset',
  SADD = 'set', SREM = 'set', XADD = 'stream', XTRIM = 'stream', XDEL = 'stream', RPUSH = 'list',
}

local function lock_commands(c, commands)
  local side = c.side
  local function add(...)
    commands[#commands + 1] = { ... }
  end
  for _, resource in ipairs(c.order) do
    local change, held = c.changed[resource], c.locks[resource]
    local lease = held and not held.raw and held or nil
    local now_holders = {}
    holders_of(lease, now_holders)
    if lease then
      local text = lease_text(lease)
      if change.write then add('SET', lock_key(c, resource), text, 'PXAT', whole(lease.over)) end
      add('HSET', side .. 'lease', resource, text)
      add('ZADD', side .. 'exp', whole(lease.over), resource)
    else
      if change.write then add('DEL', lock_key(c, resource)) end
      add('HDEL', side .. 'lease', resource)
      add('ZREM', side .. 'exp', resource)
    end
    if held and not is_named(resource) then
      add('ZADD', side .. 'res', '0', resource)
    else
      add('ZREM', side .. 'res', resource)
    end
    for holder in pairs(now_holders) do
      add('SADD', side .. 'held:' .. holder, resource)
    end
    for holder in pairs(change.holders) do
      if not now_holders[holder] then add('SREM', side .. 'held:' .. holder, resource) end
    end
  end
end

-- Puts the texts of events into the commands that have them as parts.
local function fill(commands)
  for _, command in ipairs(commands) do
    local at = command.event_at
    if at then command[at] = command.event.text end
  end
end

-- Refuses the call unless every one of the commands can be run.
local function check(c, commands)
  local types = {}
  for _, command in ipairs(commands) do
    local name, key = command[1], command[2]
    if not redis.acl_check_cmd(unpack(command)) then
      refuse('this user lacks a right: ' .. name:lower() .. ' on ' .. shown(key), 'NOPERM')
    end
    local wanted = TYPES[name]
    if wanted and not c.typed[key] then
      types[key] = types[key] or ask('TYPE', key).ok
      -- A key that is deleted first may have had any type.
      if name == 'DEL' then types[key] = 'none' end
      if types[key] ~= 'none' and types[key] ~= wanted then
        refuse('the key ' .. shown(key) .. ' is a ' .. types[key] .. ' and should be a ' .. wanted .. '; move it out of the way')
      end
    elseif name == 'DEL' then
      types[key] = 'none'
    end
  end
end

local function last_id(history)
  local info = redis.pcall('XINFO', 'STREAM', history)
  if info.err then refuse('this user lacks a right: xinfo on ' .. shown(history), 'NOPERM') end
  for i = 1, #info, 2 do
    if info[i] == 'last-generated-id' then
      local seq, n = info[i + 1]:match('^(%d+)-(%d+)$')
      return tonumber(seq), tonumber(n)
    end
  end
end

-- Gives every event its number or id, from the one that follows `seq`, and its text.
local function number(c, seq, n)
  for _, event in ipairs(c.events) do
    if event.unnumbered then
      n = n + 1
      event.id = whole(seq) .. '-' .. whole(n)
      event.text = event.head .. event.id .. event.tail
      event.seq = ''
    else
      seq, n = seq + 1, 0
      event.id = whole(seq) .. '-0'
      event.seq = whole(seq)
      event.text = event.head .. event.seq .. event.tail
    end
  end
  return seq
end

-- The commands that tell the events, with the texts that they have by now.
local function broadcasts(c)
  local told = {}
  for _, event in ipairs(c.events) do
    told[#told + 1] = { 'PUBLISH', event.channel or c.ns .. 'agent:events', event.text }
    if event.copy then told[#told + 1] = { 'PUBLISH', event.copy, event.text } end
  end
  return told
end

-- Writes what the call has decided. Everything that may refuse it comes before the first write.
local function commit(c)
  if #c.events == 0 and #c.order == 0 and #c.rest == 0 and not c.token_taken then return end
  local history, seq_key = c.ns .. 'agent:history', c.ns .. 'agent:seq'
  local commands = {}
  lock_commands(c, commands)
  for _, command in ipairs(c.rest) do
    commands[#commands + 1] = command
  end
  if c.token_taken then commands[#commands + 1] = { 'SET', c.side .. 'token', whole(c.token) } end
  if #c.events == 0 then
    check(c, commands)
  else
    local stored = read(c, 'GET', seq_key) or '0'
    local seq = stored:match('^%d+$') and #stored <= 16 and tonumber(stored)
    if not seq or seq > LAST then refuse('the key ' .. shown(seq_key) .. ' is no number to count on from; delete it') end
    local has_unnumbered = false
    for _, event in ipairs(c.events) do
      has_unnumbered = has_unnumbered or event.unnumbered
    end
    local n = 0
    if has_unnumbered then
      local last = read(c, 'XREVRANGE', history, '+', '-', 'COUNT', 1)[1]
      local last_seq, last_n = (last and last[1] or '0-0'):match('^(%d+)-(%d+)$')
      if tonumber(last_seq) == seq then n = tonumber(last_n) end
      if n > LAST then refuse('the history ' .. shown(history) .. ' has an id from the far future; delete it') end
    end
    local first = seq
    c.seq = number(c, seq, n)
    fill(commands)
    if math.floor(c.seq / 100) > math.floor(first / 100) then
      local length = bounded(read(c, 'HGET', c.ns .. 'agent:config', 'history') or '', 100, 1000000) or LIMITS.history
      commands[#commands + 1] = { 'XTRIM', history, 'MAXLEN', '~', whole(length) }
    end
    local told = broadcasts(c)
    local sample = c.events[1]
    local function entry(event)
      return 'XADD', history, event.id, 'seq', event.seq, 'at', c.at, 'kind', event.kind, 'agent', event.agent, 'data', event.text
    end
    check(c, { { entry(sample) }, { 'SET', seq_key, whole(c.seq) } })
    check(c, commands)
    check(c, told)
    -- The first write. It fails where the history is ahead of the number, which somebody took away or set back.
    local reply = redis.pcall(entry(sample))
    if type(reply) == 'table' and reply.err then
      local last_seq, last_n = last_id(history)
      if last_seq > LAST then refuse('the history ' .. shown(history) .. ' has an id from the far future; delete it') end
      c.seq = number(c, last_seq, last_n)
      fill(commands)
      reply = redis.pcall(entry(sample))
      if type(reply) == 'table' and reply.err then refuse('the history takes no entry: ' .. reply.err) end
      told = broadcasts(c)
    end
    for i = 2, #c.events do
      redis.call(entry(c.events[i]))
    end
    redis.call('SET', seq_key, whole(c.seq))
    for _, message in ipairs(told) do
      commands[#commands + 1] = message
    end
  end
  for _, command in ipairs(commands) do
    redis.call(unpack(command))
  end
end

-- The number of the last change, of this call or of one before.
local function seq_text(c)
  return c.seq and whole(c.seq) or (read(c, 'GET', c.ns .. 'agent:seq') or '0')
end

-------------------------------------------------------------------------------------------------------------- states

local function state_head(agent)
  return '{"agent_id":' .. quote(agent) .. ',"epoch":"'
end

local function decode_state(text)
  local ok, json = pcall(cjson.decode, text)
  if ok and type(json) == 'table' and text:find('^%s*{') then return json end
  return nil, not ok and tostring(json) or nil
end

local function ver_of(value)
  if type(value) == 'string' and value:match('^%d+$') and #value <= 16 then value = tonumber(value) end
  if type(value) ~= 'number' or value < 0 or value > MOST or value ~= math.floor(value) then return nil end
  return value
end

-- What is stored of an agent: epoch, ver, and the state's exact text where we wrote it.
local function known_state(agent, stored)
  local head = state_head(agent)
  if stored:sub(1, #head) == head then
    local epoch, at = stored:match('^(%d+)","seq":%d+,"at":"%d+","state":()', #head + 1)
    if epoch then
      local text = stored:sub(at, -2)
      local json = decode_state(text) or {}
      return { epoch = tonumber(epoch), ver = ver_of(json.ver) or 0, text = text, status = json.status }
    end
  end
  -- A plain agent may store its state there too: the text it published, or the state alone.
  local json = decode_state(stored)
  if not json then return nil end
  local is_envelope = type(json.state) == 'table' and json.agent_id ~= nil
  local state = is_envelope and json.state or json
  return { epoch = ver_of(is_envelope and json.epoch or 0) or 0, ver = ver_of(state.ver) or 0, plain = stored, status = state.status }
end

-- Remembers that an agent was heard, and lets the longest unheard go where there are too many.
local function hear(c, agent, key)
  local heard = c.side .. 'heard'
  also(c, 'ZADD', heard, whole(c.now), agent)
  if read(c, 'HEXISTS', key, agent) == 1 or read(c, 'HLEN', key) < LIMITS.agents then return end
  local oldest
  -- Of those whom a plain agent has put there nobody knows when they were heard, so they go first.
  for _, name in ipairs(read(c, 'HRANDFIELD', key, 8)) do
    if not oldest and not read(c, 'ZSCORE', heard, name) then oldest = name end
  end
  for _, name in ipairs(oldest and {} or read(c, 'ZRANGE', heard, 0, 20)) do
    if not oldest and name ~= agent and read(c, 'HEXISTS', key, name) == 1 then oldest = name end
  end
  oldest = oldest or read(c, 'HRANDFIELD', key)
  also(c, 'HDEL', c.ns .. 'agent:state', oldest)
  also(c, 'HDEL', c.side .. 'agents', oldest)
  also(c, 'ZREM', heard, oldest)
end

-- What is known of an agent since it said hello, or its hook did; nil if it did not. Anybody may have written it.
local function record_of(c, agent)
  local text = read(c, 'HGET', c.side .. 'agents', agent)
  local ok, json = pcall(cjson.decode, text or '')
  return ok and type(json) == 'table' and json or nil
end

-- The fields of a record in the order in which they are written; those from `name` on are known of who has a hook.
local ABOUT = { 'epoch', 'parent', 'host', 'pid' }
local OF_HOOK = { 'name', 'branch', 'role', 'root', 'by', 'team' }
local OF_NOW = { 'phase', 'tool', 'since', 'request', 'stretched', 'kids', 'began', 'spawned' }

local function add_fields(fields, names, record)
  for _, name in ipairs(names) do
    local value = record[name]
    if type(value) == 'string' or type(value) == 'number' then
      fields[#fields + 1] = name
      fields[#fields + 1] = value
    end
  end
  return fields
end

local function put_record(c, agent, record)
  local fields = add_fields(add_fields(add_fields({}, ABOUT, record), OF_HOOK, record), OF_NOW, record)
  also(c, 'HSET', c.side .. 'agents', agent, '{' .. fields_text(fields) .. '"at":"' .. c.at .. '"}')
end

-- Tells an agent's parent what it has to know to go on: its name says who that is, else its hello.
local function tell_parent(c, agent, text)
  local parent = agent:match('^(.+)/[^/]+$') or (record_of(c, agent) or {}).parent
  if type(parent) ~= 'string' or #parent > LIMITS.name or parent:find('%c') then return end
  note(c, parent, 'child-' .. c.at, 'signalbox', agent .. text)
end

-- Begins a run of an agent, and tells it.
local function greet(c, agent, record)
  record.epoch = whole(next_token(c))
  hear(c, agent, c.side .. 'agents')
  put_record(c, agent, record)
  tell(c, 'hello', agent, add_fields(add_fields({}, ABOUT, record), OF_HOOK, record))
end

local function hello(c, keys, args)
  need(args, 1, 6, 'agent parent host pid role name')
  local agent = name_of(args[1], "the agent's name")
  local record = record_of(c, agent) or {}
  record.parent = text_of(args[2] or '', LIMITS.name, "the parent's name")
  record.host = text_of(args[3] or '', LIMITS.name, 'the host')
  -- Of a session its hook knows the process; the command line that speaks for it is another.
  if not record.by then record.pid = text_of(args[4] or '', 32, 'the process id') end
  for i, field in ipairs({ 'role', 'name' }) do
    local text = text_of(args[4 + i] or '', LIMITS.name, 'the ' .. field)
    if text ~= '' and not record.by then record[field] = text end
  end
  greet(c, agent, record)
  local stored = read(c, 'HGET', c.ns .. 'agent:state', agent)
  local known = stored and known_state(agent, stored)
  commit(c)
  return { record.epoch, seq_text(c), known and (known.text or known.plain) or '' }
end

local publish

do

-- cjson takes a few things that other readers refuse: numbers such as `1.`, `+1` or `nan`, and raw control characters in
-- texts. Its own switch for most of the numbers is slow to turn, so that is done only where it may make a difference.
local function is_strict(text)
  local bare = text
  if text:find('\\', 1, true) then bare = bare:gsub('\\.', '') end
  bare = bare:gsub('"[^"]*"', '""')
  if bare:find('[+iINxX]') or bare:find('nan', 1, true) or bare:find('0%d') then
    cjson.decode_invalid_numbers(false)
    local ok = pcall(cjson.decode, text)
    cjson.decode_invalid_numbers(true)
    if not ok then return false end
  end
  if bare:find('.', 1, true) and (bare:find('%d%.%D') or bare:find('%d%.$') or bare:find('-.', 1, true)) then return false end
  if #bare > 2 * LIMITS.depth then
    local depth, deepest = 0, 0
    for bracket in bare:gmatch('[%[%]{}]') do
      depth = depth + ((bracket == '[' or bracket == '{') and 1 or -1)
      deepest = math.max(deepest, depth)
    end
    if deepest > LIMITS.depth then return false end
  end
  if not text:find('%c') then return true end
  local _, all = text:gsub('[%z\1-\31]', '')
  local _, outside = bare:gsub('[\t\n\r]', '')
  return all == outside
end

local function failed(status)
  local word = type(status) == 'string' and status:lower()
  return word == 'failed' or word == 'error'
end

function publish(c, keys, args)
  need(args, 4, 4, 'agent epoch ver state')
  local agent = name_of(args[1], "the agent's name")
  local epoch = number_of(args[2] == '' and '0' or args[2], MOST, 'the epoch')
  local state = args[4]
  if #state > LIMITS.state then refuse('the state is larger than ' .. LIMITS.state / 1024 .. ' KiB') end
  local json, why = decode_state(state)
  if not json or not is_strict(state) then
    refuse('the state is not a JSON object of at most ' .. LIMITS.depth .. ' levels' .. (why and ' (' .. shown(why) .. ')' or ''))
  end
  if json.ver == nil then refuse('the state has no "ver": put a whole number that grows with each change into it') end
  local ver = ver_of(json.ver)
  if not ver then refuse('the "ver" of the state is not a whole number up to ' .. whole(MOST)) end
  if args[3] ~= '' and number_of(args[3], MOST, 'the version') ~= ver then
    refuse('the call says version ' .. args[3] .. ', the state says ' .. whole(ver))
  end
  if epoch > c.us and epoch > counter(c) then refuse('epoch ' .. whole(epoch) .. ' was not issued; call signalbox_hello') end
  local hash = c.ns .. 'agent:state'
  local stored = read(c, 'HGET', hash, agent)
  local known = stored and known_state(agent, stored)
  if known then
    local verdict
    if epoch < known.epoch or (epoch == known.epoch and ver < known.ver) then
      verdict = 'STALE'
    elseif epoch == known.epoch and ver == known.ver and known.text then
      verdict = known.text == state and 'SAME' or 'DIVERGENT'
    end
    if verdict == 'SAME' then
      -- It says nothing new, but that its agent lives: as a plain agent would, without a number.
      hear(c, agent, hash)
      also(c, 'PUBLISH', c.ns .. 'agent:state:sync', state_head(agent) .. whole(epoch) .. '","state":' .. state .. '}')
      commit(c)
    end
    if verdict then return { verdict, whole(known.epoch), whole(known.ver) } end
  end
  local event = {
    kind = 'state',
    agent = agent,
    channel = c.ns .. 'agent:state:sync',
    head = state_head(agent) .. whole(epoch) .. '","seq":',
    tail = ',"at":"' .. c.at .. '","state":' .. state .. '}',
  }
  c.events[1] = event
  if failed(json.status) and not (known and failed(known.status)) then
    local task = type(json.task) == 'string' and json.task ~= '' and ' at ' .. shown(json.task) or ''
    tell_parent(c, agent, ' has failed' .. task .. '. Decide what becomes of its work.')
  end
  hear(c, agent, hash)
  also(c, 'HSET', hash, agent, event)
  c.rest[#c.rest].event, c.rest[#c.rest].event_at = event, 4
  commit(c)
  return { 'OK', seq_text(c) }
end

end

-------------------------------------------------------------------------------------------------------------- claims

local function denied_reply(c, resource, blocking, held, waiter, position)
  if held then
    local left = time_left(c, blocking)
    if held.over then left = math.max(0, left < 0 and held.over - c.now or math.min(left, held.over - c.now)) end
    local kind = held.raw and 'raw' or 'lease'
    local task = held.task or ''
    return { 'DENIED', resource, blocking, held.holder, task, whole(math.max(left, -1)), kind, whole(position) }
  end
  return { 'DENIED', resource, blocking, waiter.agent, waiter.task, '-1', 'queue', whole(position) }
end

-- The first thing in the way, as { resource, blocking, lock, waiter }; nil, or 'limit'.
local function obstacle(c, agent, resources, order)
  -- What was looked at for others is no reason to refuse this.
  c.inspected = 0
  return each_obstacle(c, agent, resources, order, function(...)
    return { ... }
  end)
end

local function count_new(c, agent, resources)
  local count = 0
  for _, resource in ipairs(resources) do
    local held = lock(c, resource)
    if not held or held.raw or held.holder ~= agent then count = count + 1 end
  end
  return count
end

local function deny(c, agent, found)
  local resource, blocking, held, waiter = found[1], found[2], found[3], found[4]
  local holder = held and held.holder or waiter.agent
  local reason = held and (held.raw and 'raw' or 'lease') or 'queue'
  local token = held and held.token and whole(held.token) or ''
  local about = { 'resource', resource, 'holder', holder, 'blocking', blocking, 'reason', reason }
  if token ~= '' then
    about[#about + 1] = 'token'
    about[#about + 1] = token
  end
  tell_once(c, 'denied', agent, resource, token ~= '' and token or reason .. ' ' .. holder, about)
end

-- A limit may be that of an index which others filled: a few of its entries are looked at each time, and go if nothing is
-- behind them.
local function mend_held(c, agent)
  local index = c.side .. 'held:' .. agent
  for _, resource in ipairs(read(c, 'SRANDMEMBER', index, MENDED)) do
    local held = settle(c, resource)
    local holders = {}
    holders_of(held or nil, holders)
    if not holders[agent] then also(c, 'SREM', index, resource) end
  end
end

local function mend_below(c)
  for _, resource in ipairs(read(c, 'ZRANDMEMBER', c.side .. 'res', MENDED)) do
    if not settle(c, resource) then touch(c, resource, false) end
  end
end

-- Ends early what others hold of these resources by edits of some time ago, now that somebody waits for it; not in the middle
-- of an edit. Returns whether something has ended at once.
local function press(c, agent, resources)
  local due
  for _, resource in ipairs(resources) do
    local pressed = {}
    each_lock(c, resource, function(place, held)
      if not held.raw and held.edit and not held.open and not is_open(held, agent) then pressed[#pressed + 1] = { place, held } end
    end)
    for _, each in ipairs(pressed) do
      local place, held = each[1], each[2]
      local over = math.max(held.edit + yield_after(c), held.had or 0, c.now)
      if over < held.over then
        held.over, held.yields = over, true
        put(c, place, held)
        if over > c.now then
          tell(c, 'renew', held.holder, { 'resource', place, 'token', whole(held.token), 'ttl', over - c.now, 'reason', 'yields' })
        else
          -- What the index says of it is of before.
          c.settled[place], c.locks[place] = true, false
          due = true
          end_lease(c, place, held)
        end
      end
    end
  end
  return due
end

-- How many come before one who waits, and itself.
local function place_in_line(c, agent, resources, order)
  local first, position = {}, 1
  for _, resource in ipairs(resources) do
    each_ahead(c, resource, order, function(waiter)
      if waiter.agent ~= agent and not first[waiter.id] then
        first[waiter.id] = true
        position = position + 1
      end
    end)
  end
  return position
end

-- The wait of an agent with this id, if it still wants the same; whoever wants something else begins anew at the end of the line.
local function wait_of(c, agent, resources, wait)
  for _, waiter in ipairs(waiters_of(c)) do
    if waiter.id == wait then
      if waiter.agent ~= agent then refuse('the wait ' .. wait .. ' is that of ' .. waiter.agent) end
      if table.concat(waiter.resources, '\n') == table.concat(resources, '\n') then return waiter end
      leave(c, waiter, 'cancelled')
      return nil
    end
  end
end

-- Joins the line, or says that one still stands there.
local function stand(c, agent, resources, wish, mine, found)
  local waiters = waiters_of(c)
  local position = place_in_line(c, agent, resources, mine and mine.order)
  if not mine then
    mine = { id = wish.wait, order = next_token(c), agent = agent, resources = resources, began = c.now }
    also(c, 'ZADD', c.side .. 'queue', whole(mine.order), wish.wait)
    local holder = found[3] and found[3].holder or found[4].agent
    tell(c, 'wait', agent, {
      'resource', resources[1], 'resources', resources, 'wait', wish.wait, 'holder', holder, 'blocking', found[2],
      'position', position,
    })
    waiters[#waiters + 1] = mine
  end
  mine.ttl, mine.task, mine.open, mine.heard = wish.ttl, wish.task, wish.open, c.now
  -- The key goes by itself long after its waiter has been given up, so that there is time to say who it was.
  also(c, 'SET', waiter_key(c, wish.wait), waiter_text(mine), 'PX', whole(PATIENCE * 6))
  return position, mine
end

local function has_room(c, resources)
  local waiters = waiters_of(c)
  local waited = #resources
  for _, waiter in ipairs(waiters) do
    waited = waited + #waiter.resources
  end
  return #waiters < LIMITS.waiters and waited <= LIMITS.waited
end

-- Decides over a claim, without writing yet. `wish` has ttl and task, perhaps a wait's id, and `open` for a claim that is only for
-- the edit at hand. Returns a word and what belongs to it: 'OK' and the tokens; 'DENIED', what is in the way, the place in line and the wait;
-- 'DEADLOCK' and the agents of the circle; 'LIMIT' and of what.
local function decide(c, agent, resources, wish)
  local wait = wish.wait
  end_leases(c, FEW)
  serve(c)
  for _, resource in ipairs(resources) do
    settle(c, resource)
  end
  serve(c)
  local mine = wait and wait_of(c, agent, resources, wait)
  if read(c, 'SCARD', c.side .. 'held:' .. agent) + count_new(c, agent, resources) > LIMITS.claims then
    mend_held(c, agent)
    return 'LIMIT', 'claims'
  end
  local found = obstacle(c, agent, resources, mine and mine.order)
  if found and found ~= 'limit' and wait and press(c, agent, resources) then
    serve(c)
    if mine and mine.gone then mine = nil end
    found = obstacle(c, agent, resources, mine and mine.order)
  end
  if found == 'limit' then
    mend_below(c)
    return 'LIMIT', 'folder'
  end
  if not found then
    if mine then leave(c, mine) end
    if wait then also(c, 'DEL', c.side .. 'wake:' .. wait) end
    return 'OK', take(c, agent, resources, wish.ttl, wish.task, wish.ttl, mine and wait, wish.open)
  end
  if not wait then
    deny(c, agent, found)
    return 'DENIED', found, 0
  end
  local circle = circle_of(c, agent, resources, mine and mine.order)
  if circle then
    if mine then leave(c, mine, 'deadlock') end
    tell_once(c, 'deadlock', agent, found[1], table.concat(circle, '\n'), { 'resource', found[1], 'circle', circle })
    serve(c)
    return 'DEADLOCK', circle
  end
  if not mine and not has_room(c, resources) then return 'LIMIT', 'waiters' end
  local position, waiter = stand(c, agent, resources, wish, mine, found)
  return 'DENIED', found, position, waiter
end

local function claim(c, keys, args)
  need(args, 2, 4, 'agent ttl_ms task wait_id')
  local agent = name_of(args[1], "the agent's name")
  local ttl = ttl_of(args[2])
  local task = text_of(args[3] or '', LIMITS.task, 'the task')
  local wait = args[4] or ''
  if wait ~= '' then name_of(wait, "the wait's id") end
  local resources = resources_of(c, keys, 1, LIMITS.resources)
  local word, what, position = decide(c, agent, resources, { ttl = ttl, task = task, wait = wait ~= '' and wait or nil })
  local reply
  if word == 'DENIED' then
    reply = denied_reply(c, what[1], what[2], what[3], what[4], position)
  elseif word == 'DEADLOCK' then
    reply = { word, unpack(what) }
  elseif word == 'LIMIT' then
    reply = { word, what }
  end
  commit(c)
  if reply then return reply end
  reply = { 'OK', whole(ttl), seq_text(c) }
  for i, resource in ipairs(resources) do
    reply[#reply + 1] = resource
    reply[#reply + 1] = what[i]
  end
  return reply
end

-- A lease that is the agent's by this token: its own, or one that a child has of it.
local function owned(c, held, agent, token)
  if not held or held.raw then return nil end
  local lease = held
  while lease do
    -- Between its first token of this claim and its present one are those it had each time a child gave it back.
    local is_its = lease.holder == agent and token >= (lease.was or lease.token) and token <= lease.token
    if is_its and lease.over > c.now then return lease end
    lease = lease.back
  end
end

local function tokens_of(args, first, count)
  if #args ~= first - 1 + count then refuse('expected a token for each lock') end
  local tokens = {}
  for i = 1, count do
    tokens[i] = number_of(args[first - 1 + i], MOST, 'a token')
  end
  return tokens
end

local function renew(c, keys, args)
  local agent = name_of(args[1] or '', "the agent's name")
  local tokens = tokens_of(args, 2, #keys - 1)
  local resources, place = resources_of(c, keys, 1, LIMITS.claims)
  end_leases(c, FEW)
  local lost, count = {}, 0
  for _, resource in ipairs(resources) do
    local held = settle(c, resource)
    local lease = owned(c, held, agent, tokens[place[resource]])
    if not lease then
      lost[#lost + 1] = resource
    else
      count = count + 1
      lease.over = math.max(lease.over, c.now + lease.ttl)
      if lease.had then lease.had = math.max(lease.had, c.now + lease.ttl) end
      put(c, resource, held)
      if lease == held then
        tell(c, 'renew', agent, { 'resource', resource, 'token', whole(held.token), 'ttl', held.over - c.now })
      end
    end
  end
  serve(c)
  commit(c)
  return { 'OK', whole(count), unpack(lost) }
end

-- Ends a lease of an agent: its parent has it back, or it is free. Of one that a child has, only the return is given up.
local function let_go(c, resource, held, lease)
  if lease ~= held then
    local child = held
    while child.back ~= lease do
      child = child.back
    end
    child.back = lease.back
    put(c, resource, held)
    return
  end
  if give_back(c, resource, held) then return end
  drop(c, resource)
  tell(c, 'release', held.holder, { 'resource', resource, 'token', whole(held.token) })
end

local function release(c, keys, args)
  local agent = name_of(args[1] or '', "the agent's name")
  local tokens = tokens_of(args, 2, #keys - 1)
  local resources, place = resources_of(c, keys, 1, LIMITS.claims)
  end_leases(c, FEW)
  local words = {}
  for i = 1, #keys - 1 do
    words[i] = 'gone'
  end
  for _, resource in ipairs(resources) do
    local held = settle(c, resource)
    local lease = owned(c, held, agent, tokens[place[resource]])
    if lease then
      let_go(c, resource, held, lease)
      words[place[resource]] = 'released'
    end
  end
  serve(c)
  commit(c)
  return words
end

-- The lease that an agent has on a resource, its own or one that a child has of it; nil if there is none.
local function lease_of(held, agent)
  local lease = held and not held.raw and held
  while lease and lease.holder ~= agent do
    lease = lease.back
  end
  return lease or nil
end

-- Calls `visit(resource, lock, lease)` for each lease of an agent, in alphabetical order.
local function each_lease(c, agent, visit)
  local index = c.side .. 'held:' .. agent
  local known = read(c, 'SMEMBERS', index)
  table.sort(known)
  for _, resource in ipairs(known) do
    local held = settle(c, resource)
    local lease = lease_of(held, agent)
    if lease then
      visit(resource, held, lease)
    else
      also(c, 'SREM', index, resource)
    end
  end
end

-- Lets go of all that an agent holds and waits for. Returns what it held.
local function free_all(c, agent)
  local released = {}
  each_lease(c, agent, function(resource, held, lease)
    let_go(c, resource, held, lease)
    released[#released + 1] = resource
  end)
  for _, waiter in ipairs({ unpack(waiters_of(c)) }) do
    if waiter.agent == agent then leave(c, waiter, 'cancelled') end
  end
  return released
end

local function release_all(c, keys, args)
  need(args, 1, 1, 'agent')
  local agent = name_of(args[1], "the agent's name")
  end_leases(c, FEW)
  local released = free_all(c, agent)
  serve(c)
  commit(c)
  return released
end

local function cancel(c, keys, args)
  need(args, 2, 2, 'agent wait_id')
  local agent = name_of(args[1], "the agent's name")
  local wait = name_of(args[2], "the wait's id")
  local found
  for _, waiter in ipairs(waiters_of(c)) do
    if waiter.id == wait and waiter.agent == agent then found = waiter end
  end
  if found then leave(c, found, 'cancelled') end
  -- Of a wait that was granted meanwhile nobody hears the bell any more.
  if not found then also(c, 'DEL', c.side .. 'wake:' .. wait) end
  end_leases(c, FEW)
  serve(c)
  commit(c)
  return { found and 'cancelled' or 'gone' }
end

------------------------------------------------------------------------------------------------------------ messages

-- A Lua function has at most 200 local names at once: what only these need ends with them.
local transfer, control, event
do

-- What the fields of a transfer's note say, in the order in which a reply has them.
local MOVE = { 'by', 'kind', 'to', 'at', 'reason' }
-- Resources of which it is kept who last moved their claim.
local MOVES = 1000

-- Who last moved the claim on a resource from the one that was expected, or from a later one: nothing where nobody did, and
-- where that was before the claim that the caller has seen.
local function moved_since(c, resource, expected)
  local ok, json = pcall(cjson.decode, read(c, 'HGET', c.side .. 'moved', resource) or '')
  local reply = {}
  local is_later = ok and type(json) == 'table' and (bounded(json.was, 0, MOST) or 0) >= (expected or 0)
  for i, name in ipairs(MOVE) do
    reply[i] = is_later and type(json[name]) == 'string' and json[name] or ''
  end
  return reply
end

local function note_move(c, resource, held, kind, by, to, reason)
  local key = c.side .. 'moved'
  if read(c, 'HEXISTS', key, resource) == 0 and read(c, 'HLEN', key) >= MOVES then also(c, 'HDEL', key, read(c, 'HRANDFIELD', key)) end
  local about = fields_text({ 'by', by, 'kind', kind, 'to', to, 'at', c.at, 'reason', reason })
  also(c, 'HSET', key, resource, '{' .. about .. '"was":' .. whole(held.token or 0) .. '}')
end

function transfer(c, keys, args)
  need(args, 5, 5, 'by to expected_token ttl_ms reason')
  local by = name_of(args[1], 'who does it')
  local to = args[2]
  if to ~= '' then name_of(to, 'the new holder') end
  local expected = args[3] ~= '' and number_of(args[3], MOST, 'the expected token') or nil
  local ttl = to ~= '' and ttl_of(args[4]) or 0
  local reason = text_of(args[5], LIMITS.detail, 'the reason')
  local resource = resources_of(c, keys, 1, 1)[1]
  end_leases(c, FEW)
  local held = settle(c, resource)
  local function as_expected()
    if not held then return false end
    if held.raw then return expected == nil end
    return held.token == expected
  end
  if not as_expected() then
    local reply = { 'CHANGED', held and held.holder or '', held and held.token and whole(held.token) or '', unpack(moved_since(c, resource, expected)) }
    serve(c)
    commit(c)
    return reply
  end
  local from = held.holder
  local token = '0'
  local what = '"' .. resource .. '"'
  local why = reason ~= '' and ': ' .. reason or ''
  local function tell_of(agent, text)
    note(c, agent, 'transfer-' .. c.at, by, text)
  end
  if to == '' then
    drop(c, resource)
    local about = { 'resource', resource, 'by', by, 'reason', reason }
    if held.token then
      about[#about + 1] = 'token'
      about[#about + 1] = whole(held.token)
      tell_of(from, 'Your claim on ' .. what .. ' was ended by ' .. by .. why .. '. Stop working on it until you hold it again.')
    end
    tell(c, 'break', from, about)
    note_move(c, resource, held, 'break', by, '', reason)
    c.broken = { resource = resource, by = by, from = from, why = why }
    serve(c)
  else
    local found = each_lock(c, resource, function(place, other)
      if place ~= resource and not is_open(other, to) then return { resource, place, other } end
    end)
    if found == 'limit' then
      commit(c)
      return { 'LIMIT', 'folder' }
    end
    if found then
      local reply = denied_reply(c, found[1], found[2], found[3], nil, 0)
      commit(c)
      return reply
    end
    if from ~= to and read(c, 'SCARD', c.side .. 'held:' .. to) >= LIMITS.claims then
      commit(c)
      return { 'LIMIT', 'claims' }
    end
    local same = not held.raw and from == to
    local lease = {
      holder = to,
      token = same and held.token or next_token(c),
      task = same and held.task or '',
      since = same and held.since or c.now,
      over = math.max(c.now + ttl, same and held.over or 0),
      ttl = ttl,
      was = same and held.was or nil,
      edit = same and held.edit or nil,
      open = same and held.open or nil,
      had = same and (held.edit or held.open) and math.max(c.now + ttl, held.had or 0) or nil,
      back = same and held.back or nil,
    }
    put(c, resource, lease)
    token = whole(lease.token)
    if same then
      tell(c, 'renew', to, { 'resource', resource, 'token', token, 'ttl', lease.over - c.now })
    else
      tell(c, 'transfer', to, {
        'resource', resource, 'token', token, 'ttl', ttl, 'task', '', 'from', from, 'by', by, 'reason', reason,
      })
      note_move(c, resource, held, 'transfer', by, to, reason)
      if not held.raw then
        tell_of(from, 'Your claim on ' .. what .. ' was handed to ' .. to .. ' by ' .. by .. why .. '. Stop working on it until you hold it again.')
      end
      tell_of(to, 'You now hold ' .. what .. ', which ' .. by .. ' took from ' .. from .. ' for you' .. why .. '.')
    end
  end
  commit(c)
  return { 'OK', token }
end

end

local function send(c, keys, args)
  need(args, 4, 4, 'from to id text')
  local from = name_of(args[1], "the sender's name")
  local to = name_of(args[2], "the receiver's name")
  local id = name_of(args[3], "the message's id")
  local text = text_of(args[4], LIMITS.text, 'the message')
  if text == '' then refuse('the message is empty') end
  local sent, mark = c.side .. 'sent', to .. '\n' .. id
  if read(c, 'ZSCORE', sent, mark) then return { 'SAME', '0' } end
  local receivers = {}
  if to == '*' then
    local known = {}
    for _, key in ipairs({ c.side .. 'agents', c.ns .. 'agent:state' }) do
      for _, agent in ipairs(read(c, 'HKEYS', key)) do
        if agent ~= from and agent ~= '' and #agent <= LIMITS.name and not known[agent] and #receivers < 2 * LIMITS.agents then
          known[agent] = true
          receivers[#receivers + 1] = agent
        end
      end
    end
  else
    receivers[1] = to
  end
  for _, agent in ipairs(receivers) do
    if not inbox_takes(c, agent) then refuse('the inbox ' .. shown(inbox_key(c, agent)) .. ' has an id from the far future; delete it') end
    put_message(c, agent, id, from, text)
  end
  also(c, 'ZADD', sent, whole(c.now), mark)
  if read(c, 'ZCARD', sent) >= LIMITS.sent then also(c, 'ZREMRANGEBYRANK', sent, '0', '0') end
  tell(c, 'message', from, { 'to', to, 'id', id, 'text', text })
  commit(c)
  return { 'OK', whole(#receivers) }
end

-- The fields of an inbox's entry by name.
local function message_of(entry)
  local fields = {}
  for i = 1, #entry[2], 2 do
    fields[entry[2][i]] = entry[2][i + 1]
  end
  return fields
end

-- Tells which messages have come to an agent; of what the library itself wrote nobody waits to hear that.
local function tell_delivered(c, agent, entries)
  local ids = {}
  local function tell_ids(least)
    if #ids < least then return end
    tell(c, 'delivered', agent, { 'ids', ids })
    ids = {}
  end
  for _, entry in ipairs(entries) do
    local fields = message_of(entry)
    if fields.id and #fields.id <= LIMITS.name and fields.from ~= 'signalbox' then ids[#ids + 1] = fields.id end
    tell_ids(LIMITS.resources)
  end
  tell_ids(1)
end

local function inbox(c, keys, args)
  need(args, 3, 3, 'agent read_up_to count')
  local agent = name_of(args[1], "the agent's name")
  local up_to = args[2]
  local count = number_of(args[3], LIMITS.inbox, 'the count')
  local key = inbox_key(c, agent)
  local from = '-'
  if up_to ~= '' then
    local ms, n = up_to:match('^(%d+)-(%d+)$')
    if not ms or #ms > 15 or #n > 15 then refuse('"' .. shown(up_to) .. '" is no id of a message') end
    from = ms .. '-' .. whole(tonumber(n) + 1)
    tell_delivered(c, agent, read(c, 'XRANGE', key, '-', up_to, 'COUNT', LIMITS.inbox))
    also(c, 'XTRIM', key, 'MINID', from)
  end
  local reply = {}
  if count > 0 then
    for _, entry in ipairs(read(c, 'XRANGE', key, from, '+', 'COUNT', count)) do
      local fields = message_of(entry)
      for _, part in ipairs({ entry[1], fields.at or '0', fields.from or '', fields.text or '' }) do
        reply[#reply + 1] = part
      end
    end
  end
  commit(c)
  return reply
end

-- What the calls of an agent wait on for the end of a pause: those that ask again then, and those that have nothing to ask.
local function halt_key(c, agent, how)
  return c.side .. 'wake:' .. how .. '-' .. redis.sha1hex(agent)
end

do

-- Whether a pause of `target` concerns an agent.
local function concerns(target, agent)
  return target == '*' or target == agent or is_child(agent, target)
end

-- How many calls of one agent may wait at once for the end of a pause.
local HALTED = {}
for i = 1, 32 do
  HALTED[i] = '1'
end

-- Wakes the calls of those whom nothing else keeps, now that a pause has ended.
local function wake_halted(c, target)
  local halted, paused = c.side .. 'halted', {}
  for _, other in ipairs(read(c, 'HKEYS', c.ns .. 'agent:control')) do
    if other ~= target then paused[other] = true end
  end
  local function is_kept(agent)
    if paused['*'] or paused[agent] then return true end
    for at in agent:gmatch('()/') do
      if paused[agent:sub(1, at - 1)] then return true end
    end
    return false
  end
  for _, agent in ipairs(read(c, 'ZRANGE', halted, 0, 2 * LIMITS.agents)) do
    if concerns(target, agent) and not is_kept(agent) then
      also(c, 'ZREM', halted, agent)
      for _, how in ipairs({ 'pass', 'halt' }) do
        local key = halt_key(c, agent, how)
        also(c, 'DEL', key)
        also(c, 'RPUSH', key, unpack(HALTED))
        also(c, 'PEXPIRE', key, PATIENCE)
      end
    end
  end
end

function control(c, keys, args)
  need(args, 4, 4, 'by target action reason')
  local by = name_of(args[1], 'who does it')
  local target = name_of(args[2], "the agent's name, or *,")
  local action = args[3]
  if action ~= 'pause' and action ~= 'resume' then refuse('the action is pause or resume') end
  local reason = text_of(args[4], LIMITS.detail, 'the reason')
  local hash = c.ns .. 'agent:control'
  local is_paused = read(c, 'HEXISTS', hash, target) == 1
  if is_paused == (action == 'pause') then return { 'SAME', seq_text(c) } end
  if action == 'pause' then
    if read(c, 'HLEN', hash) >= LIMITS.agents then refuse('more than ' .. LIMITS.agents .. ' agents are paused; resume some') end
    local about = fields_text({ 'action', action, 'by', by, 'reason', reason })
    also(c, 'HSET', hash, target, '{' .. about .. '"at":"' .. c.at .. '"}')
  else
    also(c, 'HDEL', hash, target)
    wake_halted(c, target)
  end
  local event = tell(c, 'control', by, { 'target', target, 'action', action, 'reason', reason })
  event.copy = hash
  commit(c)
  return { 'OK', seq_text(c) }
end

-- Kinds that only the library itself tells.
local RESERVED = {}
for kind in ('state hello claim renew release expire transfer break wait unwait message delivered control denied deadlock phase alive bye'):gmatch('%a+') do
  RESERVED[kind] = true
end

function event(c, keys, args)
  need(args, 4, 4, 'agent kind resource detail')
  local agent = name_of(args[1], "the agent's name")
  local kind = args[2]
  if not kind:find('^%l[%l-]*$') or #kind > 32 then refuse('a kind of event is up to 32 letters a-z and -') end
  if RESERVED[kind] then refuse('"' .. kind .. '" is told by the library only') end
  local resource = text_of(args[3], LIMITS.resource, 'the resource')
  local detail = text_of(args[4], LIMITS.detail, 'the detail')
  tell(c, kind, agent, { 'resource', resource, 'detail', detail })
  if kind == 'replan' then
    tell_parent(c, agent, ' asks for a new plan' .. (detail ~= '' and ': ' .. detail or '') .. '. Decide how to go on.')
  end
  commit(c)
  return { 'OK', seq_text(c) }
end

end

------------------------------------------------------------------------------------------------------- looking after

-- Whether all that would lead to a lease does so.
local function is_indexed(c, resource, lease)
  if not is_named(resource) and not read(c, 'ZSCORE', c.side .. 'res', resource) then return false end
  if not read(c, 'ZSCORE', c.side .. 'exp', resource) then return false end
  while lease do
    if read(c, 'SISMEMBER', c.side .. 'held:' .. lease.holder, resource) == 0 then return false end
    lease = lease.back
  end
  return true
end

local function observe(c, keys, args)
  need(args, 1, 1, 'by')
  name_of(args[1], 'who observes')
  local resources, place = resources_of(c, keys, 1, LIMITS.resources)
  local words = {}
  for _, resource in ipairs(resources) do
    local held, word = settle(c, resource)
    if held and not held.raw and not is_indexed(c, resource, held) then touch(c, resource, false) end
    if held and held.raw then
      -- Known from here on to whoever claims a folder above it.
      if not is_named(resource) then touch(c, resource, false) end
      for _, folder in ipairs(above(resource)) do
        local other = lock(c, folder)
        if other and not other.raw and other.holder ~= held.holder then
          local seen, field = c.side .. 'seen', 'under\n' .. held.holder .. '\n' .. resource
          local mark = whole(other.token)
          if read(c, 'HGET', seen, field) ~= mark then
            if read(c, 'HLEN', seen) >= LIMITS.seen then also(c, 'DEL', seen) end
            also(c, 'HSET', seen, field, mark)
            tell(c, 'unclaimed', held.holder, { 'resource', resource, 'detail', 'raw-under-folder' })
          end
        end
      end
    end
    words[place[resource]] = word
  end
  for i = 1, #keys - 1 do
    words[i] = words[i] or 'known'
  end
  serve(c)
  commit(c)
  return words
end

local function reap(c, keys, args)
  need(args, 1, 1, 'count')
  local ended = end_leases(c, number_of(args[1], 1000, 'the count'))
  local granted = serve(c, true)
  commit(c)
  return { whole(ended), whole(granted) }
end

-- What there is, page by page: waits and pauses with the first, then states, agents and leases.
local function snapshot(c, keys, args)
  need(args, 2, 2, 'cursor count')
  local count = math.max(number_of(args[2], 1000, 'the count'), 1)
  local stage, at = args[1]:match('^([sac])(%d+)$')
  if args[1] == '0' then
    stage, at = 's', '0'
  elseif not stage or #at > 19 then
    refuse('"' .. shown(args[1]) .. '" is no cursor')
  end
  local seq = read(c, 'GET', keys[1]) or '0'
  -- A number that nobody could count on from is none.
  if not seq:match('^%d+$') or #seq > 16 or tonumber(seq) > LAST then seq = '0' end
  local last = seq ~= '0' and read(c, 'XRANGE', c.ns .. 'agent:history', seq .. '-0', seq .. '-0')[1]
  local time = '0'
  for i = 1, last and #last[2] or 0, 2 do
    if last[2][i] == 'at' then time = last[2][i + 1] end
  end
  local items = { '0', seq, time }
  local function add(kind, name, text)
    items[#items + 1] = kind
    items[#items + 1] = name
    items[#items + 1] = text
  end
  if args[1] == '0' then
    for _, id in ipairs(read(c, 'ZRANGE', c.side .. 'queue', 0, 4 * LIMITS.waiters - 1)) do
      local text = read(c, 'GET', waiter_key(c, id))
      if text then add('wait', id, text) end
    end
    local paused = read(c, 'HGETALL', c.ns .. 'agent:control')
    for i = 1, #paused, 2 do
      add('pause', paused[i], paused[i + 1])
    end
  end
  local hashes = { s = c.ns .. 'agent:state', a = c.side .. 'agents', c = c.side .. 'lease' }
  local found = read(c, 'HSCAN', hashes[stage], at, 'COUNT', count)
  local page = found[2]
  for i = 1, #page, 2 do
    if stage == 's' then
      add('state', page[i], page[i + 1])
    elseif stage == 'a' then
      add('agent', page[i], page[i + 1])
    else
      local held = lock(c, page[i])
      if held and not held.raw then
        local left = time_left(c, page[i])
        left = left < 0 and held.over - c.now or math.min(left, held.over - c.now)
        add('claim', page[i], lease_text(held):sub(1, -2) .. ',"left":' .. whole(math.max(left, 0)) .. '}')
      end
    end
  end
  local following = { s = 'a0', a = 'c0', c = '0' }
  items[1] = found[1] == '0' and following[stage] or stage .. found[1]
  return items
end

----------------------------------------------------------------------------------------------------------- functions

-- Lets only refusals of ours become error replies; anything else is a mistake of this file and is shown as one.
local function register(name, body, flags)
  redis.register_function({
    function_name = 'signalbox_' .. name,
    flags = flags or {},
    callback = function(keys, args)
      local ok, reply = pcall(function()
        return body(begin(keys), keys, args)
      end)
      if ok then return reply end
      if type(reply) == 'table' and reply.refusal then return { err = reply.refusal } end
      if type(reply) == 'table' and reply.err then return { err = reply.err } end
      error(reply, 0)
    end,
  })
end

register('hello', hello)
register('publish', publish)
register('claim', claim)
-- What takes away works also when the server is out of memory.
register('renew', renew, { 'allow-oom' })
register('release', release, { 'allow-oom' })
register('release_all', release_all, { 'allow-oom' })
register('cancel', cancel, { 'allow-oom' })
register('reap', reap, { 'allow-oom' })
register('transfer', transfer)
register('send', send)
register('inbox', inbox)
register('control', control)
register('event', event)
register('observe', observe)
register('snapshot', snapshot, { 'no-writes' })

redis.register_function({
  function_name = 'signalbox_version',
  flags = { 'no-writes' },
  callback = function()
    return { VERSION }
  end,
})
