import { describe, expect, it } from 'vitest'
import { type Problem, Problems } from './problems.js'

const error = new Error('no')

describe('Problems', () => {
  it('says where a problem came from, as exactly as it is known', () => {
    const heard: Problem[] = []
    const problems = new Problems(() => {}).within({ part: 'consumer', group: 'g' }, (each) =>
      heard.push(each),
    )
    problems.report(error)
    problems.report(error, { topic: 't', brokerName: 'b', queueId: 3 })
    expect(heard).toEqual([
      { error, source: { part: 'consumer', group: 'g' } },
      { error, source: { part: 'consumer', group: 'g', topic: 't', brokerName: 'b', queueId: 3 } },
    ])
  })

  it('tells the part that has them, and nobody else', () => {
    const ofClient: unknown[] = []
    const ofConsumer: unknown[] = []
    const client = new Problems((problem) => ofClient.push(problem.error))
    const consumer = client.within({ group: 'g' }, (problem) => ofConsumer.push(problem.error))
    client.report('of the client')
    consumer.report('of the consumer')
    expect([ofClient, ofConsumer]).toEqual([['of the client'], ['of the consumer']])
  })

  it('can be passed on as a function', async () => {
    const heard: unknown[] = []
    const { report } = new Problems((problem) => heard.push(problem.error))
    await Promise.reject(error).catch(report)
    expect(heard).toEqual([error])
  })
})
