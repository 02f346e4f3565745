import { describe, expect, it } from 'vitest'
import { type Problem, Problems, sourceText } from './problems.js'

const error = new Error('no')

describe('Problems', () => {
  it('says where a problem came from, as exactly as it is known', () => {
    const heard: Problem[] = []
    const problems = new Problems((problem) => heard.push(problem)).within({ part: 'consumer', group: 'g' })
    problems.report(error)
    problems.report(error, { topic: 't', brokerName: 'b', queueId: 3 })
    expect(heard).toEqual([
      { error, source: { part: 'consumer', group: 'g' } },
      { error, source: { part: 'consumer', group: 'g', topic: 't', brokerName: 'b', queueId: 3 } },
    ])
  })

  it('tells the part that has them, then the client, and the client whether anybody heard it', () => {
    const told: unknown[] = []
    const client = new Problems(({ error: each }, heard) => told.push(`client: ${each}, heard ${heard}`))
    const listening = (name: string, anybody: boolean) =>
      client.within({ group: name }, ({ error: each }) => {
        told.push(`${name}: ${each}`)
        return anybody
      })
    client.report('one')
    listening('alone', false).report('two')
    listening('watched', true).within({ topic: 't' }).report('three')
    expect(told).toEqual([
      'client: one, heard false',
      'alone: two',
      'client: two, heard false',
      'watched: three',
      'client: three, heard true',
    ])
  })

  it('can be passed on as a function', async () => {
    const heard: unknown[] = []
    const { report } = new Problems((problem) => heard.push(problem.error))
    await Promise.reject(error).catch(report)
    expect(heard).toEqual([error])
  })

  it('are placed in a sentence as exactly as it is known', () => {
    const queue = { topic: 'orders', brokerName: 'broker-a', queueId: 3 }
    expect(sourceText({ part: 'consumer', group: 'coupon', ...queue })).toBe(
      'the consumer (group "coupon", topic "orders", broker "broker-a", queue 3)',
    )
    expect(sourceText({})).toBe('the client')
  })
})
