-- Gives entries of a consumer group that were not acknowledged for long to the group anew: as new entries at the end, since nobody
-- is told of old ones. KEYS[1] is the stream; group, least idle time, first id, how many and last id.
local call = redis.call
local stream, group = KEYS[1], ARGV[1]
local pending = call('XPENDING', stream, group, 'IDLE', ARGV[2], ARGV[3], ARGV[5], ARGV[4])
local moved, last = 0, ''
for _, entry in ipairs(pending) do
  last = entry[1]
  local found = call('XRANGE', stream, last, last)[1]
  -- More fields than a call can have stay as they are.
  if not found or #found[2] < 7000 then
    if found then
      call('XADD', stream, '*', unpack(found[2]))
      moved = moved + 1
    end
    call('XACK', stream, group, last)
    call('XDEL', stream, last)
  end
end
return { moved, #pending, last }
