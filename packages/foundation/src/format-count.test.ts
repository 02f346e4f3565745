import { expect, it } from 'vitest'
import { formatCount } from './format-count.js'

it('counts one thing in the singular', () => {
  expect([0, 1, 2].map((count) => formatCount(count, 'message'))).toEqual([
    '0 messages',
    '1 message',
    '2 messages',
  ])
})
