import { expect, it } from 'vitest'
import { attemptLines } from './attempt-lines.js'
import { formatTime } from './output.js'

const attempt = (minute: number, message: string, member = '10.0.0.1@7') => ({
  ...{ at: minute * 60_000, error: { name: 'Error', message }, member },
  ...{ durationMs: minute, reconsumeTimes: 0 },
})
const at = (minute: number) => formatTime(minute * 60_000)

it('tells attempts in a row that failed alike together, with replays between them and what had no room', () => {
  const history = {
    attempts: [
      attempt(1, 'down'),
      attempt(5, 'down'),
      attempt(6, 'down', '10.0.0.2@8'),
      attempt(8, 'down'),
      attempt(9, 'no order'),
    ],
    dropped: 3,
    replays: [7 * 60_000],
  }
  expect(attemptLines(history, undefined, '  ').map(String)).toEqual([
    `  ${at(1)} to ${at(6)}, 3 times, up to 6 ms, 10.0.0.1@7, 10.0.0.2@8`,
    '    Error: down',
    '  … 3 attempts more, for which there was no room',
    `  ${at(7)}  given again by a replay`,
    `  ${at(8)}, 8 ms, 10.0.0.1@7`,
    '    Error: down',
    `  ${at(9)}, 9 ms, 10.0.0.1@7`,
    '    Error: no order',
  ])
})

it('wraps long texts', () => {
  const history = { attempts: [attempt(1, 'the quick brown fox jumps over')], dropped: 0, replays: [] }
  expect(attemptLines(history, 24, '').map(String).slice(-2)).toEqual([
    '  Error: the quick brown',
    '  fox jumps over',
  ])
})

it('shows a number that is no time as it is: whoever sent the message may have made it up', () => {
  const history = { attempts: [{ ...attempt(1, 'down'), at: 2 ** 53 - 1 }], dropped: 0, replays: [] }
  expect(attemptLines(history, undefined, '').map(String)).toEqual([
    '9007199254740991, 1 ms, 10.0.0.1@7',
    '  Error: down',
  ])
})

it('has nothing to tell of a message without failures', () => {
  expect(attemptLines({ attempts: [], dropped: 0, replays: [] }, 80, '')).toEqual([])
})
