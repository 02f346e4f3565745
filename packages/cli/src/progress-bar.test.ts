import { expect, it } from 'vitest'
import { barOf, formatBytes, formatSeconds } from './progress-bar.js'

it.each([
  [{ done: 0, total: 10, perSecond: undefined }, '░░░░░░░░░░░░░░░░░░░░░░░░   0 %  0 of 10 sent'],
  [{ done: 5, total: 10, perSecond: 2 }, '████████████░░░░░░░░░░░░  50 %  5 of 10 sent, 2/s, 3 s left'],
  [{ done: 11, total: 10, perSecond: 0 }, '████████████████████████ 100 %  11 of 10 sent'],
  [{ done: 0, total: 0, perSecond: 1 }, '████████████████████████ 100 %  0 of 0 sent, 1/s, 0 s left'],
])('draws %j', (figures, text) => {
  expect(String(barOf({ verb: 'sent', ...figures }, 80))).toBe(text)
})

it.each([
  [56, '█████░░░░░░  50 %  5000 of 10000 sent, 20/s, 4 min left'],
  [48, ' 50 %  5000 of 10000 sent, 20/s, 4 min left'],
  [20, ' 50 %  5000 of 1000'],
])('fits %d columns', (columns, text) => {
  const figures = { done: 5_000, total: 10_000, verb: 'sent', perSecond: 20 }
  expect(String(barOf(figures, columns))).toBe(text)
  expect(text.length).toBeLessThan(columns)
})

it('writes times and sizes for people', () => {
  expect([0.2, 99, 100, 6_000, 200_000, Number.POSITIVE_INFINITY].map(formatSeconds)).toEqual([
    '1 s',
    '99 s',
    '2 min',
    '1.7 h',
    '2 d',
    'never',
  ])
  expect([0, 1023, 1536, 10 * 1024, 3.2 * 1024 ** 3].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '10 KiB',
    '3.2 GiB',
  ])
})
