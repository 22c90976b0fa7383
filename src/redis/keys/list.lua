-- Entries of a list from the end at which workers pop. KEYS[1] is the list.
local call = redis.call
local list, act = KEYS[1], ARGV[1]

-- Up to ARGV[2] of them, no more than ARGV[3] bytes in all but for the first, which may have ARGV[4].
if act == 'read' then
  local found, bytes = {}, 0
  for i = 1, tonumber(ARGV[2]) do
    local entry = call('LINDEX', list, -i)
    if not entry then break end
    bytes = bytes + #entry
    if i == 1 and bytes > tonumber(ARGV[4]) then return { 'large', bytes } end
    if i > 1 and bytes > tonumber(ARGV[3]) then break end
    found[i] = entry
  end
  return { 'ok', unpack(found) }
end

-- Takes away what was read, if it is there: what a worker popped meanwhile is not, and what was pushed there meanwhile stays.
local removed = {}
for i = 2, #ARGV do
  local there = 0
  if call('LPOS', list, ARGV[i], 'RANK', -1, 'MAXLEN', 1000) then there = call('LREM', list, -1, ARGV[i]) end
  removed[#removed + 1] = there
end
return removed
