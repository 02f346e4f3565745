import { silentLogger } from '@rocketeer/foundation'
import { SystemTopic, TRANSACTION_GROUP } from '@rocketeer/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { recordsOf } from '../testing/stored-records.js'
import { TestTransactions } from '../testing/test-transactions.js'
import { decodeHalf, type HalfMessage } from './half-message.js'
import { TransactionLedger } from './transaction-ledger.js'

let broker: BrokerFixture
let ledger: TransactionLedger
let halves: HalfMessage[]

beforeEach(async () => {
  broker = await BrokerFixture.start()
  const producer = await TestTransactions.start(broker)
  await producer.client.send('orders')
  halves = []
  for (const body of ['0', '1', '2']) {
    const { physicalOffset } = await producer.begin('orders', body)
    halves.push(decodeHalf((await broker.parts.store.recordAt(physicalOffset))!)!)
  }
  ledger = await open()
})
afterEach(async () => {
  await ledger.close()
  await broker[Symbol.asyncDispose]()
})

function open(): Promise<TransactionLedger> {
  const storeHost = () => halves[0]!.record.storeHost
  const { store, offsets, config } = broker.parts
  return TransactionLedger.open({
    store,
    offsets,
    config,
    clock: broker.clock,
    logger: silentLogger,
    storeHost,
  })
}

/** A copy of a half message at another queue offset, as `copyOfHalf` and the store make it. */
function copyOf(half: HalfMessage, queueOffset: number): HalfMessage {
  return { ...half, record: { ...half.record, queueOffset } }
}

const done = () => Promise.resolve()

describe('a transaction', () => {
  it('ends once, whoever answers again', async () => {
    const [half] = halves as [HalfMessage]
    expect(ledger.openCount).toBe(3)
    expect(await ledger.end(half, done)).toBe(true)
    expect(await ledger.end(half, () => expect.unreachable())).toBe(false)
    expect([ledger.hasEnded(half), ledger.hasEndedAt(0), ledger.hasEndedAt(1)]).toEqual([true, true, false])
    expect(ledger.openCount).toBe(2)
  })

  it('stays open when its end fails, and then ends by the next answer', async () => {
    const [half] = halves as [HalfMessage]
    await expect(ledger.end(half, () => Promise.reject(new Error('no room')))).rejects.toThrow('no room')
    expect([ledger.hasEnded(half), ledger.endingCount]).toEqual([false, 0])
    expect(await ledger.end(half, done)).toBe(true)
  })

  it('ends by one of several answers at a time; the others wait for it', async () => {
    const [half] = halves as [HalfMessage]
    let fail = () => {}
    const failing = ledger.end(
      half,
      () => new Promise((_, reject) => (fail = () => reject(new Error('no room')))),
    )
    let calls = 0
    const others = [1, 2].map(() => ledger.end(half, async () => void calls++))
    const idle = ledger.idle(half).then(() => calls)
    expect(ledger.endingCount).toBe(1)
    fail()
    await expect(failing).rejects.toThrow('no room')
    expect((await Promise.all(others)).sort()).toEqual([false, true])
    expect(calls).toBe(1)
    expect(await idle).toBe(1)
  })

  it('is known by its origin: the newest copy stands for the others, and ends with them', async () => {
    const [half] = halves as [HalfMessage]
    expect(ledger.addCopy(half, 7)).toBe(true)
    expect([ledger.isReplaced(half), ledger.isReplaced(copyOf(half, 7))]).toEqual([true, false])
    expect(await ledger.end(half, done)).toBe(true)
    expect(ledger.hasEnded(copyOf(half, 7))).toBe(true)
    expect([ledger.hasEndedAt(0), ledger.hasEndedAt(7)]).toEqual([true, true])
  })

  it('that ended while its copy was stored has ended for the copy, too', async () => {
    const [half] = halves as [HalfMessage]
    await ledger.end(half, done)
    expect(ledger.addCopy(half, 7)).toBe(false)
    expect(ledger.hasEndedAt(7)).toBe(true)
  })

  it('has its newest copy found again after a crash', () => {
    const [half] = halves as [HalfMessage]
    ledger.read(copyOf(half, 7))
    ledger.read(half)
    expect([ledger.isReplaced(half), ledger.isReplaced(copyOf(half, 7))]).toEqual([true, false])
  })
})

describe('what has ended', () => {
  it('is known after a start, also where the half queue has been left behind', async () => {
    await ledger.end(halves[0]!, done)
    await ledger.end(halves[2]!, done)
    ledger.advanceTo(1)
    ledger.advanceTo(0)
    expect(ledger.firstOpenOffset).toBe(1)
    await ledger.close()
    const [operation] = await recordsOf(broker, SystemTopic.TRANSACTION_OPERATION, 0)
    expect(operation!.body.toString()).toBe('0,2,')
    ledger = await open()
    expect(ledger.firstOpenOffset).toBe(1)
    expect(halves.map((half) => ledger.hasEnded(half))).toEqual([true, false, true])
    expect(ledger.openCount).toBe(1)
  })

  it('needs its operation message no longer once everything that it names is left behind', async () => {
    for (const half of halves) await ledger.end(half, done)
    await ledger.close()
    ledger = await open()
    ledger.advanceTo(2)
    expect(released()).toBe(-1)
    ledger.advanceTo(3)
    expect(released()).toBe(1)
  })

  const released = () =>
    broker.parts.offsets.query({
      group: TRANSACTION_GROUP,
      topic: SystemTopic.TRANSACTION_OPERATION,
      queueId: 0,
    })
})
