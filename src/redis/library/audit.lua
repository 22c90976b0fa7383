---------------------------------------------------------------------------------------- what goes around the hook
--
-- Shell commands: what they claim while they run, what they may not write, and what they have changed nevertheless. The hook says
-- which rules a command matches and which paths it names; the command itself never comes here. This file is loaded behind hook.lua,
-- which calls what stands in `shell`.

do

-- Lines that are taken from one call.
local MOST = 200

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
    elseif letter == 'R' and is_named(name) and #said.claims < LIMITS.resources then
      said.claims[#said.claims + 1] = name
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
  for _, resource in ipairs(said.writes) do
    settle(c, resource)
    local found = blocking(c, me, resource)
    if found then
      me.denied = true
      deny(c, me.agent, found)
      return denial(denied_text(c, found, 0, nil, 'command'))
    end
  end
  if #said.claims == 0 then return '' end
  return claim_now(c, me, said.claims, setting(c, 'claims.keep', 1000, LIMITS.ttl, 600000), 'command')
end

-- A command has ended, or was begun in the background: what was claimed for it is free.
function shell.ended(c, me)
  each_lease(c, me.agent, function(resource, held, lease)
    if is_named(resource) then drop_intent(c, resource, held, lease) end
  end)
end

end
