----------------------------------------------------------------------------------------------- the hook of Claude Code
--
-- What an event of a Claude Code session means for its claims, its picture and what it is told. This file is loaded behind
-- signalbox.lua as one library with it and audit.lua, whose words it uses. PROTOCOL.md says what each event does.

-- How long a claim lasts that is only for the edit at hand, in ms.
local INTENT = 30000
-- A caller blocks no longer than this before it asks again, and never for 0, which would be for ever; in ms.
local BLOCK, BLINK = 5000, 20
-- How long a hook may wait that does not say how long it may; in ms.
local PATIENT = 50000
-- So long before its own limit a hook has its answer, in ms.
local SPARE = 2000
-- Within this nothing new is told of an agent whose phase is the same, in ms.
local QUIET = 1000
-- Letters of messages that are handed over at once; the others come with the next call.
local HANDED = 8192
-- Edits without a claim that are taken from one call.
local MISSED = 200

local EDITS = { Edit = true, Write = true, MultiEdit = true, NotebookEdit = true }
-- Tools that are a question to the person.
local QUESTIONS = { AskUserQuestion = true, ExitPlanMode = true }
-- What a notification means for who is waiting for whom; others mean nothing.
local NOTIFIED = { permission_prompt = 'you', elicitation_dialog = 'you', idle_prompt = 'idle' }
-- Events at which Claude Code takes a text for the model.
local LISTENS = { SessionStart = true, UserPromptSubmit = true, PostToolUse = true }

------------------------------------------------------------------------------------------------------ what came in

-- The fields of a call: lines of `"name":"value"`, of which the first of each name counts.
local function fields_of(text)
  if #text > 4 * LIMITS.state then refuse('the fields are larger than ' .. 4 * LIMITS.state / 1024 .. ' KiB') end
  local fields = {}
  for line in text:gmatch('[^\n]+') do
    local ok, json = pcall(cjson.decode, '{' .. line .. '}')
    if ok and type(json) == 'table' then
      for name, value in pairs(json) do
        if fields[name] == nil then fields[name] = value end
      end
    end
  end
  return fields
end

-- A short text that is only shown; empty if it is none.
local function label_of(value, most)
  if type(value) ~= 'string' then return '' end
  return (value:gsub('%c', ' '):sub(1, most or LIMITS.name))
end

-- The name of an agent as it has to be to be one; nil otherwise.
local function agent_of(fields)
  local session, child = fields.session_id, fields.agent_id
  if type(session) ~= 'string' or session == '' or session:find('[%c/]') then return nil end
  local agent = type(child) == 'string' and child ~= '' and session .. '/' .. child or session
  if #agent > LIMITS.name or agent:find('%c') then return nil end
  return agent, session
end

-- The resource that a path in the repository is; nil where it can be none, as outside of it.
local function resource_at(rel)
  if rel == '' or #rel > LIMITS.resource or rel:find('%c') then return nil end
  if is_named(rel) then
    if rel:find('/', 1, true) then return nil end
    rel = './' .. rel
  end
  return pcall(check_path, rel) and not is_folder(rel) and rel or nil
end

------------------------------------------------------------------------------------------------------ who is known

-- What to call a session that has no title, and a subagent.
local function name_for(c, me)
  if me.parent ~= '' then
    local above_it = me.above
    above_it.kids = (tonumber(above_it.kids) or 0) + 1
    return (me.role ~= '' and me.role or 'agent') .. ' ' .. whole(above_it.kids)
  end
  local key, branch = c.side .. 'numbers', me.branch ~= '' and me.branch or 'session'
  local count = (bounded(read(c, 'HGET', key, branch) or '', 0, LAST) or 0) + 1
  if count == 1 and read(c, 'HLEN', key) >= LIMITS.agents then also(c, 'DEL', key) end
  also(c, 'HSET', key, branch, whole(count))
  return branch .. ' ' .. whole(count)
end

-- How a person knows an agent.
local function called(c, agent)
  local record = record_of(c, agent)
  local name = record and label_of(record.name) or ''
  return name ~= '' and name or shown(agent):sub(1, 40)
