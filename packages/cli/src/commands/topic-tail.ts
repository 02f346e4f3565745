import { setTimeout as pause } from 'node:timers/promises'
import type { Client, Message, MessageQueue } from '@rocketeer/client'
import { messageOf } from '@rocketeer/foundation'
import { type Command, Option } from 'commander'
import { addMessageFlags, type MessageFlags, printMessageLine } from '../message-output.js'
import { warn } from '../output.js'
import { parseCount } from '../parse.js'
import { parseStart } from '../parse-time.js'
import { addClusterFlags, type ClusterFlags, Stop, withClient } from '../session.js'

interface TailFlags extends ClusterFlags, MessageFlags {
  tag: string
  from: 'first' | 'last' | Date
  count?: number
}

/** How long a pull waits at the broker for a new message. */
const PULL_WAIT_MS = 10_000
/** How often to look for queues that joined the topic. */
const QUEUE_REFRESH_MS = 5_000
const PAUSE_AFTER_FAILURE_MS = 1_000

export function addTail(topic: Command): void {
  const command = topic
    .command('tail')
    .description('print what arrives in a topic, without a group')
    .argument('<topic>')
    .option('-t, --tag <tags>', "tags to show, as 'a || b'", '*')
    .addOption(
      new Option('--from <where>', 'where to begin: first, last, or a time')
        .argParser(parseStart)
        .default('last'),
    )
    .option('--count <n>', 'stop after this many messages', parseCount)
  addMessageFlags(addClusterFlags(command))
    .addHelpText(
      'after',
      `
Prints until Ctrl-C. Nothing is consumed: no group's offset moves. Works for retry topics and dead letters, too.

Examples:
  rocketeer topic tail order-paid
  rocketeer topic tail order-paid --tag 'coupon || vip' --from 2026-11-21T08:00
  rocketeer topic tail %DLQ%billing --from first --json | jq .key`,
    )
    .action((name: string, flags: TailFlags) => {
      const stop = new Stop()
      return withClient(flags, async (client) => {
        const { printed } = await new Tail(client, name, flags, stop.signal).run()
        if (flags.count !== undefined && printed < flags.count) stop.throwIfInterrupted()
      })
    })
}

/** Reads all queues of a topic side by side, including queues that join later. */
class Tail {
  readonly #client: Client
  readonly #topic: string
  readonly #flags: TailFlags
  readonly #done = new AbortController()
  readonly #ended: AbortSignal
  readonly #queues = new Map<string, Promise<void>>()
  #printed = 0

  constructor(client: Client, topic: string, flags: TailFlags, stop: AbortSignal) {
    this.#client = client
    this.#topic = topic
    this.#flags = flags
    this.#ended = AbortSignal.any([stop, this.#done.signal])
  }

  async run(): Promise<{ printed: number }> {
    const admin = this.#client.admin()
    let { from } = this.#flags
    for (;;) {
      for (const queue of await admin.topics.queues(this.#topic)) {
        const key = `${queue.brokerName}/${queue.queueId}`
        if (!this.#queues.has(key)) this.#queues.set(key, this.#follow(queue, await this.#start(queue, from)))
      }
      // A queue that joins later holds only messages that arrived after the command began.
      from = 'first'
      await this.#pause(QUEUE_REFRESH_MS)
      if (this.#ended.aborted) break
    }
    await Promise.all(this.#queues.values())
    return { printed: this.#printed }
  }

  #start(queue: MessageQueue, from: TailFlags['from']): Promise<number> {
    const admin = this.#client.admin()
    if (from === 'first') return admin.offsets.min(queue)
    return from === 'last' ? admin.offsets.max(queue) : admin.offsets.at(queue, from)
  }

  async #follow(queue: MessageQueue, start: number): Promise<void> {
    let next = start
    let failing = false
    while (!this.#ended.aborted) {
      try {
        const options = { tags: this.#flags.tag, waitMs: PULL_WAIT_MS, signal: this.#ended }
        const { messages, nextOffset } = await this.#client.pull(queue, next, options)
        for (const message of messages) this.#print(message)
        next = nextOffset
        failing = false
      } catch (error) {
        if (this.#ended.aborted) return
        if (!failing) warn('problem', messageOf(error))
        failing = true
        await this.#pause(PAUSE_AFTER_FAILURE_MS)
      }
    }
  }

  #print(message: Message): void {
    if (this.#ended.aborted) return
    printMessageLine(message, this.#flags)
    if (++this.#printed === this.#flags.count) this.#done.abort()
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#ended }).catch(() => undefined)
  }
}
