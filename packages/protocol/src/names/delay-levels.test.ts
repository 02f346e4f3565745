import { isRocketeerError } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { DELAY_LEVELS_DEFAULT, parseDelayLevels } from './delay-levels.js'

it('reads the 18 levels of RocketMQ', () => {
  const levels = parseDelayLevels(DELAY_LEVELS_DEFAULT)
  expect(levels).toHaveLength(18)
  expect(levels.slice(0, 5)).toEqual([1000, 5000, 10_000, 30_000, 60_000])
  expect(levels.at(-1)).toBe(2 * 3_600_000)
})

it('knows days', () => {
  expect(parseDelayLevels(' 1d  30m ')).toEqual([86_400_000, 1_800_000])
})

it.each(['', '1', 's', '1w', '-1s', '1s,2s', '1.5h', '9999999999s'])('refuses %j', (text) => {
  expect(() => parseDelayLevels(text)).toThrowError(
    expect.toSatisfy((error) => isRocketeerError(error, 'DELAY_LEVELS_MALFORMED')),
  )
})