end

-- The version of a hook, whichever of its two kinds it is.
local function version_of(by)
  return type(by) == 'string' and by:match('%S*$') or ''
end

-- Registers an agent of which nothing is known yet, or whose process is another one now. Returns its record.
local function meet(c, call, agent, parent, role)
  local record = record_of(c, agent)
  local is_same = record and record.by and record.host == call.host and (call.pid == '' or record.pid == call.pid)
  local title = parent == '' and call.title ~= '' and call.title or nil
  if not is_same then
    local above_it = parent ~= '' and call.records[parent] or nil
    local old = record or {}
    record = {
      parent = parent, host = call.host, pid = call.pid, branch = call.branch, role = role, root = call.root, by = call.by,
      above = above_it, phase = 'working', tool = '', since = c.now, request = call.request, kids = old.kids,
      team = call.team ~= '' and call.team or old.team,
    }
    record.name = title or (type(old.name) == 'string' and old.name ~= '' and old.name) or name_for(c, record)
    record.above = nil
    greet(c, agent, record)
    record.is_new = true
  elseif (title and record.name ~= title) or version_of(record.by) ~= version_of(call.by)
    or (call.team ~= '' and record.team ~= call.team) then
    record.name, record.by, record.team = title or record.name, call.by, call.team ~= '' and call.team or record.team
    put_record(c, agent, record)
    tell(c, 'hello', agent, add_fields(add_fields({}, ABOUT, record), OF_HOOK, record))
  end
  call.records[agent] = record
  return record
end

-- Notes that an agent is in a phase, and tells it where that is news.
local function enter_phase(c, call, me, phase, tool)
  local record = me.record
  phase, tool = phase or record.phase or 'working', tool or ''
  local is_news = record.is_new or record.phase ~= phase
  local at = bounded(record.at, 0, c.us) or 0
  if not is_news and record.tool == tool and c.us - at < QUIET * 1000 then return end
  if is_news then record.since = c.now end
  record.phase, record.tool, record.request, record.by = phase, tool, call.request, call.by
  hear(c, me.agent, c.side .. 'agents')
  put_record(c, me.agent, record)
  local fields = { 'phase', phase, 'tool', tool }
  if is_news then
    fields[5], fields[6] = 'since', record.since
    tell(c, 'phase', me.agent, fields)
  else
    local text = head_of(c, 'alive', me.agent, fields) .. '"at":"' .. c.at .. '"}'
    also(c, 'PUBLISH', c.ns .. 'agent:events', text)
  end
end

-- Ends what an agent holds and what is known of it. Of one that this very call has met nothing is stored yet.
local function part(c, agent, reason, is_met)
  free_all(c, agent)
  if not is_met and not record_of(c, agent) then return end
  also(c, 'HDEL', c.side .. 'agents', agent)
  also(c, 'ZREM', c.side .. 'heard', agent)
  tell(c, 'bye', agent, { 'reason', reason })
end

