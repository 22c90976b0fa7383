---------------------------------------------------------------------------------------- what goes around the hook
--
-- Shell commands: what they claim while they run, what they may not write, and what they have changed nevertheless. The hook says
-- which rules a command matches and which paths it names; the command itself never comes here. This file is loaded behind hook.lua,
-- which calls what stands in `shell`.

do

-- Lines that are taken from one call or given to it, and their bytes; an environment takes no more in one piece.
local MOST, MOST_TEXT = 200, 65536

-- What a call says of a shell command: lines of a letter, a tab and a name.
function shell.read(text)
  local said = { claims = {}, writes = {} }
  local known = {}
  for line in text:gmatch('[^\n]+') do
    local letter, name = line:match('^(.)\t?(.*)$')
    local is_known = known[letter .. name]
    known[letter .. name] = true
    if letter == 'A' then
      said.wants_held = true
    elseif is_known or name == '' or #name > LIMITS.resource or name:find('%c') then
      -- What cannot be claimed is in nobody's way.
    elseif letter == 'R' and #said.claims < LIMITS.resources then
      -- Named things, and what people call so without a colon.
      if is_named(name) or not is_folder(name) and pcall(check_path, name) then said.claims[#said.claims + 1] = name end
    elseif letter == 'W' and #said.writes < MOST then
      local resource = name == './' and name or is_folder(name) and pcall(check_path, name) and name or resource_at(name)
      if resource then said.writes[#said.writes + 1] = resource end
    end
  end
  return said
end

-- Whether somebody is known to work in another working tree, whose files are others of the same name.
local function is_elsewhere(c, call, agent)
  local record = record_of(c, agent)
  local root = record and record.root
  if type(root) ~= 'string' or root == '' then return false end
  return root ~= call.root or record.host ~= call.host
end

-- What is in the way of a command that writes to a file, or to whatever is in a folder; nil where nothing is.
local function blocking(c, me, resource)
  local found = each_lock(c, resource, function(place, held)
    if is_open(held, me.agent) then return nil end
    -- A file is claimed in all working trees, since they are merged; a folder is swept in this one.
    if is_folder(resource) and #place > #resource and not held.raw and is_elsewhere(c, me.call, held.holder) then return nil end
    return { #place > #resource and place or resource, place, held }
  end)
  return found ~= 'limit' and found or nil
end

-- A command is about to run: what it writes may be nobody else's, and what its rules name is its own until it has ended. Returns
-- what the hook prints.
function shell.begins(c, me)
  local said = me.call.shell
  me.record.began = c.now
  for _, resource in ipairs(said.writes) do
    settle(c, resource)
    local found = blocking(c, me, resource)
    if found then
      me.denied = true
      deny(c, me.agent, found)
      return denial(denied_text(c, found, 0, nil, 'write'))
    end
  end
  if #said.claims == 0 then return '' end
  return claim_now(c, me, said.claims, setting(c, 'claims.keep', 1000, LIMITS.ttl, 600000), 'command')
end

-- What others hold, the newest first: a line for each, with 1 where it has to be there, since its holder edited it in this
-- working tree. `only_here` leaves out who works in another one.
local function held_lines(c, me, only_here)
  local found = {}
  for _, place in ipairs(read(c, 'ZRANGE', c.side .. 'res', 0, LIMITS.below - 1)) do
    local held = lock(c, place)
    if held and not is_open(held, me.agent) then
      local is_away = not held.raw and is_elsewhere(c, me.call, held.holder)
      if not (only_here and is_away) then
        local path = place ~= './' and place:sub(1, 2) == './' and place:sub(3) or place
        local must_be = held.edit and not is_away and '1' or '0'
        found[#found + 1] = { held.token or 0, must_be .. '\t' .. path }
      end
    end
  end
  table.sort(found, function(a, b) return a[1] > b[1] end)
  local lines, size = {}, 0
  for i = 1, math.min(#found, MOST) do
    size = size + #found[i][2]
    if size > MOST_TEXT then break end
    lines[i] = '\n' .. found[i][2]
  end
  return table.concat(lines)
end

-- A command has ended, or was begun in the background: what was claimed for it is free.
function shell.ended(c, me)
  local moves_tree = false
  each_lease(c, me.agent, function(resource, held, lease)
    -- What git brings into one's own working tree is no change of what others do in theirs.
    if lease.open and resource:find('^git:index') then moves_tree = true end
  end)
  drop_intents(c, me.agent)
  if me.call.shell.wants_held then me.more = held_lines(c, me, moves_tree) end
end

-- Whether somebody else is at work in the same working tree, who may as well have done what a command seems to have. A parent
-- that waits for its child does nothing itself.
local function is_shared(c, call, agent)
  local all = read(c, 'HGETALL', c.side .. 'agents')
  for i = 1, #all, 2 do
    local ok, record = pcall(cjson.decode, all[i + 1])
    if ok and type(record) == 'table' and all[i] ~= agent and record.root == call.root and record.host == call.host then
      local is_at_work = record.phase == 'working' or record.phase == 'job'
      local waits = is_child(agent, all[i]) and (record.tool == 'Agent' or record.tool == 'Task')
      if is_at_work and not waits then return true end
    end
  end
  return false
end

-- Names for a sentence, not too many.
local function listed(names, sign)
  local few = {}
  for i = 1, math.min(#names, 10) do
    few[i] = sign .. names[i] .. sign
  end
  if #names > #few then few[#few + 1] = whole(#names - #few) .. ' more' end
  return #few > 1 and table.concat(few, ', ', 1, #few - 1) .. ' and ' .. few[#few] or few[1]
end

-- Files that others hold have changed while a command of an agent ran. Each is told, as what it is or may be, once to whom it
-- concerns; not what its holder has edited itself meanwhile.
local function changed(c, keys, args)
  need(args, 4, 4, 'host root agent paths')
  local call = { host = label_of(args[1]), root = label_of(args[2], LIMITS.resource) }
  local agent = name_of(args[3], "the agent's name")
  local text = text_of(args[4], 2 * MOST_TEXT, 'the list of paths')
  end_leases(c, FEW)
  local record = record_of(c, agent) or {}
  local began = bounded(record.began, 0, c.now) or c.now
  local is_here_shared
  local of, holders, all, count = {}, {}, {}, 0
  for path in text:gmatch('[^\n]+') do
    local resource = count < MOST and resource_at(path)
    local held = resource and each_lock(c, resource, function(_, other)
      return not is_open(other, agent) and other or nil
    end)
    if held and held ~= 'limit' then
      local is_away = not held.raw and is_elsewhere(c, call, held.holder)
      local is_its_own = not held.raw and not is_away and (held.open or (held.edit or 0) >= began)
      if not is_its_own then
        if is_here_shared == nil then is_here_shared = is_shared(c, call, agent) end
        -- One who came while the command ran may have come after the change.
        local is_sure = is_away and not is_here_shared and held.since < began
        count = count + 1
        tell(c, 'unclaimed', agent, {
          'resource', resource, 'detail', is_sure and 'bash' or 'bash-suspected', 'holder', held.holder,
        })
        all[count], all.is_sure = resource, all.is_sure ~= false and is_sure
        if not held.raw then
          if not of[held.holder] then
            of[held.holder] = { is_sure = true }
            holders[#holders + 1] = held.holder
          end
          local its = of[held.holder]
          its[#its + 1], its.is_sure = resource, its.is_sure and is_sure
        end
      end
    end
  end
  for _, holder in ipairs(holders) do
    local its = of[holder]
    note(c, holder, 'bash-' .. c.at, 'signalbox', listed(its, '"') .. (its.is_sure and ' was changed by' or ' changed during')
      .. ' a shell command of ' .. called(c, agent) .. ', while you hold it. Read it again before you next edit it, and see that'
      .. ' nothing of yours was lost.')
  end
  if count > 0 then
    local names = {}
    for i, holder in ipairs(holders) do
      names[i] = called(c, holder)
    end
    local whose = #names == 0 and 'others' or listed(names, '')
    note(c, agent, 'bash-' .. c.at, 'signalbox', (all.is_sure and 'Your last shell command changed ' or 'While your last shell command ran, ')
      .. listed(all, '"') .. (all.is_sure and ', which ' or ' changed, which ') .. whose .. ' held. '
      .. (all.is_sure and 'Undo' or 'If that was your command: undo') .. ' only what you changed there, not with git, which would take away what the other has done; then claim it with'
      .. ' `signalbox wait` before you change it.')
  end
  serve(c)
  commit(c)
  return { 'OK', whole(count) }
end

register('changed', changed)

end
