import { expect, it } from 'vitest'
import { messageTypeOf } from './message-type.js'

it.each([
  [{}, 'NORMAL'],
  [{ TAGS: 'a', TRAN_MSG: 'false' }, 'NORMAL'],
  [{ TRAN_MSG: 'True', DELAY: '1', __SHARDINGKEY: 'k' }, 'TRANSACTION'],
  [{ DELAY: '0', __SHARDINGKEY: 'k' }, 'DELAY'],
  [{ TIMER_DELAY_SEC: '5' }, 'DELAY'],
  [{ TIMER_DELAY_MS: '5' }, 'DELAY'],
  [{ TIMER_DELIVER_MS: '5', _SYS_MSG_PRIORITY_: '1' }, 'DELAY'],
  [{ __SHARDINGKEY: 'k', _SYS_MSG_PRIORITY_: '1' }, 'FIFO'],
  [{ _SYS_MSG_PRIORITY_: '1', __LITE_TOPIC: 't' }, 'PRIORITY'],
  [{ __LITE_TOPIC: 't' }, 'LITE'],
] as const)('%o is %s', (properties, type) => {
  expect(messageTypeOf(properties as Record<string, string>)).toBe(type)
})
