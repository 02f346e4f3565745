import { option, parseOptions, z } from '@rocketeer/foundation'
import { ResponseCode, type ResponseFields } from '@rocketeer/protocol'
import { PullSysFlag, pullMessage } from '@rocketeer/protocol/commands'
import { decodeSoundRecords } from '@rocketeer/protocol/record'
import { checkArguments } from '../arguments.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { Message } from '../messages/received-message.js'
import { SqlExpression } from '../reading/sql.js'
import { type Subscription, subscriptionOf, wants } from '../reading/subscription.js'
import type { Brokers } from '../routing/brokers.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { RouteCache } from '../routing/route-cache.js'

/**
 * `found`: there are messages. `none-new`: none was stored in time. `none-matched`: none of those stored has a wanted tag.
 * `offset-moved`: there is nothing at the offset asked for; `nextOffset` is where there is. Apache: PullStatus.
 */
export type PullStatus = 'found' | 'none-new' | 'none-matched' | 'offset-moved'

/** What `client.pull` resolves to. */
export interface PullResult {
  status: PullStatus
  /** In the order of their offsets, without those that have another tag. */
  messages: Message[]
  /** The offset to go on at. */
  nextOffset: number
  /** The offset of the first message in the queue. */
  minOffset: number
  /** One more than the offset of the last message in the queue. */
  maxOffset: number
}

/** What `client.pull` takes. */
export interface PullOptions {
  /** The most messages to give, 32. */
  messagesMax?: number | undefined
  /** Tags as consumers subscribe them, or `sql(…)`; every message unless given. */
  tags?: string | SqlExpression | undefined
  /** How long to wait for a message when there is none, 0 ms. */
  waitMs?: number | undefined
  /** Ends the waiting; the pull rejects with its reason. */
  signal?: AbortSignal | undefined
  /** The consumer group that the pull names, `TOOLS_CONSUMER`; brokers check its permission and count its traffic. */
  group?: string | undefined
}

const pullOptionsSchema = z.strictObject({
  messagesMax: option.count().optional(),
  tags: z.union([z.string(), z.instanceof(SqlExpression)]).optional(),
  waitMs: option.wait().optional(),
  signal: z.instanceof(AbortSignal).optional(),
  group: z.string().optional(),
})

/** Throws `OPTION_INVALID`, `TOPIC_INVALID` or `GROUP_INVALID`. */
export function checkPull(queue: MessageQueue, offset: number, options: PullOptions): void {
  checkArguments('pull', { queue, offset })
  checkTopic(queue.topic)
  const { group } = parseOptions(pullOptionsSchema, options, 'pull')
  if (group !== undefined) checkGroup(group)
}

interface PullRequest {
  group: string
  queue: MessageQueue
  offset: number
  messagesMax: number
  subscription: Subscription
  /** Sent along when the broker cannot know it from a heartbeat. */
  sendSubscription: boolean
  /** Committed on the way, if above 0. */
  commitOffset: number
  waitMs: number
  /** 0 for the master; another when the broker advised to read from a slave. */
  brokerId: number
}

const STATUS: Readonly<Record<number, PullStatus>> = {
  [ResponseCode.SUCCESS]: 'found',
  [ResponseCode.PULL_NOT_FOUND]: 'none-new',
  [ResponseCode.PULL_RETRY_IMMEDIATELY]: 'none-matched',
  [ResponseCode.PULL_OFFSET_MOVED]: 'offset-moved',
}
const EXPECTED_ANSWERS = [
  ResponseCode.PULL_NOT_FOUND,
  ResponseCode.PULL_RETRY_IMMEDIATELY,
  ResponseCode.PULL_OFFSET_MOVED,
]

/**
 * How long to wait for the answer beyond the time a broker lets the pull wait. Apache:
 * CONSUMER_TIMEOUT_MILLIS_WHEN_SUSPEND.
 */
const ANSWER_TIMEOUT_MS = 15_000

/** Tools that look into queues pull as this group, as Apache's (MixAll.TOOLS_CONSUMER_GROUP). */
const TOOLS_GROUP = 'TOOLS_CONSUMER'

