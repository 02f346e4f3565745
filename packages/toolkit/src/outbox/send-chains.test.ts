import { expect, it } from 'vitest'
import { chainsOf, nextSend } from './send-chains.js'
import type { WaitingRow } from './stored-message.js'

let id = 0
const row = (topic: string, orderKey?: string, message: object = {}): WaitingRow => ({
  id: id++,
  orderKey,
  message: { topic, body: Buffer.from('x'), ...message },
})

it('has one chain for each topic and key, and divides rows without a key', () => {
  const rows = [row('a', 'k'), row('a'), row('b', 'k'), row('a', 'k'), row('a'), row('a'), row('a', 'k')]
  const [keyed, first, other, second] = chainsOf(rows, 2)
  expect(keyed).toEqual([rows[0], rows[3], rows[6]])
  expect(first).toEqual([rows[1], rows[4]])
  expect(other).toEqual([rows[2]])
  expect(second).toEqual([rows[5]])
})

it('sends together what one request can take, in order', () => {
  const plain = () => row('a', 'k')
  expect(nextSend([plain(), plain(), plain()], 2)).toHaveLength(2)
  expect(nextSend([plain(), plain()], 32)).toHaveLength(2)
  expect(nextSend([plain(), plain()], 1)).toHaveLength(1)
  for (const alone of [{ deliverAt: 5 }, { delayLevel: 3 }, { priority: 1 }, { body: Buffer.alloc(4_096) }]) {
    expect(nextSend([plain(), row('a', 'k', alone), plain()], 32)).toHaveLength(1)
    expect(nextSend([row('a', 'k', alone), plain()], 32)).toHaveLength(1)
  }
  const large = Array.from({ length: 100 }, () => row('a', 'k', { body: Buffer.alloc(4_000) }))
  expect(nextSend(large, 100)).toHaveLength(32)
})
