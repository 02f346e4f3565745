import { PropertyName } from '@rocketeer/protocol/record'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient, type PoppedMessage } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'
import { TestTransactions } from '../testing/test-transactions.js'

const INVISIBLE_MS = 3000
const CHECK_INTERVAL_MS = 30_000
/** Nobody sends heartbeats while the hours go by. */
const OPTIONS = {
  transactionCheckIntervalMs: CHECK_INTERVAL_MS,
  clientExpiryMs: 24 * 3_600_000,
  indexMessages: false,
}

/** Few, or more than one round of any duty takes. */
const count = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 40, max: 80 }) },
)
const send = fc.oneof(
  fc.record({ do: fc.constant('delay' as const), count }),
  fc.record({ do: fc.constant('time' as const), count, ms: fc.integer({ min: 1, max: 8000 }) }),
  fc.record({ do: fc.constant('pop' as const), count, acknowledged: count }),
  fc.record({ do: fc.constant('begin' as const), count, told: count }),
)
const goOn = fc.oneof(
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 40_000 }) }),
  // Time begins to go by, and after so many turns of the event loop, with messages on their way, the duties change.
  fc.record({
    do: fc.constantFrom('stop' as const, 'start' as const, 'stopAndStart' as const),
    ms: fc.integer({ min: 1, max: 8000 }),
    turns: fc.integer({ min: 0, max: 60 }),
  }),
)
const restart = fc.record({ do: fc.constant('restart' as const) })
const action = fc.oneof(
  { weight: 10, arbitrary: send },
  { weight: 10, arbitrary: goOn },
  { weight: 1, arbitrary: restart },
)
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never

/** A broker whose duties stop and start, and what a checker knows of the messages that they are to deliver. */
class Story {
  /** Topic → body → the earliest time at which the message may be there. */
  readonly #expected = new Map<string, Map<string, number>>()
  /** Body of a half message → its outcome. */
  readonly #outcomes = new Map<string, 'commit' | 'rollback'>()
  /** Body of a message to pop → until when nobody may get it; `Infinity` once it is acknowledged. */
  readonly #invisibleUntil = new Map<string, number>()
  readonly #broker: BrokerFixture
  #sent = 0
  #client!: TestClient
  #popper!: PopClient
  #producer!: TestTransactions

  constructor(broker: BrokerFixture) {
    this.#broker = broker
  }

  async connect(): Promise<void> {
    this.#client = await this.#broker.client()
    this.#popper = new PopClient(this.#client.connection)
    this.#producer = await TestTransactions.start(this.#broker)
  }

  async run(step: Action): Promise<void> {
    const now = this.#broker.clock.now()
    switch (step.do) {
      case 'delay':
        return this.#send('delayed', step.count, { [PropertyName.DELAY_LEVEL]: '1' }, now + 1000)
      case 'time': {
        const at = now + step.ms
        return this.#send('timed', step.count, { [PropertyName.TIMER_DELIVER]: String(at) }, at)
      }
      case 'pop':
        await together(step.count, () => {
          const body = `${this.#sent++}`
          this.#invisibleUntil.set(body, 0)
          return this.#client.send('popped', { body: Buffer.from(body) })
        })
        return this.#acknowledge((await this.#pop()).slice(0, step.acknowledged))
      case 'begin':
        return together(step.count, (index) => this.#begin(index < step.told))
      case 'wait':
        await this.#broker.clock.advance(step.ms)
        await this.#answer()
        return
      case 'restart':
        await this.#broker.restart()
        return this.connect()
      default:
        return this.#change(step)
    }
  }

  /** Nothing is written from the moment at which the duties have stopped until they start again, or a client asks. */
  async #change(step: Extract<Action, { turns: number }>): Promise<void> {
    const { clock, duties } = this.#broker
    const advancing = clock.advance(step.ms)
    for (let turn = 0; turn < step.turns; turn++) await new Promise((resolve) => setImmediate(resolve))
    const stopping = step.do === 'start' ? undefined : duties.stop()
    if (step.do !== 'stop') duties.start()
    await stopping
    const written = this.#written
    await advancing
    if (step.do !== 'stop') return
    await clock.advance(step.ms * 10)
    expect(this.#written, 'bytes written while the duties are stopped').toBe(written)
  }

  /** Brings everything to its end, and compares what is there with what was sent. */
  async finish(): Promise<void> {
    const { clock, duties } = this.#broker
    duties.start()
    for (let quiet = 0; quiet < 2; ) {
      await clock.advance(CHECK_INTERVAL_MS + INVISIBLE_MS)
      const asked = await this.#answer()
      const popped = await this.#pop()
      await this.#acknowledge(popped)
      quiet = asked === 0 && popped.length === 0 ? quiet + 1 : 0
    }
    expect([...this.#invisibleUntil.values()].every((until) => until === Number.POSITIVE_INFINITY)).toBe(true)
    for (const [topic, expected] of this.#expected) {
      const arrived = await this.#arrived(topic)
      expect(arrived.map(({ body }) => body).toSorted(), topic).toEqual([...expected.keys()].toSorted())
      const early = arrived.filter(({ body, at }) => at < expected.get(body)!)
      expect(early, `${topic}: delivered too early`).toEqual([])
    }
  }

  get #written(): number {
    return this.#broker.parts.store.stats.maxPhysicalOffset
  }

  #send(topic: string, count: number, props: Record<string, string>, at: number): Promise<void> {
    return together(count, () =>
      this.#client.send(topic, { props, body: Buffer.from(this.#expect(topic, at)) }),
    )
  }

  async #begin(told: boolean): Promise<void> {
    const outcome = this.#sent % 3 === 0 ? 'rollback' : 'commit'
    const body = outcome === 'commit' ? this.#expect('halved', 0) : `${this.#sent++}`
    this.#outcomes.set(body, outcome)
    const half = await this.#producer.begin('halved', body, { queueId: 0 })
    if (told) await this.#producer.end(half, outcome)
  }

