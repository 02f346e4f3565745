import { type Client, type Message, type MessageQueue, queueKey } from '@rocketeer/client'

/** A part of a queue: from one offset up to, but without, another. */
export interface QueueRange {
  readonly queue: MessageQueue
  readonly first: number
  readonly end: number
}

/** A broker gives no more with one pull. */
const PULL_MESSAGES_MAX = 32
/** Queues that are read at the same time. */
const QUEUES_AT_ONCE = 8

/** What each queue of a topic holds now that was stored at or after a time; all of it without a time. */
export async function rangesOf(
  client: Client,
  topic: string,
  since: number | undefined,
): Promise<QueueRange[]> {
  const { offsets, topics } = client.admin()
  return Promise.all(
    (await topics.queues(topic)).map(async (queue) => {
      const [first, end] = await Promise.all([offsets.min(queue), offsets.max(queue)])
      if (since === undefined || end <= first) return { queue, first, end: Math.max(first, end) }
      const at = await offsets.at(queue, Math.max(0, since))
      return { queue, first: Math.min(Math.max(at, first), end), end }
    }),
  )
}

export function messagesIn(ranges: readonly QueueRange[]): number {
  return ranges.reduce((sum, { first, end }) => sum + end - first, 0)
}

/** Reads ranges of several queues, each in the order of its offsets, and waits for what `each` does with a message. */
export async function readRanges(
  client: Client,
  ranges: readonly QueueRange[],
  {
    each,
    onRead,
    signal,
  }: {
    each: (message: Message) => Promise<void> | undefined
    /** Called with how many offsets were passed since the last call. */
    onRead?: ((offsets: number) => void) | undefined
    signal?: AbortSignal | undefined
  },
): Promise<void> {
  const left = ranges.filter(({ first, end }) => end > first)
  const readOn = async () => {
    for (let range = left.shift(); range !== undefined; range = left.shift()) {
      for await (const batch of readRange(client, range, signal)) {
        for (const message of batch.messages) {
          const waiting = each(message)
          if (waiting !== undefined) await waiting
        }
        onRead?.(batch.passed)
      }
    }
  }
  const readers = Array.from({ length: Math.min(QUEUES_AT_ONCE, left.length) }, readOn)
  const ended = await Promise.allSettled(readers)
  for (const reader of ended) if (reader.status === 'rejected') throw reader.reason
}

/** The messages of a range, batch by batch. */
export async function* readRange(
  client: Client,
  { queue, first, end }: QueueRange,
  signal?: AbortSignal | undefined,
): AsyncGenerator<{ messages: Message[]; passed: number }, void, void> {
  for (let next = first; next < end; ) {
    signal?.throwIfAborted()
    const pulled = await client.pull(queue, next, { messagesMax: Math.min(PULL_MESSAGES_MAX, end - next) })
    const messages = pulled.messages.filter(({ queueOffset }) => queueOffset >= next && queueOffset < end)
    const last = messages.at(-1)?.queueOffset ?? next
    // Without messages an answer may name an offset behind what a broker has deleted meanwhile.
    const after = Math.min(Math.max(last, pulled.nextOffset - 1, next) + 1, end)
    yield { messages, passed: after - next }
    next = after
  }
}

/** Numbers for queues, for tables that hold numbers only. */
export class QueueNumbers {
  readonly #queues: MessageQueue[] = []
  readonly #numbers = new Map<string, number>()

  constructor(ranges: readonly QueueRange[]) {
    for (const { queue } of ranges) {
      this.#numbers.set(queueKey(queue), this.#queues.length)
      this.#queues.push(queue)
    }
  }

  numberOf(queue: MessageQueue): number {
    return this.#numbers.get(queueKey(queue))!
  }

  queueAt(number: number): MessageQueue {
    return this.#queues[number]!
  }
}
