import { ManualClock } from '@rocketeer/foundation'
import { LockBatchRequestBody, LockBatchResponseBody } from '@rocketeer/protocol/commands'
import { beforeEach, describe, expect, it } from 'vitest'
import { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { turns } from '../testing/pulled-broker.js'
import { QueueLocks } from './queue-locks.js'

const [first, second] = [0, 1].map((queueId) => ({ topic: 't', brokerName: 'b', queueId })) as [
  MessageQueue,
  MessageQueue,
]
const ids = (queues: readonly MessageQueue[]) => queues.map(({ queueId }) => queueId)

describe('QueueLocks', () => {
  let clock: ManualClock
  /** What the broker grants, or how it fails. */
  let grants: (queues: MessageQueue[]) => MessageQueue[] | Promise<MessageQueue[]>
  let asked: number[][]
  let unlocked: number
  let lost: number[]
  let confirmed: number[]
  let problems: unknown[]
  let locks: QueueLocks

  beforeEach(() => {
    clock = new ManualClock(0)
    grants = (queues) => queues
    asked = []
    unlocked = 0
    lost = []
    confirmed = []
    problems = []
    const call = async (_: string, { name }: { name: string }, __: unknown, { body }: { body: Buffer }) => {
      if (name === 'UNLOCK_BATCH_MQ') return void unlocked++
      const { mqSet } = LockBatchRequestBody.decode(body)
      asked.push(ids(mqSet))
      return { body: LockBatchResponseBody.encode({ lockOKMQSet: await grants(mqSet) }) }
    }
    locks = new QueueLocks({
      group: 'g',
      clientId: 'c',
      brokers: { call } as unknown as Brokers,
      clock,
      onLost: (queues) => lost.push(...ids(queues)),
      onConfirmed: (queues) => confirmed.push(...ids(queues)),
      problems: new Problems(({ error }) => problems.push(error)),
    })
  })

  it('holds the locks that the broker grants, and renews them every 20 s', async () => {
    grants = (queues) => queues.filter(({ queueId }) => queueId === 0)
    expect(ids(await locks.lock([first, second]))).toEqual([0])
    expect([locks.holds(first), locks.holds(second)]).toEqual([true, false])
    await clock.advance(40_000)
    expect(asked).toEqual([[0, 1], [0], [0]])
  })

  it('loses a queue that the broker gave to another member', async () => {
    await locks.lock([first, second])
    grants = (queues) => queues.filter(({ queueId }) => queueId === 1)
    await clock.advance(20_000)
    expect([lost, locks.holds(first), locks.holds(second)]).toEqual([[0], false, true])
  })

  it('keeps locks of a broker that cannot be asked for 30 s, and asks it every 3 s', async () => {
    await locks.lock([first])
    grants = () => Promise.reject(new Error('away'))
    await clock.advance(30_000)
    expect([locks.holds(first), asked.length, problems.length]).toEqual([true, 5, 4])
    await clock.advance(1)
    expect(locks.holds(first)).toBe(false)
    await clock.advance(3_000)
    expect(lost).toEqual([0])
  })

  it('relies on no lock after a broken connection until the broker has confirmed it', async () => {
    await locks.lock([first])
    locks.doubt('another broker')
    expect(locks.holds(first)).toBe(true)
    locks.doubt('b')
    expect(locks.holds(first)).toBe(false)
    await turns()
    expect([locks.holds(first), confirmed]).toEqual([true, [0]])
  })

  it('does not take an answer from before the connection broke for a confirmation, and asks again at once', async () => {
    await locks.lock([first])
    const answers: (() => void)[] = []
    grants = (queues) => new Promise((resolve) => answers.push(() => resolve(queues)))
    await clock.advance(20_000)
    locks.doubt('b')
    answers.shift()!()
    await turns()
    expect([locks.holds(first), confirmed, asked.length]).toEqual([false, [], 3])
    answers.shift()!()
    await turns()
    expect([locks.holds(first), confirmed]).toEqual([true, [0]])
  })

  it('gives locks back, and has no timer without any', async () => {
    await locks.lock([first])
    await locks.unlock([first])
    expect([unlocked, locks.holds(first)]).toEqual([1, false])
    await clock.advance(20_000)
    expect([asked.length, clock.pending]).toEqual([1, 0])
  })

  it('renews nothing after it is closed', async () => {
    await locks.lock([first])
    await locks.close()
    await clock.advance(60_000)
    expect([asked.length, clock.pending]).toEqual([1, 0])
  })
})
