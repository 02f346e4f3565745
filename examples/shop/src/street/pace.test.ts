import { expect, it } from 'vitest'
import { retrySecondsOf, storyRetrySeconds } from './pace.js'

it('has three retries within some seconds, quicker ones at a higher speed', () => {
  expect(storyRetrySeconds(1)).toEqual([1, 2, 3])
  expect(storyRetrySeconds(3)).toEqual([1, 1, 1])
})

it.each([
  ['1s 5s 10s 30s 1m 2m', [10]],
  ['1s 1s 1s 2s 3s 4s', [1, 2, 3]],
  ['1s 5s 1h', [3_600]],
])('has as many retries as fit into a story on a cluster with "%s"', (levels, retries) => {
  expect(retrySecondsOf(levels)).toEqual(retries)
})
