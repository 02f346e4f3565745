import { setTimeout as pause } from 'node:timers/promises'
import type { Client, Message } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'
import { expect } from 'vitest'

const PAUSE_MS = 10
const LATE_MS = 60_000

/** The messages of each key are numbered, sent one after the other, and each is sent until it is acknowledged. */
export class OrderedSending {
  /** The number of acknowledged messages of each key. */
  readonly counts = new Map<string, number>()
  readonly failures: unknown[] = []
  readonly #senders: Promise<unknown>
  #running = true

  constructor(client: Client, topic: string, keys: number) {
    const producer = client.producer({ sendTimeoutMs: 3_000 })
    const sendOn = async (key: number) => {
      for (let number = 0; this.#running; ) {
        try {
          await producer.send(
            { topic, body: `${key}#${number}` },
            { selector: (queues) => queues[key % queues.length]! },
          )
          this.counts.set(`${key}`, ++number)
        } catch (error) {
          this.failures.push(error)
        }
        await pause(PAUSE_MS)
      }
    }
    this.#senders = Promise.all(Array.from({ length: keys }, (_, key) => sendOn(key)))
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#senders
  }
}

/** The messages that the only member of a group was given. */
export class Receiving {
  readonly messages: { body: string; brokerName: string }[] = []

  static async start(client: Client, topic: string, { ordered = false } = {}): Promise<Receiving> {
    const receiving = new Receiving()
    const consumer = client.consumer({
      group: `${topic}_group`,
      subscribe: { [topic]: '*' },
      startFrom: 'first',
      ordered,
      rebalanceIntervalMs: 500,
      persistOffsetIntervalMs: 1_000,
      pullWaitMs: 1_000,
      handle: (message: Message) => {
        receiving.messages.push({ body: message.text(), brokerName: message.queue.brokerName })
      },
    })
    await consumer.ready
    return receiving
  }

  get bodies(): Set<string> {
    return new Set(this.messages.map(({ body }) => body))
  }

  /** Resolves when `count` more messages came, from one broker or from any. */
  async more(count: number, brokerName?: string): Promise<void> {
    const counted = () =>
      this.messages.filter((message) => brokerName === undefined || message.brokerName === brokerName).length
    const before = counted()
    await eventually(() => counted() >= before + count, { withinMs: LATE_MS })
  }

  /** Waits until each body came at least once. */
  async all(bodies: Iterable<string>): Promise<void> {
    const missing = () => {
      const came = this.bodies
      return [...bodies].filter((body) => !came.has(body))
    }
    await eventually(() => expect(missing()).toEqual([]), { withinMs: LATE_MS, everyMs: 250 })
  }

  /** The messages that came more than once, and from which brokers. */
  get repeated(): { body: string; brokerNames: string[] }[] {
    const byBody = new Map<string, string[]>()
    for (const { body, brokerName } of this.messages) {
      byBody.set(body, [...(byBody.get(body) ?? []), brokerName])
    }
    return [...byBody]
      .filter(([, brokerNames]) => brokerNames.length > 1)
      .map(([body, brokerNames]) => ({ body, brokerNames }))
  }

  /** The messages that came before the one ahead of them in their key had come at least once. */
  get outOfOrder(): string[] {
    const next = new Map<string, number>()
    return this.messages
      .filter(({ body }) => {
        const [key, number] = body.split('#')
        const expected = next.get(key!) ?? 0
        next.set(key!, Math.max(expected, Number(number) + 1))
        return Number(number) > expected
      })
      .map(({ body }) => body)
  }
}
