import { describe, expect, it } from 'vitest'
import { popOriginTopicOf, popRetryOriginsOf, popRetryTopicOf } from './pop-names.js'
import {
  decodeReceiptHandle,
  decodeStartOffsets,
  encodeReceiptHandle,
  markedTopic,
  messageOffsetsItem,
  orderCountItem,
  retryMarkOf,
  startOffsetItem,
} from './receipt-handle.js'

const TEXT = '100 1700000000000 60000 3 0 broker-a 2 104'
const REQUEST = { queueId: 2, offset: 104 }

describe('a receipt handle', () => {
  it('is what Apache writes', () => {
    const handle = decodeReceiptHandle(TEXT, REQUEST)
    expect(handle).toEqual({
      startOffset: 100,
      popTime: 1_700_000_000_000,
      invisibleTime: 60_000,
      reviveQueueId: 3,
      retry: '0',
      brokerName: 'broker-a',
      queueId: 2,
      queueOffset: 104,
    })
    expect(encodeReceiptHandle(handle)).toBe(TEXT)
  })

  it('may leave out the queue and the offset, which the request has', () => {
    const short = TEXT.split(' ').slice(0, 6).join(' ')
    expect(decodeReceiptHandle(short, REQUEST)).toEqual(decodeReceiptHandle(TEXT, REQUEST))
  })

  it('is refused wherever one of its words is wrong', () => {
    for (const [index, word] of [
      [0, 'x'],
      [1, ''],
      [2, '-1'],
      [3, '1.5'],
      [4, '3'],
      [6, '9999999999999999999'],
      [7, 'NaN'],
    ] as const) {
      const words = TEXT.split(' ')
      words[index] = word
      expect(() => decodeReceiptHandle(words.join(' '), REQUEST)).toThrow(
        expect.objectContaining({ code: 'HANDLE_MALFORMED' }),
      )
    }
    for (let end = 0; end < TEXT.indexOf('broker-a') - 1; end++) {
      expect(() => decodeReceiptHandle(TEXT.slice(0, end), REQUEST)).toThrow(
        expect.objectContaining({ code: 'HANDLE_MALFORMED' }),
      )
    }
  })
})

describe('retry topics', () => {
  it.each([
    [1, '%RETRY%readers_orders', '1'],
    [2, '%RETRY%readers+orders', '2'],
  ] as const)('of version %i', (version, name, mark) => {
    expect(popRetryTopicOf('orders', 'readers', version)).toBe(name)
    expect(popOriginTopicOf(name, 'readers')).toBe('orders')
    expect(retryMarkOf(name)).toBe(mark)
    expect(markedTopic('orders', 'readers', mark)).toBe(name)
  })

  it('tell the topics and groups they may belong to', () => {
    expect(popRetryOriginsOf('%RETRY%readers+orders')).toEqual([{ group: 'readers', topic: 'orders' }])
    expect(popRetryOriginsOf('%RETRY%a_b_c')).toEqual([
      { group: 'a', topic: 'b_c' },
      { group: 'a_b', topic: 'c' },
    ])
    for (const other of ['orders_new', '%RETRY%readers', '%RETRY%_x', '%RETRY%x_'])
      expect(popRetryOriginsOf(other)).toEqual([])
  })

  it('are told from other topics', () => {
    expect(popOriginTopicOf('orders', 'readers')).toBe('orders')
    expect(popOriginTopicOf('%RETRY%readers', 'readers')).toBe('%RETRY%readers')
    expect(retryMarkOf('orders')).toBe('0')
  })
})

it('writes and reads the items of an answer, one for each queue', () => {
  expect(startOffsetItem('orders', 1, 7)).toBe('0 1 7')
  expect(decodeStartOffsets('0 1 7;1 0 12')).toEqual(
    new Map([
      ['0 1', 7],
      ['1 0', 12],
    ]),
  )
  expect(decodeStartOffsets('')).toEqual(new Map())
  expect(() => decodeStartOffsets('0 1 x')).toThrow(expect.objectContaining({ code: 'HANDLE_MALFORMED' }))
  expect(messageOffsetsItem('%RETRY%readers+orders', 0, [7, 9])).toBe('2 0 7,9')
  expect(orderCountItem('orders', 1, 7, 2)).toBe('0 qo1%7 2')
  expect(orderCountItem('orders', 1, undefined, 2)).toBe('0 1 2')
})
