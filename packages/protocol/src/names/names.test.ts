import { describe, expect, it } from 'vitest'
import { groupNameProblem, topicNameProblem } from './name-check.js'
import {
  deadLetterTopicOf,
  isClosedToClients,
  isSystemGroup,
  isSystemTopic,
  replyTopicOf,
  retryTopicOf,
} from './names.js'
import { isInheritable, isReadable, isValidPermission, isWritable } from './permission.js'

describe('topic names', () => {
  it.each(['order-paid', '%RETRY%a|b_c', 'T'.repeat(127), `%DLQ%${'g'.repeat(250)}`])(
    '%s is fine',
    (topic) => {
      expect(topicNameProblem(topic)).toBeUndefined()
    },
  )

  it.each([
    ['', 'blank'],
    ['  ', 'blank'],
    ['order paid', 'illegal characters'],
    ['订单', 'illegal characters'],
    ['a\n', 'illegal characters'],
    ['a/../b', 'illegal characters'],
    ['T'.repeat(128), 'longer than topic max length: 127'],
    [`%RETRY%${'g'.repeat(249)}`, 'longer than topic max length: 255'],
  ])('%j is refused', (topic, reason) => {
    expect(topicNameProblem(topic)).toContain(reason)
  })

  it('of RocketMQ itself are known', () => {
    expect(isSystemTopic('TBW102')).toBe(true)
    expect(isSystemTopic('rmq_sys_anything')).toBe(true)
    expect(isSystemTopic('order-paid')).toBe(false)
    expect(isClosedToClients('SCHEDULE_TOPIC_XXXX')).toBe(true)
    expect(isClosedToClients('TBW102')).toBe(false)
  })

  it('are made of groups and clusters', () => {
    expect(retryTopicOf('g')).toBe('%RETRY%g')
    expect(deadLetterTopicOf('g')).toBe('%DLQ%g')
    expect(replyTopicOf('c')).toBe('c_REPLY_TOPIC')
  })
})

describe('group names', () => {
  it('have at most 120 characters', () => {
    expect(groupNameProblem('g'.repeat(120))).toBeUndefined()
    expect(groupNameProblem('g'.repeat(121))).toContain('longer than group max length: 120')
  })

  it('of RocketMQ itself are known', () => {
    expect(isSystemGroup('CID_RMQ_SYS_TRANS')).toBe(true)
    expect(isSystemGroup('orders')).toBe(false)
  })
})

describe('permissions', () => {
  it.each([
    [6, 'RW-'],
    [7, 'RWX'],
    [4, 'R--'],
    [2, '-W-'],
    [1, '--X'],
    [0, '---'],
  ])('%i is %s', (perm, text) => {
    expect([isReadable(perm), isWritable(perm), isInheritable(perm)]).toEqual(
      [...text].map((letter) => letter !== '-'),
    )
    expect(isValidPermission(perm)).toBe(true)
  })

  it.each([-1, 8, 1.5])('%d is not one that an administrator may set', (perm) => {
    expect(isValidPermission(perm)).toBe(false)
  })
})
