import { afterEach, beforeEach, expect, it } from 'vitest'
import { BrokerFixture } from '../testing/broker-fixture.js'
import { PopClient } from '../testing/pop-client.js'
import type { TestClient } from '../testing/test-client.js'

/*
 * The clock stands still: no deadline comes and nothing looks again by itself, so a request that missed an arrival would
 * wait until its own connection gives up. Messages arrive at every moment of a request: while it is on its way, while it
 * reads, when it begins to wait.
 */

/**
 * Messages before the wanted one, which a read has to pass over: a read with an expression gives others their turn after
 * a hundred records.
 */
const OTHERS = [1, 2, 220]
/** Turns of the event loop between them and the wanted one. */
const TURNS_MAX = 8
const ROUNDS = OTHERS.length * TURNS_MAX

let broker: BrokerFixture
let sender: TestClient

beforeEach(async () => {
  broker = await BrokerFixture.start()
  sender = await broker.client()
  await send('other', 'first')
})

afterEach(() => broker[Symbol.asyncDispose]())

function send(tag: string, body: string): Promise<unknown> {
  return sender.send('orders', { props: { TAGS: tag, kind: tag }, body: Buffer.from(body) })
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Sends a wanted message some turns of the event loop after others, and lets it be found before it sends the next. */
async function sendAll(found: (body: string) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const others = Array.from({ length: OTHERS[round % OTHERS.length]! }, () =>
      send('other', `before ${round}`),
    )
    await turns(Math.floor(round / OTHERS.length))
    await Promise.all([...others, send('wanted', `${round}`), found(`${round}`)])
  }
}

/** Resolves waits for a body as soon as it is there. */
class Found {
  readonly #bodies = new Set<string>()
  readonly #waits = new Map<string, () => void>()

  readonly wait = (body: string) =>
    new Promise<void>((resolve) => {
      if (this.#bodies.has(body)) resolve()
      else this.#waits.set(body, resolve)
    })

  add(body: string): void {
    this.#bodies.add(body)
    this.#waits.get(body)?.()
  }
}

it.each([
  ['everything', { tags: '*' }],
  ['a tag', { tags: 'wanted' }],
  ['an expression', { tags: "kind = 'wanted'", expressionType: 'SQL92' }],
])('an arrival reaches a pull for %s', async (_name, filter) => {
  const puller = await broker.client()
  const found = new Found()
  const pulling = async () => {
    for (let offset = 0; ; ) {
      const { messages, fields } = await puller.pull('readers', 'orders', offset, {
        ...filter,
        holdMs: 15_000,
      })
      offset = fields.nextBeginOffset
      for (const { body } of messages) found.add(body.toString())
      if (messages.some(({ body }) => body.toString() === `${ROUNDS - 1}`)) return
    }
  }
  await Promise.all([pulling(), sendAll(found.wait)])
})

it.each([
  ['everything', { exp: '*', expType: 'TAG' }],
  ['a tag', { exp: 'wanted', expType: 'TAG' }],
  ['an expression', { exp: "kind = 'wanted'", expType: 'SQL92' }],
])('an arrival reaches one of several pops for %s', async (_name, filter) => {
  const found = new Found()
  let done = false
  const popping = async () => {
    const popper = new PopClient((await broker.client()).connection)
    while (!done) {
      const { messages } = await popper.pop('orders', { pollTime: 15_000, ...filter })
      for (const { body } of messages) found.add(body.toString())
      await popper.ackAll(messages)
    }
  }
  const poppers = Promise.all([1, 2, 3].map(popping))
  await Promise.race([sendAll(found.wait), poppers])
  done = true
  for (let popper = 0; popper < 3; popper++) await send('wanted', 'last')
  await poppers
})

it('an arrival reaches every notification', async () => {
  const popper = new PopClient(sender.connection)
  const notified = new PopClient((await broker.client()).connection)
  await popper.pop('orders')
  for (let round = 0; round < ROUNDS; round++) {
    const waiting = notified.notification('orders', { pollTime: 15_000 })
    await turns(round % TURNS_MAX)
    await send('wanted', `${round}`)
    expect((await waiting).fields.hasMsg).toBe(true)
    await popper.pop('orders')
  }
})