/** What a reader gets to know besides. */
export interface Pulled extends PullResult {
  suggestedBrokerId: number
  /** What is wrong with each record that is left out. */
  damage: unknown[]
}

/** One pull. Throws what `Brokers.call` throws, or the signal's reason. Apache: PullAPIWrapper.pullKernelImpl. */
export async function pullOnce(
  brokers: Brokers,
  request: PullRequest,
  signal: AbortSignal | undefined,
): Promise<Pulled> {
  const { queue, subscription } = request
  const response = await brokers.call(
    queue.brokerName,
    pullMessage,
    {
      consumerGroup: request.group,
      topic: queue.topic,
      queueId: queue.queueId,
      queueOffset: request.offset,
      maxMsgNums: request.messagesMax,
      sysFlag: sysFlagOf(request),
      commitOffset: request.commitOffset,
      suspendTimeoutMillis: request.waitMs,
      subscription: request.sendSubscription ? subscription.expression : undefined,
      subVersion: subscription.version,
      expressionType: subscription.expressionType,
      bname: queue.brokerName,
    },
    {
      timeoutMs: request.waitMs + ANSWER_TIMEOUT_MS,
      mayWait: request.waitMs > 0,
      accept: EXPECTED_ANSWERS,
      brokerId: request.brokerId,
      orAny: true,
      signal,
    },
  )
  return resultOf(response, request)
}

/** One pull for tools: outside any group's assignment, and nothing is committed. */
export async function pullFromQueue(
  { brokers, routes }: { brokers: Brokers; routes: RouteCache },
  { queue, offset }: { queue: MessageQueue; offset: number },
  { messagesMax = 32, tags = '*', waitMs = 0, signal, group = TOOLS_GROUP }: PullOptions,
): Promise<PullResult> {
  if (routes.addressOf(queue.brokerName) === undefined) await routes.existing(queue.topic)
  const {
    suggestedBrokerId: _,
    damage,
    ...result
  } = await pullOnce(
    brokers,
    {
      group,
      queue,
      offset,
      messagesMax,
      subscription: subscriptionOf(queue.topic, tags, 0),
      sendSubscription: true,
      commitOffset: 0,
      waitMs,
      brokerId: 0,
    },
    signal,
  )
  // Nobody shall take what a tool shows, compares or copies for the whole.
  if (damage.length > 0) throw damage[0]
  return result
}

function sysFlagOf(request: PullRequest): number {
  return (
    (request.commitOffset > 0 && request.brokerId === 0 ? PullSysFlag.COMMIT_OFFSET : 0) |
    (request.waitMs > 0 ? PullSysFlag.SUSPEND : 0) |
    (request.sendSubscription ? PullSysFlag.SUBSCRIPTION : 0)
  )
}

interface PullResponse {
  readonly code: number
  readonly fields: ResponseFields<typeof pullMessage>
  readonly body: Buffer
}

function resultOf(response: PullResponse, { queue, subscription, offset }: PullRequest): Pulled {
  const { nextBeginOffset, minOffset, maxOffset, suggestWhichBrokerId } = response.fields
  const result: Pulled = {
    status: STATUS[response.code]!,
    messages: [],
    nextOffset: nextBeginOffset,
    minOffset,
    maxOffset,
    suggestedBrokerId: suggestWhichBrokerId,
    damage: [],
  }
  if (response.code !== ResponseCode.SUCCESS) return result
  let isCut = false
  // The broker checked the sums when it stored the records, and TCP has its own.
  const records = decodeSoundRecords(response.body, { checkCrc: false }, (error, isLast) => {
    result.damage.push(error)
    isCut = isLast
  })
  for (const record of records) {
    const message = new Message(record, queue.brokerName)
    if (wants(subscription, message.tag)) result.messages.push(message)
  }
  // What lies behind a record without a sound size is pulled from behind the last one that is known.
  if (isCut) result.nextOffset = (records.at(-1)?.queueOffset ?? offset) + 1
  return result
}
