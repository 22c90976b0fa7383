-- What is next in a queue, without taking it: up to ARGV[2] tasks, each text cut to ARGV[3] bytes, and no more than ARGV[4] in all.
local call = redis.call
local key, kind, count, most, left = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local found = {}
local function cut(text)
  local part = (text or ''):sub(1, most)
  left = left - #part
  return part
end
local function add(task)
  found[#found + 1] = task
  return #found < count and left > 0
end

if kind == 'list' then
  local i = 1
  repeat
    local entry = call('LINDEX', key, -i)
    i = i + 1
  until not entry or not add({ cut(entry), #entry })
elseif kind == 'stream' then
  for _, entry in ipairs(call('XRANGE', key, ARGV[5], '+', 'COUNT', count)) do
    local task = { entry[1] }
    for i, text in ipairs(entry[2]) do if i <= 200 then task[i + 1] = cut(text) end end
    if not add(task) then break end
  end
else
  local prefix = key:sub(1, -5)
  local ids = {}
  for _, list in ipairs({ 'wait', 'paused' }) do
    local all = call('LRANGE', prefix .. list, -count, -1)
    for i = #all, 1, -1 do ids[#ids + 1] = all[i] end
  end
  for _, id in ipairs(call('ZRANGE', prefix .. 'prioritized', 0, count - 1)) do ids[#ids + 1] = id end
  for _, id in ipairs(ids) do
    local job = call('HMGET', prefix .. id, 'name', 'data')
    if not add({ id, cut(job[1]), cut(job[2]) }) then break end
  end
end
return found
