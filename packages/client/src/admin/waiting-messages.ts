import { RETRY_TOPIC_PREFIX, SystemTopic } from '@rocketeer/protocol'
import { KVTable } from '@rocketeer/protocol/bodies'
import { getBrokerRuntimeInfo, getTimerMetrics, TimerMetrics } from '@rocketeer/protocol/commands'
import { PropertyName } from '@rocketeer/protocol/record'
import { pullFromQueue } from '../pulling/pull.js'
import type { AdminNeeds } from './cluster.js'

/** A broker's status and configuration as Apache's tools know them: names and values as text. */
export type Properties = Readonly<Record<string, string>>

/** The most messages of all delay levels of one broker that are looked at for retries, and the most bytes of them. */
const MESSAGES_MAX = 10_000
const BYTES_MAX = 64 * 1024 * 1024
/** A broker gives no more with one pull. */
const PULL_MESSAGES_MAX = 32

/** How many messages wait in one delay level. */
export interface DelayLevelBacklog {
  level: number
  /** The queue offset of the first that is not delivered. */
  delivered: number
  messages: number
}

/** The retries among the messages that wait in one delay level. */
export interface RetriesInLevel {
  /** Retry topic → how many of the messages will go to it. */
  readonly byTopic: ReadonlyMap<string, number>
  /** False when not all messages of the level were looked at: each count is the least there is. */
  readonly complete: boolean
}

/** What waits for its time on one broker. */
export interface WaitingMessages {
  readonly brokerName: string
  readonly status: Properties
  /** Topic → messages with a delivery time. */
  readonly timers: ReadonlyMap<string, number>
  readonly levels: readonly DelayLevelBacklog[]
  /** By level. */
  readonly retries: ReadonlyMap<number, RetriesInLevel>
}

/** Asks a broker whose address is known what waits on it for its time. */
export async function waitingOn(needs: AdminNeeds, brokerName: string): Promise<WaitingMessages> {
  const response = await needs.brokers.call(brokerName, getBrokerRuntimeInfo, {})
  const status = Object.fromEntries(KVTable.decode(response.body).table)
  const levels = delayLevelsIn(status)
  return {
    brokerName,
    status,
    timers: hasTimers(status) ? await timersByTopic(needs, brokerName) : new Map(),
    levels,
    retries: await retriesInLevels(needs, brokerName, levels),
  }
}

/** Whether a broker has messages with a delivery time, which only another request tells by topic. */
function hasTimers(status: Properties): boolean {
  return Number(status.timerCongestNum) > 0
}

async function timersByTopic(needs: AdminNeeds, brokerName: string): Promise<Map<string, number>> {
  const response = await needs.brokers.call(brokerName, getTimerMetrics, {})
  const { timingCount } = TimerMetrics.decode(response.body)
  return new Map([...timingCount].map(([topic, { count }]) => [topic, count]))
}

/** The delay levels in which messages wait. */
export function delayLevelsIn(status: Properties): DelayLevelBacklog[] {
  return Object.entries(status).flatMap(([name, value]) => {
    const level = /^scheduleMessageOffset_(\d+)$/.exec(name)?.[1]
    if (level === undefined) return []
    const [delivered, stored] = value.split(',').map(Number)
    const messages = stored! - delivered!
    return messages > 0 ? [{ level: Number(level), delivered: delivered!, messages }] : []
  })
}

/**
 * Counts the retries that wait in a broker's delay levels, by the topic they will go to. All delayed messages of a level
 * lie in one queue of SCHEDULE_TOPIC_XXXX, and only each record's properties say where it goes, so the queues are read
 * from what was delivered last: at most 10,000 messages and 64 MiB on each broker, shared out fairly among the levels.
 * It works with every broker, and none has to count anything while messages are sent.
 */
async function retriesInLevels(
  needs: AdminNeeds,
  brokerName: string,
  levels: readonly DelayLevelBacklog[],
): Promise<Map<number, RetriesInLevel>> {
  const found = new Map<number, RetriesInLevel>()
  const left = { messages: MESSAGES_MAX, bytes: BYTES_MAX }
  // The shortest first, so that what they leave of their shares goes to the others.
  const waiting = [...levels].sort((a, b) => a.messages - b.messages)
  for (const [index, backlog] of waiting.entries()) {
    const shares = waiting.length - index
    const share = { messages: left.messages / shares, bytes: left.bytes / shares }
    const seen = await lookInto(needs, brokerName, backlog, share)
    found.set(backlog.level, seen)
    left.messages -= seen.messages
    left.bytes -= seen.bytes
  }
  return found
}

async function lookInto(
  needs: AdminNeeds,
  brokerName: string,
  { level, delivered, messages: waiting }: DelayLevelBacklog,
  share: { messages: number; bytes: number },
) {
  const queue = { topic: SystemTopic.SCHEDULE, brokerName, queueId: level - 1 }
  const end = delivered + waiting
  const byTopic = new Map<string, number>()
  const seen = { byTopic, messages: 0, bytes: 0, complete: true }
  let offset = delivered
  while (offset < end) {
    if (seen.messages >= share.messages || seen.bytes >= share.bytes) return { ...seen, complete: false }
    const pulled = await pullFromQueue(needs, { queue, offset }, { messagesMax: PULL_MESSAGES_MAX })
    for (const message of pulled.messages) {
      if (message.queueOffset >= end) break
      seen.messages++
      seen.bytes += message.storedBodyBytes
      const topic = message.properties[PropertyName.REAL_TOPIC]
      if (topic?.startsWith(RETRY_TOPIC_PREFIX)) byTopic.set(topic, (byTopic.get(topic) ?? 0) + 1)
    }
    // A broker that has nothing more to give gives the offset back.
    if (pulled.nextOffset <= offset) break
    offset = pulled.nextOffset
  }
  return seen
}
