import { describe, expect, it } from 'vitest'
import { adviceOn } from './backlog-advice.js'
import type { TopicBacklog } from './group-backlog.js'

function topicOf(queues: number, secondsToDrain: number | undefined, isStuck = false): TopicBacklog {
  const rates = { inPerSecond: 1, outPerSecond: 1 }
  return {
    topic: 'orders',
    messages: queues,
    bytes: 100,
    bytesAreExact: true,
    rates,
    secondsToDrain,
    queues: Array.from({ length: queues }, (_, queueId) => ({
      queue: { topic: 'orders', brokerName: 'broker-a', queueId },
      messages: 1,
      bytes: 50,
      rates,
      isStuck,
    })),
  }
}

const kindsOf = (members: number, topic: TopicBacklog, deadLetters = 0, delayed = 0): string[] =>
  adviceOn({
    group: 'coupon',
    members,
    topics: [topic],
    retries: { ready: 0, delayed, partial: false },
    deadLetters: { messages: deadLetters, stored: deadLetters, since: undefined },
    popped: 0,
  }).map(({ kind }) => kind)

describe('advice on a backlog', () => {
  it('counts the members that would help, up to the number of queues', () => {
    expect(kindsOf(0, topicOf(4, undefined))).toEqual(['start-members'])
    expect(kindsOf(1, topicOf(4, Number.POSITIVE_INFINITY))).toEqual(['add-members'])
    expect(kindsOf(4, topicOf(4, 3_600))).toEqual(['queues-are-the-limit'])
    expect(kindsOf(9, topicOf(4, undefined))).toEqual(['queues-are-the-limit'])
  })

  it('does not say that a group keeps up whose retries wait for a member', () => {
    const consumed = { ...topicOf(4, 0), messages: 0 }
    expect(kindsOf(0, consumed, 0, 15)).toEqual(['start-members'])
    expect(kindsOf(0, consumed, 7, 15)).toEqual(['start-members', 'dead-letters'])
    expect(kindsOf(1, consumed, 0, 15)).toEqual(['none'])
    expect(kindsOf(0, consumed)).toEqual(['none'])
  })

  it('names what is stuck first, and leaves alone what is gone soon', () => {
    expect(kindsOf(1, topicOf(4, 10, true))).toEqual(['stuck', 'draining'])
    expect(kindsOf(2, topicOf(4, 10))).toEqual(['draining'])
    expect(kindsOf(2, { ...topicOf(4, 0), messages: 0 }, 7)).toEqual(['dead-letters'])
  })
})
