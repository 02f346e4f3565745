import { connect } from '@rocketeer/client'
import { ManualClock } from '@rocketeer/foundation'
import { startServer } from '@rocketeer/server'
import { eventually, Gate } from '@rocketeer/test-kit'
import { describe, expect, it } from 'vitest'

const topic = 'orders'

describe('a client that traces', () => {
  it('writes no traces when brokers ask for none', async () => {
    await using server = await startServer({ traceMessages: false })
    const client = await connect({ nameservers: server.nameservers, trace: true })
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Gate()
    await client.consumer({ group: 'readers', subscribe: { [topic]: '*' }, handle: () => handled.open() })
      .ready
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    await handled.opened
    await client.close()
    await using reader = await connect({ nameservers: server.nameservers })
    expect(await reader.admin().messages.traces(messageId)).toEqual([])
    expect(await reader.admin().topics.list({ system: true })).not.toContain('RMQ_SYS_TRACE_TOPIC')
  })

  it('sends and handles as ever when the trace topic has no route, and reports it', async () => {
    await using server = await startServer({ autoCreateTopics: false })
    const clock = new ManualClock()
    await using client = await connect({ nameservers: server.nameservers, trace: { batchSize: 1 }, clock })
    const problems: unknown[] = []
    client.on('problem', (problem) => problems.push(problem))
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Gate()
    const receipts: string[] = []
    await client.consumer({
      group: 'readers',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      handle: () => {
        if (receipts.push('handled') === 5) handled.open()
      },
    }).ready
    const producer = client.producer()
    for (let i = 0; i < 5; i++) expect((await producer.send({ topic, body: 'x' })).status).toBe('SEND_OK')
    await handled.opened
    await eventually(async () => {
      await clock.advance(1_000)
      const dropped = problems.filter((problem) => (problem as { code: string }).code === 'TRACE_DROPPED')
      expect(dropped.reduce<number>((sum, problem) => sum + entriesOf(problem), 0)).toBe(15)
    })
    expect(problems).toContainEqual(
      expect.objectContaining({
        details: expect.objectContaining({
          topic: 'RMQ_SYS_TRACE_TOPIC',
          reason: expect.stringContaining('no route'),
        }),
      }),
    )
  })

  it('traces that a handler took too long and succeeded all the same', async () => {
    await using server = await startServer({ createTraceTopic: true })
    const client = await connect({ nameservers: server.nameservers, trace: true })
    await client.admin().topics.create(topic, { queues: 1 })
    const handled = new Gate()
    await client.consumer({
      group: 'readers',
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      ordered: true,
      consumeTimeoutMs: 5,
      handle: async () => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        handled.open()
      },
    }).ready
    const { messageId } = await client.producer().send({ topic, body: 'x' })
    await handled.opened
    await client.close()
    await using reader = await connect({ nameservers: server.nameservers })
    const traces = await reader.admin().messages.traces(messageId)
    expect(traces.at(-1)).toMatchObject({ type: 'SubAfter', success: true, contextCode: 1 })
  })
})

function entriesOf(problem: unknown): number {
  return (problem as { details: { entries: number } }).details.entries
}
