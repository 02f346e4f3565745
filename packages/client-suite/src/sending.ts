import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@rocketeer/client'
import { eventually } from '@rocketeer/test-kit'

const SENDERS = 4
const PAUSE_MS = 5
const MORE_WITHIN_MS = 60_000

/** Sends without end, several at a time, until it is stopped; a failed send is kept as a failure. */
export class Sending {
  /** Bodies of acknowledged messages. */
  readonly bodies: string[] = []
  readonly failures: unknown[] = []
  readonly #countByBroker = new Map<string, number>()
  readonly #senders: Promise<unknown>
  #running = true
  #next = 0

  constructor(client: Client, topic: string) {
    const producer = client.producer({ sendRetriesMax: 2, sendTimeoutMs: 10_000 })
    const sendOn = async () => {
      while (this.#running) {
        const body = `${this.#next++}`
        try {
          const { queue } = await producer.send({ topic, body })
          this.bodies.push(body)
          this.#countByBroker.set(queue.brokerName, this.countOf(queue.brokerName) + 1)
        } catch (error) {
          this.failures.push(error)
        }
        await pause(PAUSE_MS)
      }
    }
    this.#senders = Promise.all(Array.from({ length: SENDERS }, sendOn))
  }

  countOf(brokerName: string): number {
    return this.#countByBroker.get(brokerName) ?? 0
  }

  /** Resolves when `count` more messages are acknowledged, by one broker or by any. */
  async more(count: number, brokerName?: string): Promise<void> {
    const counted = () => (brokerName === undefined ? this.bodies.length : this.countOf(brokerName))
    const before = counted()
    await eventually(() => counted() >= before + count, { withinMs: MORE_WITHIN_MS })
  }

  async stop(): Promise<void> {
    this.#running = false
    await this.#senders
  }
}
