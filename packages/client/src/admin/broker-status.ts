import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import type { Properties, WaitingMessages } from './waiting-messages.js'

/** Figures of a running broker. */
export interface BrokerFigures {
  /** Such as `V5_3_1`; undefined when the broker does not say. */
  version: string | undefined
  /** Messages stored per second, over the last ten seconds. */
  inPerSecond: number
  /** Messages given to consumers per second, over the last ten seconds. */
  outPerSecond: number
  /** Of the disk of the commit log; undefined when the broker does not say. */
  diskUsedPercent: number | undefined
}

/** Messages that a broker has stored and that no consumer has handled yet for a reason of their own. */
export interface PendingMessages {
  brokerName: string
  /**
   * `time`: messages of `topic` with a delivery time; `delay level`: those of `level`; `retry`: those in the retry topics
   * of `group` that it has yet to consume; `dead letter`: those that no replay gave to `group` again; `transaction`:
   * half messages whose transaction is open; `set aside`: one that cannot go on, because no copy of it can be stored. The
   * last two are told only by Rocketeer's brokers. No message counts twice.
   */
  kind: 'time' | 'delay level' | 'retry' | 'dead letter' | 'transaction' | 'set aside'
  topic?: string
  level?: number
  /** The group whose retries or dead letters these are; undefined for messages that producers delayed. */
  group?: string
  messages: number
  /** Of a message that is set aside. */
  messageId?: string
  /** Why a message is set aside. */
  reason?: string
  /**
   * True when a level held too many messages to look at each: retries of groups may be among those counted without a
   * group.
   */
  partial?: true
}

/** One property that two configurations do not have alike; undefined where it is missing. */
export interface ConfigDifference {
  name: string
  left: string | undefined
  right: string | undefined
}

export function figuresIn(status: Properties): BrokerFigures {
  const diskRatio = Number(status.commitLogDiskRatio)
  return {
    version: status.brokerVersionDesc,
    inPerSecond: firstRate(status.putTps),
    outPerSecond: firstRate(status.getTransferredTps),
    diskUsedPercent: diskRatio >= 0 ? Math.round(diskRatio * 100) : undefined,
  }
}

/** Brokers give rates over 10 s, 1 min and 10 min in one text. */
function firstRate(text: string | undefined): number {
  const rate = Number(text?.trim().split(' ')[0])
  return Number.isFinite(rate) ? Math.round(rate * 10) / 10 : 0
}

/**
 * One row for each topic with timers, for each delay level and group with retries in it, for transactions, and for each
 * message that is set aside.
 */
export function pendingIn({
  brokerName,
  status,
  timers,
  levels,
  retries,
}: WaitingMessages): PendingMessages[] {
  const pending: PendingMessages[] = [...timers].map(([topic, messages]) => ({
    brokerName,
    kind: 'time',
    topic,
    messages,
  }))
  for (const { level, messages } of levels) {
    let rest = messages
    const { byTopic, complete } = retries.get(level) ?? { byTopic: [], complete: true }
    for (const [topic, count] of byTopic) {
      rest -= count
      const group = topic.slice(RETRY_TOPIC_PREFIX.length)
      pending.push({ brokerName, kind: 'delay level', level, group, messages: count })
    }
    const row: PendingMessages = { brokerName, kind: 'delay level', level, messages: rest }
    if (rest > 0) pending.push(complete ? row : { ...row, partial: true })
  }
  const half = Number(status.halfMessagesPending ?? 0)
  if (half > 0) pending.push({ brokerName, kind: 'transaction', messages: half })
  for (const [name, text] of Object.entries(status)) {
    if (!/^messageSetAside_\d+$/.test(name)) continue
    const { topic, group, messageId, reason } = JSON.parse(text)
    pending.push({ brokerName, kind: 'set aside', topic, group, messages: 1, messageId, reason })
  }
  return pending
}

/** Names come from outside: what every object inherits, such as `constructor`, is no property. */
export function propertyOf(properties: Properties, name: string): string | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined
}

/** By name. */
export function differencesOf(left: Properties, right: Properties): ConfigDifference[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
  return names
    .map((name) => ({ name, left: propertyOf(left, name), right: propertyOf(right, name) }))
    .filter((difference) => difference.left !== difference.right)
}
