import { ResponseCode } from '@rocketeer/protocol'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient, type PoppedMessage } from '../testing/pop-client.js'

const SMALL_FILES = {
  commitLogFileBytes: 4 * 1024 * 1024,
  consumeQueueFileEntries: 1_000,
  indexMessages: false,
}

/** Rounded up by the broker. */
const DUE_STEP_MS = 200
const INVISIBLE_MS = 10_000

const action = fc.oneof(
  fc.record({ do: fc.constant('send' as const), count: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ do: fc.constant('pop' as const), count: fc.integer({ min: 1, max: 16 }) }),
  fc.record({ do: fc.constant('ack' as const), share: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ do: fc.constant('change' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 8000 }) }),
  fc.record({ do: fc.constant('kill' as const) }),
)

/** What a checker knows of a message. */
interface Seen {
  /** Not to be given to anybody before that time. */
  invisibleUntil: number
  /** Acknowledged in time: never to be seen again. */
  acknowledgedInTime: boolean
  /** Acknowledged at all. */
  acknowledged: boolean
}

/** Consumers that pop, acknowledge, change and forget at random, and a broker that is killed now and then. */
class Story {
  readonly seen = new Map<string, Seen>()
  readonly unfinished: PoppedMessage[] = []
  sent = 0
  doubles = 0
  #popper!: PopClient

  constructor(readonly broker: BrokerFixture) {}

  async connect(): Promise<void> {
    this.#popper = new PopClient((await this.broker.client()).connection)
  }

  async send(count: number): Promise<void> {
    const client = await this.broker.client()
    for (let i = 0; i < count; i++) {
      const queueId = this.sent % 3
      await client.send('orders', { queueId, body: Buffer.from(String(this.sent++)) })
    }
  }

  async pop(maxMsgNums: number): Promise<number> {
    const popped = await this.#popper.pop('orders', { maxMsgNums, invisibleTime: INVISIBLE_MS })
    const now = this.broker.clock.now()
    for (const message of popped.messages) {
      const body = message.body.toString()
      const before = this.seen.get(body)
      if (before !== undefined) {
        expect(before.acknowledgedInTime, `message ${body} came after it was acknowledged in time`).toBe(
          false,
        )
        expect(now, `message ${body} came while it was invisible`).toBeGreaterThanOrEqual(
          before.invisibleUntil,
        )
        this.doubles++
      }
      this.seen.set(body, {
        invisibleUntil: now + INVISIBLE_MS,
        acknowledgedInTime: false,
        acknowledged: false,
      })
      this.unfinished.push(message)
    }
    return popped.messages.length
  }

  async ack(share: number): Promise<void> {
    const messages = this.unfinished.splice(0, Math.ceil(this.unfinished.length * share))
    if (messages.length === 0) return
    const single = messages.length === 1
    const answer = await (single ? this.#popper.ack(messages[0]!) : this.#popper.ackAll(messages))
    expect(answer.code).toBe(ResponseCode.SUCCESS)
    const now = this.broker.clock.now()
    for (const message of messages) {
      const seen = this.seen.get(message.body.toString())!
      seen.acknowledged = true
      // A late one may have come back already, under another handle.
      if (now < seen.invisibleUntil && this.#isLatest(message)) seen.acknowledgedInTime = true
    }
  }

  async change(ms: number): Promise<void> {
    const message = this.unfinished.shift()
    if (message === undefined) return
    const answer = await this.#popper.changeInvisibleTime(message, ms)
    if (answer.code !== ResponseCode.SUCCESS) return
    const changed = this.#popper.renewed(message, answer.fields)
    const seen = this.seen.get(message.body.toString())!
    seen.invisibleUntil = this.broker.clock.now() + ms
    this.unfinished.push(changed)
  }

  /** What nobody acknowledged must still come, and go. */
  async drain(): Promise<void> {
    this.unfinished.length = 0
    for (let quiet = 0; quiet < 3; ) {
      await this.broker.clock.advance(INVISIBLE_MS * 2)
      // Retry topics are made in real time, while which the clock stands still.
      const left = () => this.broker.clock.advance(DUE_STEP_MS).then(() => this.broker.parts.checkPoints.size)
      await expect.poll(left).toBe(0)
      let popped = 0
      for (let more = await this.pop(32); more > 0; more = await this.pop(32)) popped += more
      await this.ack(1)
      quiet = popped === 0 ? quiet + 1 : 0
    }
  }

  /** The handle a message was given last; older ones are void. */
  #isLatest(message: PoppedMessage): boolean {
    const body = message.body.toString()
    return !this.unfinished.some((other) => other.body.toString() === body)
  }
}

it('loses nothing and doubles only what was not acknowledged in time, killed or not', async () => {
  let doubles = 0
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 10, maxLength: 40 }), async (actions) => {
      await using broker = await BrokerFixture.start({ ...SMALL_FILES, defaultTopicQueues: 4 })
      const story = new Story(broker)
      await story.connect()
      await story.send(3)
      for (const step of actions) {
        if (step.do === 'send') await story.send(step.count)
        else if (step.do === 'pop') await story.pop(step.count)
        else if (step.do === 'ack') await story.ack(step.share)
        else if (step.do === 'change') await story.change(step.ms)
        else if (step.do === 'wait') await broker.clock.advance(step.ms)
        else {
          await broker.killAndRestart()
          await story.connect()
        }
      }
      await story.drain()
      expect(story.seen.size).toBe(story.sent)
      expect([...story.seen.values()].every(({ acknowledged }) => acknowledged)).toBe(true)
      doubles += story.doubles
    }),
    { numRuns: 12 },
  )
  // Consumers forget: without anything coming back the test would show nothing.
  expect(doubles).toBeGreaterThan(0)
}, 60_000)
