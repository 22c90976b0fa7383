# The hook of Claude Code: asks the function library what an event means, and prints its answer or nothing.
#
# Set-up puts it to where it stays, with the line that names the bash of this machine (3.2 or newer, run as `bash -p`) before it
# and what set-up found in `hook.conf` beside it. All but redis-cli is the shell's own, since this runs before and after each
# tool of each agent: a process costs as much as all the rest. It is bash for its `read`, which can stop after so many bytes
# and after so many seconds, where a plain shell needs `head` and `timeout`.
#
# What only Node can do (TLS, clusters, escaped or linked paths, loading the library) is left to hook.cjs, which gives the
# same answers. Whatever fails is noted, nothing of it is printed, and the exit code is 0: an agent goes on without us.
# PROTOCOL.md ("Claude Code") says what may leave the machine; a name that `on_input` does not keep does not.

# Whatever may be wrong here must not stand in an agent's way: an exit code of 2 would.
trap 'exit 0' EXIT
set -f
umask 077
LC_ALL=C
# In seconds with a fraction: since the machine started, where that is known, so that nobody who sets the clock makes this wait longer.
clock() {
  now=
  [ ! -r /proc/uptime ] || read -r now _ </proc/uptime
  [[ $now =~ ^[0-9]+\.[0-9][0-9]$ ]] && now=${now}0000 || now=${EPOCHREALTIME-}
}
clock
began=$now
here=${BASH_SOURCE[0]%/*}
version=0 cli=redis-cli node='' node_is_electron=''
[ ! -r "$here/hook.conf" ] || . "$here/hook.conf"
home=$HOME/.config/signalbox
# Seconds after which Claude Code ends this hook and lets the call through, and those that an exchange with Redis may take.
most=60
[[ ! ${SIGNALBOX_HOOK_LIMIT-} =~ ^[1-9][0-9]{0,2}$ ]] || most=$SIGNALBOX_HOOK_LIMIT
[ $most -ge 3 ] || most=3
[ $most -le 600 ] || most=600
limit=3
# Bytes of what was noted that are told at once.
most_noted=100000
# Bytes of the input that are looked at. What is needed stands before the tool's own texts.
edge=4096

# Only a newer bash reads so many bytes at once.
if [ "${BASH_VERSINFO[0]}" -gt 4 ]; then
  IFS= read -r -N $edge in
else
  in=$(head -c $edge)
fi
# Whether there is more.
is_cut=
[ ${#in} -lt $edge ] || is_cut=1

# ---------------------------------------------------------------------------------------------------------- ways out

ns='' rel='' event='' session='' child='' when_down='' stamp='' is_paused=''
newline=$'\n'

# Claude Code goes on writing until all is read. Somebody stands by who does that once this shell has ended, which nobody waits
# for; begun while Redis is asked, it costs no time.
stands_by=
stand_by() {
  [ -n "$is_cut" ] && [ -z "$stands_by" ] || return 0
  stands_by=1
  exec 4<&0
  exec 5> >(exec >/dev/null 2>&1; read -r; exec cat <&4)
}

leave() {
  stand_by
  exit 0
}

# Where edits of this namespace are noted that nobody was asked about.
name_missed() {
  missed=$home/missed/${ns%:}
  [ -n "$ns" ] || missed=$home/missed/_
}

put_stamp() {
  [ -n "$stamp" ] || return 0
  [ -d "$home/began" ] || mkdir -p "$home/began"
  : >"$stamp"
} 2>/dev/null
# Refuses the call.
deny() {
  printf '%s\n' "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"Signalbox $1\"}}"
  leave
}

# Notes an edit that nobody was asked about, as far as it is what one line can say and could be claimed; refuses it where the
# repository wants that rather. A call that is paused is refused in any case.
fail() {
  [ -z "$is_paused" ] || deny 'cannot be reached to ask whether you are still paused by the supervisor. This call was not made, and nothing was changed. Make the same call again later, and do not do it in another way.'
  [ "$event" != PreToolUse ] || put_stamp
  [ "$event" = PreToolUse ] && [ -n "$rel" ] || leave
  [ "$when_down" != deny ] || deny 'cannot be reached, and in this repository nobody edits without it. The file was not changed. Tell the person you work for.'
  name_missed
  {
    if [ ${#rel} -le 1024 ] && [[ $session$child$rel != *[[:cntrl:]]* ]] && mkdir -p "$home/missed" &&
      [ "$(cat "$missed" | wc -l)" -lt 200 ]; then
      printf '%s\t%s\t%s\n' "$(date +%s)" "$session$child" "$rel" >>"$missed"
    fi
  } 2>/dev/null
  leave
}

# How long this may still go on before it is ended, in ms, in `left`. An old bash only knows that in seconds.
time_left() {
  local now
  clock
  if [ -n "$now" ]; then
    now=${now/[.,]/} left=${began/[.,]/}
    left=$((most * 1000 - (10#$now - 10#$left) / 1000))
  else
    left=$(((most - SECONDS - 1) * 1000))
  fi
}

# Leaves all of it to Node, with the whole input.
by_node() {
  [ -x "$node" ] || node=$(command -v node)
  [ -n "$node" ] && [ -r "$here/hook.cjs" ] || fail
  [ -z "$node_is_electron" ] || export ELECTRON_RUN_AS_NODE=1
  export CLAUDE_PID=${CLAUDE_PID:-$PPID}
  time_left
  export SIGNALBOX_HOOK_LEFT=$left
  exec 4<&0
  exec "$node" "$here/hook.cjs" < <(printf '%s' "$in"; [ -z "$is_cut" ] || cat <&4)
}

# ---------------------------------------------------------------------------------------------------------------- JSON

# A brace may not stand in an expansion.
bracket='[][{}]'

# Counts the brackets of what stands between two texts.
brackets() {
  local rest=$1
  while [[ $rest == *$bracket* ]]; do
    rest=${rest#"${rest%%$bracket*}"}
    case $rest in
      '{'* | '['*) depth=$((depth + 1)) ;;
      *) depth=$((depth - 1)) ;;
    esac
    rest=${rest#?}
  done
}

# Calls `$1 NEXT` for each text of the JSON in $2, with the `text` as it stands there, what stands `before` it, the `depth` of that,
# the `top` key that it is below and its own `key`; NEXT is what stands between it and the next text. A key is followed by a
# colon. Ends when `$1` returns 1. A text that the end has cut off is none.
each_text() {
  local visit=$1 rest=$2 next part tail
  depth=0 top='' key=''
  # One after the other, since most end early: to split all at once takes as long as a process.
  next=${rest%%\"*} rest=${rest:${#next}+1}
  while [[ $rest == *\"* ]]; do
    before=$next
    part=${rest%%\"*} rest=${rest:${#part}+1}
    text=$part
    # A quote behind an odd number of backslashes is in the text.
    while [[ $part == *\\ ]]; do
      tail=${part##*[!\\]}
      [ $((${#tail} % 2)) -eq 1 ] || break
      [[ $rest == *\"* ]] || return 0
      part=${rest%%\"*} rest=${rest:${#part}+1}
      text=$text\"$part
    done
    [ -n "$rest" ] || return 0
    next=${rest%%\"*} rest=${rest:${#next}+1}
    case $before in
      : | ,) ;;
      *) brackets "$before" ;;
    esac
    case $next in
      :* | ' :'*)
        key=$text
        [ $depth -gt 1 ] || top=$text
        ;;
    esac
    $visit "$next" || return 0
  done
}

is_value() {
  [[ $before == : || $before == ': ' ]]
}

# --------------------------------------------------------------------------------------------------------- the event

cwd='' tool='' path='' command='' jobs='' fields='' team=''

# The first of each name counts.
keep() {
  [[ $fields == *"$newline\"$1\":"* ]] || fields=$fields$newline\"$1\":$2
}

on_input() {
  case $1 in
    :* | ' :'*)
      [ $depth -eq 1 ] || return 0
      case $key in
        tool_input)
          # What is no edit names nothing that could be claimed, and what comes behind is not needed.
          case $event:$tool in
            *:Edit | *:Write | *:MultiEdit | *:NotebookEdit | :* | PreToolUse:Bash) ;;
            *) return 1 ;;
          esac
          ;;
        background_tasks) [[ $1 == *'[]'* ]] && jobs='[]' || jobs='[1]' ;;
        duration_ms) [[ ! $1 =~ ^\ ?:\ ?([0-9]+) ]] || keep "$key" "${BASH_REMATCH[1]}" ;;
      esac
      return 0
      ;;
  esac
  is_value || return 0
  if [ $depth -eq 1 ]; then
    case $key in
      hook_event_name) event=${event:-$text} ;;
      session_id) session=${session:-$text} ;;
      agent_id) child=${child:-${text:+/$text}} ;;
      cwd) cwd=${cwd:-$text} ;;
      tool_name) tool=${tool:-$text} ;;
      team_name)
        team=${team:-$text}
        return 0
        ;;
      error)
        # Of words that others chose only these.
        [ "$event" = StopFailure ] || return 0
        case $text in rate_limit | server_error | overloaded | billing_error | unknown) ;; *) return 0 ;; esac
        ;;
      agent_type | prompt_id | permission_mode | source | session_title | reason | notification_type) ;;
      *) return 0 ;;
    esac
    keep "$key" "\"$text\""
  elif [ $depth -eq 2 ] && [ "$top" = tool_input ]; then
    case $tool:$key in
      Edit:file_path | Write:file_path | MultiEdit:file_path | NotebookEdit:notebook_path)
        path=$text
        return 1
        ;;
      Bash:command)
        [ "$event" = PreToolUse ] || return 0
        command=$text
        return 1
        ;;
    esac
  fi
}

# Leaves out what an event is not listed with.
drop() {
  local name rest
  for name; do
    rest=${fields#*"$newline\"$name\":"}
    [ "$rest" != "$fields" ] || continue
    fields=${fields%%"$newline\"$name\":"*}
    [[ $rest != *"$newline"* ]] || fields=$fields$newline${rest#*"$newline"}
  done
}

each_text on_input "$in"
[ -n "$session" ] && [ -n "$event" ] || leave

ask=signalbox_hook is_edit=''
case $event in
  PostToolUse | PostToolUseFailure | Stop | StopFailure | SubagentStop | SessionEnd) ask=signalbox_hook_end ;;
esac
case $event in
  PreToolUse | PostToolUse | PostToolUseFailure | PermissionRequest)
    drop source session_title reason notification_type
    case $tool in Edit | Write | MultiEdit | NotebookEdit) is_edit=1 ;; esac
    ;;
  SessionStart) drop tool_name duration_ms reason notification_type ;;
  SessionEnd) drop tool_name duration_ms source session_title notification_type ;;
  Notification) drop tool_name duration_ms source session_title reason ;;
  *) drop tool_name duration_ms source session_title reason notification_type ;;
esac
# The path may stand behind a long text.
[ -z "$is_edit" ] || [ -n "$path" ] || [ -z "$is_cut" ] || by_node
[[ $path$cwd$session$child != *\\* ]] || by_node

# Programs that write to what they are given, and those whose commands the rules are about: the parts of a regular expression.
writers='tee|mv|cp|rm|dd|truncate|patch|ln|install|rsync|touch|unlink|shred|eval|black|isort|rustfmt|ruff'
in_place='sed|perl|ruby|prettier|eslint|stylelint|biome|oxfmt|gofmt|goimports|autopep8|yapf|shfmt|clang-format'
told=' -(-in-place|-write|-fix|-apply|[A-Za-z0-9]*[iw])'
takers='git|npm|pnpm|yarn|bun|pip3?|pipenv|uv|poetry|cargo|bundle|go|composer'
takes='commit|checkout|switch|restore|stash|rebase|merge|reset|cherry-pick|revert|am|apply|pull|rm|mv|clean|install|i|ci|add|update|upgrade|up|uninstall|remove|rm|un|dedupe|prune|get|tidy|require|sync|link|import|lock|fetch|pip|read-tree'
# With nothing behind them.
alone='(yarn|bundle)( +-[^ ]+)* *($|[];&|)\\"])'
word_before='(^|[^A-Za-z0-9_.-])' word_after='([^A-Za-z0-9_-]|$)'

# Whether a command may write to what it names, or match a rule. That it does not is certain; that it does Node finds out.
may_write() {
  local text=$1 sign
  [[ $text != *\\u* ]] || return 0
  # A backslash is written as two, before what would pass for an end of a line, as in `\rm`.
  text=${text//'\\'/ }
  # An end of a line is written as two letters.
  for sign in n t r; do text=${text//\\$sign/ }; done
  [[ $text =~ $word_before($writers)$word_after || $text =~ $word_before$alone ]] && return 0
  [[ $text =~ $word_before($in_place)$word_after && $text =~ $told ]] && return 0
  [[ $text =~ $word_before($takers)$word_after && $text =~ \ ($takes)$word_after ]] && return 0
  [[ $text == *'>'* ]] || return 1
  # What goes nowhere, or to where something goes already.
  text=${text//>\&[0-9]/}
  for sign in '&>' '2>>' '1>>' '>>' '2>' '1>' '>'; do
    text=${text//"$sign"\/dev\/null/} text=${text//"$sign" \/dev\/null/}
  done
  [[ $text == *'>'* ]]
}

if [ "$event:$tool" = PreToolUse:Bash ]; then
  # What was cut off may be anything.
  [ -n "$command" ] || [ -z "$is_cut" ] || by_node
  ! may_write "$command" || by_node
fi
if [ "$event" = Stop ]; then
  if [ -n "$is_cut" ] && [ -z "$jobs" ]; then
    # It stands behind what the agent said last.
    in=$in$(cat) is_cut='' jobs='[1]'
    ! printf '%s' "$in" | grep -aqE '"background_tasks" *: *\[ *\]' || jobs='[]'
  fi
  keep background_tasks "${jobs:-[]}"
fi
fields=${fields#"$newline"}

# --------------------------------------------------------------------------------------------------------- where it is

# The repository's own folder at $1 and the one that all of its worktrees share, in `gitdir` and `common`.
git_folders() {
  local first=''
  gitdir=$1/.git
  if [ ! -d "$gitdir" ]; then
    read -r first <"$gitdir" || [ -n "$first" ] || return 1
    gitdir=${first#gitdir: }
    [[ $gitdir == /* ]] || gitdir=$1/$gitdir
  fi
  common=$gitdir
  [ -r "$gitdir/commondir" ] || return 0
  first=
  read -r first <"$gitdir/commondir" || [ -n "$first" ] || return 1
  common=$first
  [[ $common == /* ]] || common=$gitdir/$common
}

# What the repository at $1 recorded, in `recorded` and `when_down`; false where there is no namespace.
recorded_in() {
  local entry is_ours=''
  recorded=''
  git_folders "$1" && [ -r "$common/config" ] || return 1
  while read -r entry || [ -n "$entry" ]; do
    case $entry in
      '[signalbox]'*) is_ours=1 ;;
      '['*) is_ours= ;;
      *)
        [ -n "$is_ours" ] || continue
        case $entry in
          'namespace = '*) recorded=${entry#*= } ;;
          [Ww]hen[Rr]edis[Ii]s[Dd]own' = '*) when_down=${entry#*= } ;;
          [Bb]ash[Rr]esources' = '*) has_rules=1 ;;
        esac
        ;;
    esac
  done <"$common/config"
  [ -n "$recorded" ]
}

# Looks from the folder $1 upwards for a repository that recorded a namespace: `root`; the first of any kind is `nearest`.
look_up() {
  local at=$1
  root='' nearest='' recorded='' when_down='' has_rules=''
  while :; do
    if [ -e "$at/.git" ]; then
      nearest=${nearest:-${at:-/}}
      if recorded_in "$at"; then
        root=${at:-/}
        return 0
      fi
    fi
    [ -n "$at" ] || return 1
    at=${at%/*}
  done
}

# When a shell command of this agent began is the time of an empty file.
[ "$tool" != Bash ] || [[ $session${child#/} == *[!A-Za-z0-9_-]* ]] || stamp=$home/began/$session~${child#/}

# Goes to a folder, or to the nearest above it that exists; what is below is in `missing`. `PWD` is free of links then.
go_to() {
  local at=$1
  missing=''
  until cd -P -- "${at:-/}" 2>/dev/null; do
    # What is there and is no folder to go to has nothing below it.
    [ -n "$at" ] && [ ! -e "$at" ] || return 1
    missing=/${at##*/}$missing
    at=${at%/*}
  done
}

if [ -n "$is_edit" ] && [ -n "$path" ]; then
  # What only the system can resolve.
  case $path/ in */../* | */./* | *//*) by_node ;; /*) ;; *) by_node ;; esac
  [ ! -L "$path" ] || by_node
  go_to "${path%/*}" || by_node
  # A folder on the way is a link that leads nowhere yet.
  [ -z "$missing" ] || [ ! -L "$PWD/${missing#/}" ] || by_node
  file=${PWD%/}$missing/${path##*/}
  if ! look_up "${PWD%/}"; then
    # Nothing is recorded here: the repository around the session's folder counts, if the file lies in it.
    go_to "$cwd" || cd /
    look_up "${PWD%/}" || root=$nearest
  fi
  if [ -n "$root" ] && [[ $file == "${root%/}"/* ]]; then
    rel=${file#"${root%/}"/}
    [[ $rel != .git/* ]] || rel=
  fi
else
  go_to "$cwd" || cd /
  look_up "${PWD%/}" || root=$nearest
fi
# Rules of somebody's own may be about any word.
[ "$event:$tool" != PreToolUse:Bash ] || [ -z "$has_rules" ] || by_node
branch=
if [ -n "$root" ] && git_folders "${root%/}"; then
  read -r branch <"$gitdir/HEAD" 2>/dev/null
  [[ $branch == 'ref: refs/heads/'* ]] && branch=${branch#ref: refs/heads/} || branch=${branch:0:7}
fi

# -------------------------------------------------------------------------------------------------------- connections

# An entry of the connections file.
on_connection() {
  [ $depth -eq 3 ] && [ "$top" = connections ] || return 0
  # A new one begins: a bracket stands before its first key.
  [[ $before != *'{'* ]] || entry=$((entry + 1))
  is_value || return 0
  case $key in namespace | url | username | password) printf -v "${key}_$entry" %s "$text" ;; esac
}

# The entry of the namespace, else the first. With an address in the environment only its namespace is of interest.
connections() {
  local known='' each i entry=0 url_1='' username_1='' password_1='' namespace_1=''
  [ -r "$home/connections.json" ] || return 0
  while read -r each || [ -n "$each" ]; do
    known=$known$each
    [ ${#known} -lt $edge ] || by_node
  done <"$home/connections.json"
  [[ $known != *\\* ]] || by_node
  each_text on_connection "$known"
  [ $entry -gt 0 ] || return 0
  [ -n "$is_named" ] || ns=$namespace_1
  [ -z "$url" ] || return 0
  for ((i = 1; i <= entry; i++)); do
    each=namespace_$i
    [ "${!each-}" != "$ns" ] || break
  done
  [ $i -le $entry ] || i=1
  each=url_$i url=${!each-}
  each=username_$i user=${!each-}
  each=password_$i pass=${!each-}
}

# The address as redis-cli's arguments, in `where`.
place() {
  local address=${1:-redis://127.0.0.1:6379} login number='' port=6379
  case $address in
    *[%?#]* | *'['*) by_node ;;
    unix:///* | /*)
      where=(-s "${address#unix://}")
      return
      ;;
    redis://*) address=${address#redis://} ;;
    *) by_node ;;
  esac
  if [[ $address == */* ]]; then
    number=${address#*/}
    address=${address%%/*}
  fi
  if [[ $address == *@* ]]; then
    login=${address%@*}
    address=${address##*@}
    user=${user:-${login%%:*}}
    [[ $login != *:* ]] || pass=${pass:-${login#*:}}
  fi
  if [[ $address == *:* ]]; then
    port=${address##*:}
    address=${address%:*}
  fi
  where=(-h "$address" -p "$port" -n "${number:-0}")
}

ns=$recorded is_named=$recorded
[[ ${SIGNALBOX_NAMESPACE-auto} == auto ]] || { ns=$SIGNALBOX_NAMESPACE is_named=1; }
url=${SIGNALBOX_REDIS_URL-} user='' pass=''
[ -n "$url" ] && [ -n "$is_named" ] || connections
[[ $ns != *[!A-Za-z0-9._{}:-]* ]] || fail
place "$url"
[ -z "$user" ] || where+=(--user "$user")
[ -z "$pass" ] || export REDISCLI_AUTH="$pass"

# -------------------------------------------------------------------------------------------------------- the question

host=
[ ! -r /proc/sys/kernel/hostname ] || read -r host </proc/sys/kernel/hostname
[ -n "$host" ] || host=$(uname -n)

# Asks Redis for at most $1 seconds. `answer` is the first line of what it says; false where it says nothing, as redis-cli does
# of a command that failed. `why` where the server's own words are wanted: they never go into an answer that is printed.
ask_redis() {
  local seconds=$1 code began_at=$SECONDS
  shift
  # Also an answer that never comes leaves time to say so.
  time_left
  [ $seconds -lt $((left / 1000)) ] || seconds=$((left / 1000))
  is_late=1
  [ $seconds -gt 0 ] || return 1
  if [ -n "$why" ]; then
    exec 3< <(exec "$cli" -e "${where[@]}" "$@" 2>&1 </dev/null)
  elif [ "${BASH_VERSINFO[0]}" -ge 5 ]; then
    exec 3< <(exec "$cli" -e "${where[@]}" "$@" 2>/dev/null </dev/null)
    asked=$!
  else
    # Older ones do not say which process it is.
    exec 3< <(sh -c 'echo $$; exec "$0" "$@"' "$cli" -e "${where[@]}" "$@" 2>/dev/null </dev/null)
    read -r asked <&3
  fi
  stand_by
  IFS= read -r -t "$seconds" answer <&3
  code=$?
  while [ -n "$shell" ] && IFS= read -r -t "$seconds" line <&3; do held=$held$line$newline; done
  exec 3<&-
  [ $code -eq 0 ] || [ -n "$why" ] || kill "$asked" 2>/dev/null
  # An old bash does not say that the time was up.
  is_late=
  [ $code -le 128 ] && [ $((SECONDS - began_at)) -lt "$seconds" ] || is_late=1
  return $code
}

# Takes what was noted out of others' way while it is told, into a file whose name is that of no namespace. What a call that was
# killed has left behind comes with it.
take_noted() {
  local left
  if [ "$event" = SessionStart ] && [ -d "$home/missed" ]; then
    set +f
    for left in "$missed"~*; do
      [ ! -f "$left" ] || kill -0 "${left##*~}" 2>/dev/null || { cat "$left" >>"$missed" && rm -f "$left"; }
    done
    set -f
  fi
  [ -s "$missed" ] && mv "$missed" "$missed~$$" 2>/dev/null || return 0
  noted=$(cat "$missed~$$")
  # An argument takes no more; what is too long to be told would stand in the way of all that comes.
  [ ${#noted} -le $most_noted ] || { noted=${noted:0:most_noted} noted=${noted%"$newline"*}; }
}

put_back() {
  [ -z "$noted" ] || { cat "$missed~$$" >>"$missed" && rm -f "$missed~$$"; }
}

noted='' why='' shell='' held=''
case $event in PostToolUse | PostToolUseFailure) [ -z "$root" ] || [ -z "$stamp" ] || [ ! -e "$stamp" ] || shell=A ;; esac
name_missed
take_noted
while :; do
  time_left
  if ! ask_redis $limit FCALL $ask 1 "${ns}agent:seq" "$host" "$root" "$rel" "$fields" "${CLAUDE_PID:-$PPID}" "$branch" "sh $version" "$noted" $left "$team" $shell; then
    put_back
    [ -z "$is_late$is_paused" ] || fail
    # Node mends a library that is missing, and finds a namespace that is on another node, which a call without a key would not say.
    why=1
    ask_redis $limit FCALL_RO signalbox_snapshot 1 "${ns}agent:seq" s0 1
    [[ $answer != *'unction not found'* && $answer != *MOVED* ]] || by_node
    # So it does with one that is older than this.
    ask_redis $limit FCALL_RO signalbox_version 0
    [[ $answer != 1.[01].* ]] || by_node
    fail
  fi
  [ -z "$noted" ] || rm -f "$missed~$$"
  noted=
  case $answer in
    'WAIT '*) is_paused= ;;
    'PAUSE '*) is_paused=1 ;;
    '' | '{"hookSpecificOutput":'*) break ;;
    # What is no answer of the library does not end a pause.
    *) [ -z "$is_paused" ] && break || fail ;;
  esac
  # Its number is reckoned with, where the shell would run what else stands there.
  [[ $answer =~ ^[A-Z]+\ [^\ ]+\ [1-9][0-9]{0,5}$ ]] || fail
  set -- $answer
  # Whatever the server says, there is an end to it before this hook is ended.
  time_left
  [ $3 -lt $((left - 1000)) ] || fail
  printf -v pause '%d.%03d' $(($3 / 1000)) $(($3 % 1000))
  ask_redis $((limit + $3 / 1000)) BLPOP "$2" "$pause" || fail
  # A pause has ended before a call that there is nothing more to ask about: it need not wait for another exchange.
  [[ $answer != *:wake:pass-* ]] || { answer=''; break; }
done
# What is no answer of the library comes from something else.
case $answer in '{"hookSpecificOutput":'* | 'signalbox '*) printf '%s\n' "$answer" ;; esac

# --------------------------------------------------------------------------------------------- after a shell command

case $event in
  PreToolUse)
    [[ $answer == *'"deny"'* ]] || put_stamp
    ;;
  SessionStart)
    # Of sessions that were killed.
    [ ! -d "$home/began" ] || [ -z "$(set +f; cd "$home/began" && set -- *~* && [ $# -ge 100 ] && echo many)" ] ||
      find "$home/began" -type f -mtime +1 -delete
    ;;
  SubagentStop | SessionEnd)
    set +f
    [[ $session$child == *[!A-Za-z0-9_/-]* ]] || for stamp in "$home/began/$session~${child#/}"*; do
      [ ! -e "$stamp" ] || rm -f "$stamp"
    done
    set -f
    ;;
esac 2>/dev/null

# What others hold and has changed meanwhile: lines of whether it has to be there, and its path.
changed=''
[ -z "$held" ] || while IFS= read -r line; do
  path=${line#??}
  case $line in
    [01]$'\t'*/)
      # To look through a folder takes more than a shell.
      export SIGNALBOX_HELD=$held
      by_node
      ;;
    [01]$'\t'*)
      path=${root%/}/$path
      if [ "$path" -nt "$stamp" ] || { [[ $line == 1* ]] && [ ! -e "$path" ] && [ ! -L "$path" ]; }; then
        changed=$changed${line#??}$newline
      fi
      ;;
  esac
done <<<"$held"
shell=
[ -z "$changed" ] || ask_redis $limit FCALL signalbox_changed 1 "${ns}agent:seq" "$host" "$root" "$session$child" "$changed"

if [ "$event" = SessionStart ] && [ -n "${CLAUDE_ENV_FILE-}" ]; then
  # So that an agent can run `signalbox wait`.
  printf 'export PATH="$PATH:%s"\n' "$here/bin" >>"$CLAUDE_ENV_FILE"
fi
leave
