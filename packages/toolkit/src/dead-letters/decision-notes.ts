import { createHash } from 'node:crypto'
import type { Client, Message, MessageQueue } from '@rocketeer/client'
import { checked, isRocketeerError, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'

/** What somebody decided about a dead letter by `decideDeadLetters`, as it is kept in the cluster. */
export interface NotedDecision {
  readonly messageId: string
  /** `replayed`: it was parked, and is given to its group now. */
  readonly state: 'parked' | 'dropped' | 'replayed'
  readonly reason: string
  /** Of the message before it died. */
  readonly topic: string
  readonly key: string | undefined
  /** How often it had been replayed when this was decided; one that dies again later is not meant. */
  readonly replays: number
  /** Where the dead letter is. */
  readonly queue: MessageQueue
  readonly queueOffset: number
  /** By the broker's clock, in milliseconds since the epoch. */
  readonly decidedAt: number
}

const schema = z.object({
  messageId: z.string(),
  state: z.enum(['parked', 'dropped', 'replayed']),
  reason: z.string(),
  topic: z.string(),
  key: z.string().optional(),
  replays: z.int().min(0),
  queue: z.object({ topic: z.string(), brokerName: z.string(), queueId: z.int().min(0) }),
  queueOffset: z.int().min(0),
})

const PREFIX = 'DLQ_DECISIONS_'
const TOPIC_CHARACTERS_MAX = 127

/**
 * The topic in which decisions about the dead letters of a group are kept: where there is no database, the cluster has
 * them, and they expire no earlier than the dead letters.
 */
export function decisionTopicOf(group: string): string {
  const topic = PREFIX + group
  if (topic.length <= TOPIC_CHARACTERS_MAX) return topic
  return PREFIX + createHash('sha256').update(group).digest('hex')
}

/** Notes decisions so that every replay and worker of the group finds them. Rejects with the client's error. */
export async function noteDecisions(
  client: Client,
  group: string,
  decisions: readonly Omit<NotedDecision, 'decidedAt'>[],
): Promise<void> {
  const topic = decisionTopicOf(group)
  if ((await queuesOf(client, topic)).length === 0) await client.admin().topics.create(topic, { queues: 1 })
  const producer = client.producer()
  await Promise.all(
    decisions.map((decision) =>
      producer.send({ topic, properties: { messageId: decision.messageId }, body: JSON.stringify(decision) }),
    ),
  )
}

/** Reads the decisions about the dead letters of a group, each once. */
export class DecisionReader {
  readonly #client: Client
  readonly #topic: string
  /** The next offset by queue. */
  readonly #next = new Map<string, number>()
  /** Read, and not taken yet. */
  readonly #read: NotedDecision[] = []

  constructor(client: Client, group: string) {
    this.#client = client
    this.#topic = decisionTopicOf(group)
  }

  /** Calls `take` for those that were noted since the last call, the oldest first; one that it rejects comes again. */
  async read(take: (decision: NotedDecision) => Promise<void> | void): Promise<void> {
    for (const queue of await queuesOf(this.#client, this.#topic)) await this.#pull(queue)
    this.#read.sort((a, b) => a.decidedAt - b.decidedAt)
    for (let [first] = this.#read; first; [first] = this.#read) {
      await take(first)
      this.#read.shift()
    }
  }

  async #pull(queue: MessageQueue): Promise<void> {
    const { offsets } = this.#client.admin()
    const name = `${queue.brokerName} ${queue.queueId}`
    const end = await offsets.max(queue)
    let next = this.#next.get(name) ?? (await offsets.min(queue))
    while (next < end) {
      const { messages, nextOffset } = await this.#client.pull(queue, next, {
        messagesMax: PULL_MESSAGES_MAX,
      })
      for (const message of messages) {
        const decision = decisionIn(message)
        if (decision) this.#read.push(decision)
      }
      next = Math.max(nextOffset, (messages.at(-1)?.queueOffset ?? next) + 1)
      this.#next.set(name, next)
    }
  }
}

const PULL_MESSAGES_MAX = 32

/** The last decision about each dead letter of a group, by message id. Rejects with the client's error. */
export async function decisionsOf(client: Client, group: string): Promise<Map<string, NotedDecision>> {
  const decisions = new Map<string, NotedDecision>()
  await new DecisionReader(givenClient(client, 'decisionsOf'), group).read(
    (decision) => void decisions.set(decision.messageId, decision),
  )
  return decisions
}

/** Whether somebody decided about this dead letter, so that replays leave it out; not about an earlier death of the message. */
export function isAbout(
  decision: NotedDecision | undefined,
  { replayTimes }: Pick<Message, 'replayTimes'>,
): decision is NotedDecision {
  return decision !== undefined && replayTimes <= decision.replays
}

/** None when nobody has decided anything yet. */
async function queuesOf(client: Client, topic: string): Promise<MessageQueue[]> {
  try {
    const { queueDatas } = await client.admin().topics.route(topic)
    return queueDatas.flatMap(({ brokerName, readQueueNums }) =>
      Array.from({ length: readQueueNums }, (_, queueId) => ({ topic, brokerName, queueId })),
    )
  } catch (error) {
    if (isRocketeerError(error, 'NO_ROUTE')) return []
    throw error
  }
}

/** Anybody may send to the topic: what is no decision is passed over. */
function decisionIn(message: Message): NotedDecision | undefined {
  try {
    return {
      key: undefined,
      ...checked(schema, JSON.parse(message.text())),
      decidedAt: message.storeTimestamp,
    }
  } catch {
    return undefined
  }
}