  /** Answers the checks that have come; returns how many. */
  async #answer(): Promise<number> {
    const asked = this.#producer.asked.splice(0)
    await together(asked.length, (index) => {
      const { fields, message } = asked[index]!
      const half = { queueOffset: fields.tranStateTableOffset, physicalOffset: fields.commitLogOffset }
      const outcome = this.#outcomes.get(message.body.toString())!
      return this.#producer.end(half, outcome, { fromTransactionCheck: true })
    })
    return asked.length
  }

  async #pop(): Promise<PoppedMessage[]> {
    const popped: PoppedMessage[] = []
    for (;;) {
      // Each in a check point of its own.
      const { messages } = await this.#popper.pop('popped', { invisibleTime: INVISIBLE_MS, maxMsgNums: 1 })
      if (messages.length === 0) return popped
      const now = this.#broker.clock.now()
      for (const message of messages) {
        const body = message.body.toString()
        expect(
          this.#invisibleUntil.get(body),
          `${body} was popped while it was invisible`,
        ).toBeLessThanOrEqual(now)
        this.#invisibleUntil.set(body, now + INVISIBLE_MS)
        popped.push(message)
      }
    }
  }

  async #acknowledge(messages: readonly PoppedMessage[]): Promise<void> {
    await together(messages.length, (index) => {
      this.#invisibleUntil.set(messages[index]!.body.toString(), Number.POSITIVE_INFINITY)
      return this.#popper.ack(messages[index]!)
    })
  }

  async #arrived(topic: string): Promise<{ body: string; at: number }[]> {
    const arrived: { body: string; at: number }[] = []
    for (;;) {
      const { messages } = await this.#client.pull('tools', topic, arrived.length, { tags: '*' })
      if (messages.length === 0) return arrived
      for (const { body, storeTimestamp } of messages)
        arrived.push({ body: body.toString(), at: storeTimestamp })
    }
  }

  #expect(topic: string, at: number): string {
    const body = `${this.#sent++}`
    const bodies = this.#expected.get(topic)
    if (bodies === undefined) this.#expected.set(topic, new Map([[body, at]]))
    else bodies.set(body, at)
    return body
  }
}

async function together(count: number, act: (index: number) => Promise<unknown>): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => act(index)))
}

it('duties lose nothing, double nothing and write nothing while they are stopped, whenever they stop and start', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 15, maxLength: 30 }), async (actions) => {
      await using broker = await BrokerFixture.start(OPTIONS)
      const story = new Story(broker)
      await story.connect()
      for (const step of actions) await story.run(step)
      await story.finish()
    }),
    { numRuns: 5 },
  )
}, 60_000)
