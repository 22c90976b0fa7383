/** The function that {@link withMovableClock} adds. */
export const passFunction = 'signalbox_test_pass';

/**
 * The library with a clock that a test can move. A server's clock cannot be injected, so two things stand for time that
 * passes: what the library reads as TIME is ahead of the server's clock by what has passed, and all expiries are that much
 * nearer, those that are reached having gone without a word, as the server does it. All else is the library as it is shipped.
 */
export function withMovableClock(source: string): string {
  const reading = /\b(?:redis\.call|ask)\(\s*'TIME'\s*\)/g;
  if (!reading.test(source)) throw new Error('the library reads no clock that could be moved');
  // A point in time that the server is told has to be one of its own clock.
  const points = /('PXAT',\s*whole\()/g;
  const moved = source.replace(reading, 'TEST_TIME($&)').replace(points, '$1-TEST_AHEAD + ');
  const [shebang = '', ...lines] = moved.split('\n');
  return [shebang, clock + (lines[0] ?? ''), ...lines.slice(1), pass].join('\n');
}

/** In one line, so that the numbers of lines in errors stay right. */
const clock = [
  'local TEST_AHEAD = 0;',
  'local function TEST_TIME(t)',
  'local ms = tonumber(t[2]) + TEST_AHEAD * 1000;',
  "return { string.format('%.0f', tonumber(t[1]) + math.floor(ms / 1000000)), string.format('%.0f', ms % 1000000) } end;",
].join(' ');

const pass = `
redis.register_function('${passFunction}', function(keys, args)
  local ms = tonumber(args[1])
  TEST_AHEAD = TEST_AHEAD + ms
  for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left >= 0 then redis.call('PEXPIRE', key, left - ms) end
  end
  return 'OK'
end)
`;
