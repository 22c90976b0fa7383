-- What a person does with a queue of BullMQ, the way its own library of this version does it: as one step, so that no worker sees
-- half of it. KEYS[1] is the key with what the queue is, ARGV[1] what to do.
local call = redis.call
local meta, act = KEYS[1], ARGV[1]
local prefix = meta:sub(1, -5)
local version = call('HGET', meta, 'version') or ''
if not version:find('^bullmq:6%.') then return { 'version', version } end
local most = call('HGET', meta, 'opts.maxLenEvents') or 10000

local function tell(...) call('XADD', prefix .. 'events', 'MAXLEN', '~', most, '*', 'event', ...) end

-- Workers wait for the marker. One that is paused, or as busy as it may be, wakes nobody.
local function wake(of)
  local held = call('HMGET', of .. 'meta', 'paused', 'concurrency')
  if held[1] or (held[2] and call('LLEN', of .. 'active') >= tonumber(held[2])) then return end
  call('ZADD', of .. 'marker', 0, '0')
end

local function line(id)
  local priority = tonumber(call('HGET', prefix .. id, 'priority')) or 0
  if priority > 0 then
    local turn = call('INCR', prefix .. 'pc') % 0x100000000
    call('ZADD', prefix .. 'prioritized', priority * 0x100000000 + turn, id)
  else
    call('LPUSH', prefix .. 'wait', id)
  end
  wake(prefix)
end

if act == 'push' then
  local id
  repeat id = tostring(call('INCR', prefix .. 'id')) until call('EXISTS', prefix .. id) == 0
  local time = call('TIME')
  local at = time[1] .. string.format('%03d', math.floor(time[2] / 1000))
  call('HSET', prefix .. id, 'name', ARGV[2], 'data', ARGV[3], 'opts', '{"attempts":0}', 'timestamp', at, 'delay', 0,
    'priority', 0)
  tell('added', 'jobId', id, 'name', ARGV[2])
  line(id)
  tell('waiting', 'jobId', id)
  return { 'ok', call('LLEN', prefix .. 'wait') }
end

if act == 'requeue' then
  local ids = call('ZRANGEBYSCORE', prefix .. 'failed', '-inf', ARGV[2], 'LIMIT', 0, ARGV[3])
  local moved = 0
  for _, id in ipairs(ids) do
    local job = prefix .. id
    call('ZREM', prefix .. 'failed', id)
    if call('EXISTS', job) == 1 then
      call('HDEL', job, 'finishedOn', 'processedOn', 'failedReason')
      -- Its parent waits for it again.
      local parent = call('HGET', job, 'parentKey')
      if parent and call('EXISTS', parent) == 1
        and (call('ZREM', parent .. ':unsuccessful', job) == 1 or call('HDEL', parent .. ':failed', job) == 1) then
        call('SADD', parent .. ':dependencies', job)
      end
      line(id)
      tell('waiting', 'jobId', id, 'prev', 'failed')
      moved = moved + 1
    end
  end
  return { 'ok', moved, #ids }
end

-- Takes away jobs that are still in the state in which they were exported: ARGV from the second on are states and ids.
local removed = { 'ok' }
for i = 2, #ARGV, 2 do
  local state, id = ARGV[i], ARGV[i + 1]
  local job, there = prefix .. id, 0
  if state == 'wait' then
    if call('LPOS', prefix .. state, id, 'RANK', -1, 'MAXLEN', 1000) then there = call('LREM', prefix .. state, -1, id) end
  else
    there = call('ZREM', prefix .. state, id)
  end
  removed[#removed + 1] = there
  if there == 1 then
    local about = call('HMGET', job, 'parentKey', 'deid')
    local parent, once = about[1], about[2]
    if parent and call('SREM', parent .. ':dependencies', job) == 1 and call('SCARD', parent .. ':dependencies') == 0 then
      local of, its = parent:match('^(.*:)([^:]*)$')
      if call('ZREM', of .. 'waiting-children', its) == 1 then
        call('RPUSH', of .. 'wait', its)
        wake(of)
        call('XADD', of .. 'events', '*', 'event', 'waiting', 'jobId', its, 'prev', 'waiting-children')
      end
    end
    if once and call('GET', prefix .. 'de:' .. once) == id then call('UNLINK', prefix .. 'de:' .. once, prefix .. 'dn:' .. once) end
    call('UNLINK', job, job .. ':logs', job .. ':dependencies', job .. ':processed', job .. ':failed', job .. ':unsuccessful')
    tell('removed', 'jobId', id, 'prev', state)
  end
end
return removed