local function children_of(c, session)
  local children = {}
  for _, name in ipairs(read(c, 'HKEYS', c.side .. 'agents')) do
    if is_child(name, session) then children[#children + 1] = name end
  end
  table.sort(children)
  return children
end

--------------------------------------------------------------------------------------------------------- its claims

local function lease_time(c)
  return setting(c, 'claims.ttl', 1000, LIMITS.ttl, 120000)
end

-- Whether somebody else waits for a resource.
local function is_wanted(c, resource, agent)
  if #waiters_of(c) == 0 then return false end
  return each_ahead(c, resource, nil, function(waiter)
    return waiter.agent ~= agent or nil
  end) or false
end

-- Moves the end of a lease that an agent has, where that is another one.
local function move(c, resource, held, lease, over)
  local before = lease.over
  lease.over = over
  put(c, resource, held)
  if lease ~= held or over == before then return end
  local about = { 'resource', resource, 'token', whole(held.token), 'ttl', math.max(over - c.now, 0) }
  if over < before then about[7], about[8] = 'reason', 'yields' end
  tell(c, 'renew', held.holder, about)
end

-- When a lease ends whose file was edited and is not being edited; not before a claim does that was made otherwise.
local function end_of(c, resource, lease)
  local least = math.max(lease.had or 0, c.now + 1)
  local keep = setting(c, 'claims.keep', 1000, LIMITS.ttl, 600000)
  if is_wanted(c, resource, lease.holder) then
    lease.yields = true
    return math.max(lease.edit + yield_after(c), least)
  end
  lease.yields = nil
  return math.max(math.min(c.now + lease_time(c), lease.edit + keep), least)
end

-- Prolongs what an agent edited before, since it is at work. Done now and then only, which is often enough.
local function stretch(c, me)
  local record = me.record
  local last = bounded(record.stretched, 0, c.now) or 0
  if c.now - last < lease_time(c) / 4 then return end
  record.stretched = c.now
  put_record(c, me.agent, record)
  each_lease(c, me.agent, function(resource, held, lease)
    if not lease.edit or lease.open or lease.yields or is_wanted(c, resource, me.agent) then return end
    local over = end_of(c, resource, lease)
    if over > lease.over then move(c, resource, held, lease, over) end
  end)
end

-- An edit came to nothing, or was refused by the person: what was claimed for it alone is free.
local function drop_intent(c, resource, held, lease)
  if not lease.open then return end
  local is_for_edit = not lease.had or lease.had <= c.now
  if not lease.edit and is_for_edit then return let_go(c, resource, held, lease) end
  lease.open = nil
  if not lease.edit then
    -- A claim that was made otherwise is what it was before.
    lease.had = nil
    return move(c, resource, held, lease, lease.over)
  end
  move(c, resource, held, lease, end_of(c, resource, lease))
end

local function drop_intents(c, agent, but)
  each_lease(c, agent, function(resource, held, lease)
    if resource ~= but then drop_intent(c, resource, held, lease) end
  end)
end

-- The lease with which an agent edits a resource; nil if it has none.
local function lease_for(c, agent, resource)
  local held = settle(c, resource)
  local lease = held and not held.raw and held.holder == agent and held or nil
  return lease and lease.over > c.now and lease or nil
end

local function confirm(c, me, resource)
  local lease = lease_for(c, me.agent, resource)
  if not lease then
    if not me.call.missed[me.agent .. '\t' .. resource] then
      tell(c, 'unclaimed', me.agent, { 'resource', resource, 'detail', 'edited' })
    end
    return
  end
  lease.edit, lease.open = c.now, nil
  -- A claim that is no longer than an intent was made for this edit, as by `signalbox wait`.
  if not lease.had or lease.had <= c.now or lease.ttl <= INTENT then
    lease.had, lease.ttl = nil, lease_time(c)
  end
  move(c, resource, lease, lease, end_of(c, resource, lease))
end

------------------------------------------------------------------------------------------------------- what it says

local function denial(reason)
  return '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":'
    .. quote('Signalbox: ' .. reason)
    .. '}}'
end

local function in_shell(path)
  return path:find('^[%w@%%_+=:,./-]+$') and path or "'" .. path:gsub("'", "'\\''") .. "'"
end

local function seconds(ms)
  return whole(math.ceil(ms / 1000)) .. ' s'
end

-- What the holder of something works on, as far as it said.
local function work_of(c, agent, task)
  if task ~= '' then return task end
  local stored = read(c, 'HGET', c.ns .. 'agent:state', agent)
  local known = stored and known_state(agent, stored)
  local state = known and decode_state(known.text or known.plain)
  local inner = state and type(state.state) == 'table' and state.state or state
  return inner and label_of(inner.task, 200) or ''
end

-- Why an edit or a command is refused: what is in the way, whose, for what, how long, and what to do instead.
local function denied_text(c, found, position, waited, what)
  local resource, blocking, held, waiter = found[1], found[2], found[3], found[4]
  local text
  if not held then
    text = resource .. ' is free, but ' .. called(c, waiter.agent) .. ' waits for it and came first'
  else
    local holder = held.raw and held.holder or called(c, held.holder)
    local task = held.raw and '' or work_of(c, held.holder, held.task)
    local left = time_left(c, blocking)
    if held.over then left = held.over - c.now end
    text = resource .. (blocking == resource and '' or ' is in ' .. blocking .. ', which') .. ' is claimed by ' .. holder
    if task ~= '' then text = text .. ' (task "' .. task .. '")' end
    text = text .. (left >= 0 and ', for ' .. seconds(left) .. ' more unless it is renewed' or ', without an end')
  end
  text = text .. '. '
  if waited then text = text .. 'You waited ' .. seconds(waited) .. ' at place ' .. whole(position) .. ' in line. ' end
  return text
    .. (what == 'file' and 'The file was not changed' or 'The command was not run')
    .. '. Work on something else and come back to it later, or run `signalbox wait '
    .. (what == 'command' and '--exact ' or '') .. in_shell(resource) .. '`, which ends when you may '
    .. (what == 'command' and 'run it. Do not do the same in another way instead.'
      or 'edit it. Do not change it by a shell command or another tool instead.')
end

local function circle_words(c, circle, resource, what)
  local names = {}
  for i, agent in ipairs(circle) do
    names[i] = called(c, agent)
  end
  names[#names + 1] = names[1]
  return 'waiting for ' .. resource .. ' would never end, as each waits for the next: ' .. table.concat(names, ' -> ')
    .. (what == 'file' and '. The file was not changed' or '. The command was not run')
    .. '. Work on something else, or finish what you have begun, so that the others can go on.'
end

local LIMITED = {
  claims = 'you hold as many claims as one agent may; finish some of your work before you begin more.',
  waiters = 'as many agents wait in line already as there is room for. Work on something else and come back to it later.',
  folder = 'too many files are claimed to look at. Work on something else and come back to it later.',
}

local function wait_id(agent, resources)
  return 'hook-' .. redis.sha1hex(agent .. '\n' .. table.concat(resources, '\n'))
end

-- Claims resources for the edit or the command at hand. Returns what the hook prints.
local function claim_now(c, me, resources, ttl, what)
  local patience = setting(c, 'claims.wait', 0, PATIENT, 20000)
  local wish = { ttl = ttl, task = '', open = true }
  if patience > 0 then wish.wait = wait_id(me.agent, resources) end
  local word, found, position, waiter = decide(c, me.agent, resources, wish)
  if word == 'OK' then return '' end
  me.denied = true
  if word == 'DEADLOCK' then return denial(circle_words(c, found, resources[1], what)) end
  if word == 'LIMIT' then return denial(resources[1] .. ' was not claimed: ' .. LIMITED[found]) end
  if not waiter then return denial(denied_text(c, found, 0, nil, what)) end
  local waited = c.now - waiter.began
  if waited >= patience or me.call.left <= SPARE then
    local text = denied_text(c, found, position, waited, what)
    leave(c, waiter, 'cancelled')
    deny(c, me.agent, found)
    serve(c)
    return denial(text)
  end
  me.denied = false
  local held = found[3]
  local left = not held and BLOCK or held.over and held.over - c.now or time_left(c, found[2])
  if left < 0 then left = BLOCK end
  local block = math.max(math.min(left, BLOCK, patience - waited, me.call.left - SPARE), BLINK)
  return 'WAIT ' .. c.side .. 'wake:' .. waiter.id .. ' ' .. whole(block)
end

-- Messages that an agent has not read, as a text for its model; they are gone from its inbox then.
local function handed_over(c, me, event)
  local key = inbox_key(c, me.agent)
  local parts, size, ids, handed = {}, 0, {}, {}
  for _, entry in ipairs(read(c, 'XRANGE', key, '-', '+', 'COUNT', 20)) do
    local fields = message_of(entry)
    -- A line of its own would look like another message.
    local text, from = (fields.text or ''):sub(1, LIMITS.text):gsub('[\r\n]+', '\n  '), shown(fields.from or '')
    local line = from == 'signalbox' and text or 'Message from ' .. called(c, from) .. ': ' .. text
    if #parts > 0 and size + #line > HANDED then break end
    size, ids[#ids + 1] = size + #line, entry[1]
    handed[#handed + 1] = entry
    parts[#parts + 1] = line
  end
  if #ids == 0 then return '' end
  -- One by one, since to the largest number that an id may have nothing can be added.
  also(c, 'XDEL', key, unpack(ids))
  tell_delivered(c, me.agent, handed)
  return '{"hookSpecificOutput":{"hookEventName":"' .. event .. '","additionalContext":'
    .. quote('Signalbox: ' .. table.concat(parts, '\n'))
    .. '}}'
end

-------------------------------------------------------------------------------------------------------- its events

-- What shell commands do, which is in audit.lua.
local shell = {}

-- What each event does beyond being a sign of life: returns the phase that it means, the tool that runs, and what is printed.
local EVENTS = {}

function EVENTS.SessionStart(c, me, fields)
  -- In the middle of its work a session begins anew where its memory was made smaller.
  return fields.source == 'compact' and 'working' or 'idle'
end

function EVENTS.SubagentStart()
  return 'working'
end

function EVENTS.UserPromptSubmit(c, me)
  drop_intents(c, me.agent)
  return 'working'
end

function EVENTS.PreToolUse(c, me, fields, resource)
  local tool = label_of(fields.tool_name)
  -- An agent makes one edit after the other, and of one that the person rejects nothing is heard.
  if resource then drop_intents(c, me.agent, resource) end
  local answer = ''
  if resource then
    answer = claim_now(c, me, { resource }, INTENT, 'file')
  elseif tool == 'Bash' then
    answer = shell.begins(c, me)
  end
  return QUESTIONS[tool] and 'you' or 'working', tool, answer
end

function EVENTS.PostToolUse(c, me, fields, resource)
  if resource then confirm(c, me, resource) end
  if fields.tool_name == 'Bash' then shell.ended(c, me) end
  return 'working'
end

function EVENTS.PostToolUseFailure(c, me, fields, resource)
  local lease = resource and lease_for(c, me.agent, resource)
  if lease then drop_intent(c, resource, lease, lease) end
  if fields.tool_name == 'Bash' then shell.ended(c, me) end
  return 'working'
end

function EVENTS.PermissionRequest(c, me, fields, resource)
  local lease = resource and lease_for(c, me.agent, resource)
  if lease and lease.open then move(c, resource, lease, lease, math.max(lease.over, c.now + lease_time(c))) end
  -- It is asked beside the question itself, so that a quick answer may have come, and the tool be done, before this.
  if me.record.tool == '' and me.record.phase == 'working' and not me.record.is_new then return 'working' end
  return 'you', label_of(fields.tool_name)
end

function EVENTS.Notification(c, me, fields)
  -- Whoever waits for a prompt runs nothing: what it was about to run has been rejected.
  if fields.notification_type == 'idle_prompt' then drop_intents(c, me.agent) end
  return NOTIFIED[fields.notification_type], me.record.tool
end

function EVENTS.Stop(c, me, fields)
  local has_jobs = type(fields.background_tasks) == 'table' and #fields.background_tasks > 0
  if has_jobs then
    drop_intents(c, me.agent)
    return 'job'
  end
  free_all(c, me.agent)
  for _, child in ipairs(children_of(c, me.agent)) do
    part(c, child, 'its session has stopped')
  end
  return 'idle'
end

-- Why a turn broke off, of what may leave the machine; without a word it is the limit, which is the usual reason.
local AWAY = { rate_limit = true, server_error = true, overloaded = true, billing_error = true }

function EVENTS.StopFailure(c, me, fields)
  return (fields.error == nil or AWAY[fields.error]) and 'limited' or 'idle'
end

local function leaving(c, me, reason)
  for _, child in ipairs(children_of(c, me.agent)) do
    part(c, child, reason)
  end
  part(c, me.agent, reason, true)
  me.has_left = true
end

function EVENTS.SubagentStop(c, me)
  leaving(c, me, 'done')
end

function EVENTS.SessionEnd(c, me, fields)
  leaving(c, me, label_of(fields.reason))
end

------------------------------------------------------------------------------------------------------------ a call

-- Tells of edits that were let through while Redis was away. Returns which, as agent and path.
local function tell_missed(c, text)
  local known, count = {}, 0
  for agent, rel in text:gmatch('[^\n\t]*\t([^\n\t]*)\t([^\n]*)') do
    local resource = resource_at(rel)
    if resource and agent ~= '' and #agent <= LIMITS.name and not agent:find('%c') and count < MISSED then
      count = count + 1
      known[agent .. '\t' .. resource] = true
      tell(c, 'unclaimed', agent, { 'resource', resource, 'detail', 'redis-down' })
    end
  end
  return known, count
end

-- Counts what the hooks of a host do, so that it can be said whether they do anything.
local function count_guard(c, call, is_edit, is_denied, missed)
  local key = c.side .. 'guard'
  local ok, json = pcall(cjson.decode, read(c, 'HGET', key, call.host) or '')
  local known = ok and type(json) == 'table' and json or nil
  if not known and read(c, 'HLEN', key) >= LIMITS.agents then also(c, 'DEL', key) end
  local function next_of(name, more)
    return (bounded(known and known[name], 0, LAST) or 0) + more
  end
  also(c, 'HSET', key, call.host, '{' .. fields_text({
    'at', c.at, 'by', call.by, 'calls', next_of('calls', 1), 'edits', next_of('edits', is_edit and 1 or 0),
    'denied', next_of('denied', is_denied and 1 or 0),
  }) .. '"missed":' .. whole(next_of('missed', missed)) .. '}')
end

local function hook(c, keys, args)
  need(args, 4, 11, 'host root rel fields pid branch by missed left team shell')
  local fields = fields_of(args[4])
  local agent, session = agent_of(fields)
  local event = fields.hook_event_name
  if not agent then refuse('the fields name no session') end
  if type(event) ~= 'string' then refuse('the fields name no event') end
  -- Whoever only looks whether all works leaves no trace, but has to see that the answer is ours.
  if event == 'SignalboxProbe' then return 'signalbox ' .. VERSION end
  local call = {
    host = label_of(args[1]), root = label_of(args[2], LIMITS.resource), pid = label_of(args[5], 32), branch = label_of(args[6]),
    by = label_of(args[7]), request = label_of(fields.prompt_id), title = label_of(fields.session_title), records = {},
    -- `left` is how long this hook may go on; of one that does not say, it is not known when it began either.
    left = bounded(args[9] or '', 0, LIMITS.wait) or PATIENT, says_left = (args[9] or '') ~= '', team = label_of(args[10]),
  }
  if call.by == '' then call.by = 'unknown' end
  call.shell = shell.read(args[11] or '')
  local role = label_of(fields.agent_type)
  local missed
  call.missed, missed = tell_missed(c, args[8] or '')
  local about = {}
  for name, value in pairs({ role = role, request = call.request }) do
    if value ~= '' then about[#about + 1], about[#about + 2] = name, value end
  end
  c.who = { agent = agent, text = fields_text(about) }
  end_leases(c, FEW)
  -- Whom that concerns is served when all is done: what an agent gets in the call that ends it would stay behind.
  local above_it = meet(c, call, session, '', agent == session and role or '')
  local me = { agent = agent, call = call, record = above_it }
  if agent ~= session then
    local kids = above_it.kids
    me.record = meet(c, call, agent, session, role)
    if above_it.kids ~= kids then put_record(c, session, above_it) end
  end
  local resource = EDITS[fields.tool_name] and resource_at(args[3]) or nil
  local act = EVENTS[event]
  local phase, tool, answer
  if act then phase, tool, answer = act(c, me, fields, resource) end
  if not me.has_left then
    enter_phase(c, call, me, phase, tool)
    stretch(c, me)
    if LISTENS[event] and (answer or '') == '' then answer = handed_over(c, me, event) end
  end
  count_guard(c, call, event == 'PreToolUse' and resource ~= nil, me.denied, missed)
  serve(c)
  commit(c)
  return (answer or '') .. (me.more or '')
end

register('hook', hook)
-- What lets go works also when the server is out of memory.
register('hook_end', hook, { 'allow-oom' })
