------------------------------------------------------------------------------------------- what a supervisor has set
--
-- Before a tool runs: a pause keeps it waiting, and the cap on agents refuses to start one more. This file is loaded behind
-- hook.lua, whose events it goes before. PROTOCOL.md ("Pause", "The cap on agents") says what is promised.

------------------------------------------------------------------------------------------------------------- pauses

-- The pause that concerns an agent, the fleet's first; nil if there is none.
local function pause_of(c, agent)
  local targets = { '*' }
  for at in agent:gmatch('()/') do
    targets[#targets + 1] = agent:sub(1, at - 1)
  end
  targets[#targets + 1] = agent
  local texts = read(c, 'HMGET', c.ns .. 'agent:control', unpack(targets))
  for i, target in ipairs(targets) do
    if texts[i] then
      -- Whatever stands there, it is a pause.
      local ok, json = pcall(cjson.decode, texts[i])
      json = ok and type(json) == 'table' and json or {}
      return { is_all = target == '*', by = label_of(json.by), reason = label_of(json.reason, LIMITS.detail) }
    end
  end
end

local function paused_text(pause)
  return 'paused by the supervisor' .. (pause.by ~= '' and ', ' .. pause.by or '') .. (pause.is_all and ', with the whole fleet' or '')
    .. (pause.reason ~= '' and ': ' .. pause.reason or '')
    .. '. This call was not made, and nothing was changed. Make the same call again, which waits until you are resumed; do not do it'
    .. ' in another way. If it is refused again and again, end your turn and say that you are paused.'
end

-- Tools that start an agent.
local SPAWNS = { Agent = true, Task = true }

-- What a hook prints whose agent is paused: that it has to wait, or that it has waited for as long as it may.
local function halt(c, me, tool, resource, pause)
  -- Whoever is paused edits nothing, so that others need not wait for that.
  local wanted = resource and { resource } or me.call.shell.claims
  if #wanted > 0 then
    local id = wait_id(me.agent, wanted)
    for _, waiter in ipairs(waiters_of(c)) do
      if waiter.id == id then
        leave(c, waiter, 'cancelled')
        break
      end
    end
    drop_intents(c, me.agent)
  end
  local left = me.call.left - SPARE
  if left <= 0 or not me.call.says_left then
    me.denied = true
    return denial(paused_text(pause))
  end
  local has_more = resource or tool == 'Bash' or SPAWNS[tool] or QUESTIONS[tool]
  local halted, key = c.side .. 'halted', halt_key(c, me.agent, has_more and 'halt' or 'pass')
  also(c, 'ZREMRANGEBYSCORE', halted, '-inf', whole(c.now - 2 * PATIENCE))
  if read(c, 'ZCARD', halted) >= 2 * LIMITS.agents then also(c, 'ZREMRANGEBYRANK', halted, '0', '0') end
  also(c, 'ZADD', halted, whole(c.now), me.agent)
  -- Of a former pause a call may have left something there.
  also(c, 'DEL', key)
  -- It asks again in time for its leases to be stretched.
  return 'PAUSE ' .. key .. ' ' .. whole(math.max(math.min(left, BLOCK, lease_time(c) / 4), BLINK))
end

------------------------------------------------------------------------------------------------------------- the cap

-- Within this an agent that a call was to start has come, in ms.
local COMING = 60000
-- An agent that was not heard for longer does not count, in ms.
local COUNTED = 3600000

local function coming_key(c)
  return c.side .. 'coming'
end

-- Lets one more agent be started by a session, or says why not. Those that were let and have not come yet count as well.
local function let_start(c, me, session)
  local most = setting(c, 'agents.max', 0, MOST, 200)
  if most == 0 then return '' end
  local key = coming_key(c)
  local coming = read(c, 'ZCOUNT', key, '(' .. whole(c.now), '+inf')
  local count = read(c, 'ZCOUNT', c.side .. 'heard', whole(c.now - COUNTED), '+inf')
  -- Whom this very call has met is not written yet.
  for agent, record in pairs(me.call.records) do
    if record.is_new and not read(c, 'ZSCORE', c.side .. 'heard', agent) then count = count + 1 end
  end
  if count + coming >= most then
    me.denied = true
    local text = 'there ' .. (count == 1 and 'is 1 agent' or 'are ' .. whole(count) .. ' agents')
      .. (coming > 0 and ', and ' .. whole(coming) .. ' more being started' or '')
    return denial(text .. '; ' .. whole(most) .. ' is the most that this fleet may have. No agent was started. Do this work yourself, or wait until other'
      .. ' agents are done and try again. The person you work for can raise the cap (the setting signalbox.agents.max, or agents.max in agent:config).')
  end
  also(c, 'ZREMRANGEBYSCORE', key, '-inf', whole(c.now))
  also(c, 'ZADD', key, whole(c.now + COMING), session .. '\n' .. whole(next_token(c)))
  return ''
end

-- An agent that a session was let start has come, or will not.
local function has_come(c, session)
  local key = coming_key(c)
  for _, mark in ipairs(read(c, 'ZRANGEBYSCORE', key, '(' .. whole(c.now), '+inf', 'LIMIT', 0, 2 * LIMITS.agents)) do
    if mark:sub(1, #session + 1) == session .. '\n' then
      also(c, 'ZREM', key, mark)
      return
    end
  end
end

-- The call that started an agent has ended. Which of its session's agents it was is not known: as long as some have come, it
-- was one of these, so that what is still to come stays counted.
local function started(c, me, session)
  local record = me.call.records[session]
  local spawned = bounded(record.spawned, 0, LIMITS.agents) or 0
  if spawned == 0 then return has_come(c, session) end
  record.spawned = spawned - 1
  put_record(c, session, record)
end

-------------------------------------------------------------------------------------------------------- their events

-- Runs `act` before an event of hook.lua, and in its place where that returns anything.
local function before(event, act)
  local then_act = EVENTS[event]
  EVENTS[event] = function(c, me, fields, resource)
    local phase, tool, answer = act(c, me, fields, resource)
    if phase then return phase, tool, answer end
    return then_act(c, me, fields, resource)
  end
end

local function session_of(me)
  return me.agent:match('^[^/]+')
end

before('PreToolUse', function(c, me, fields, resource)
  local tool = label_of(fields.tool_name)
  local pause = pause_of(c, me.agent)
  if pause then return 'working', tool, halt(c, me, tool, resource, pause) end
  local answer = SPAWNS[tool] and let_start(c, me, session_of(me)) or ''
  if answer ~= '' then return 'working', tool, answer end
end)

before('SubagentStart', function(c, me)
  local session = session_of(me)
  has_come(c, session)
  local record = me.call.records[session]
  record.spawned = math.min((bounded(record.spawned, 0, LIMITS.agents) or 0) + 1, LIMITS.agents)
  put_record(c, session, record)
end)

local function after_start(c, me, fields)
  if SPAWNS[label_of(fields.tool_name)] then started(c, me, session_of(me)) end
end
before('PostToolUse', after_start)
before('PostToolUseFailure', after_start)

before('UserPromptSubmit', function(c, me)
  me.record.spawned = nil
end)
