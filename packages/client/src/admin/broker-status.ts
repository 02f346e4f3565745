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

/** Messages that a broker has stored and does not deliver yet. */
export interface PendingMessages {
  brokerName: string
  /**
   * `time`: messages of `topic` with a delivery time; `delay level`: those of `level`; `transaction`: half messages whose
   * transaction is open, told only by Rocketeer's brokers.
   */
  kind: 'time' | 'delay level' | 'transaction'
  topic?: string
  level?: number
  messages: number
}

/** A broker's status and configuration as Apache's tools know them: names and values as text. */
export type Properties = Readonly<Record<string, string>>

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

/** Whether a broker has messages with a delivery time, which only another request tells by topic. */
export function hasTimers(status: Properties): boolean {
  return Number(status.timerCongestNum) > 0
}

/** The rows of the status, and one row for each topic of messages with a delivery time. */
export function pendingIn(
  brokerName: string,
  status: Properties,
  timersByTopic: ReadonlyMap<string, number>,
): PendingMessages[] {
  const pending: PendingMessages[] = [...timersByTopic].map(([topic, messages]) => ({
    brokerName,
    kind: 'time',
    topic,
    messages,
  }))
  for (const [name, value] of Object.entries(status)) {
    const level = /^scheduleMessageOffset_(\d+)$/.exec(name)?.[1]
    if (level === undefined) continue
    const [delivered, stored] = value.split(',').map(Number)
    const messages = stored! - delivered!
    if (messages > 0) pending.push({ brokerName, kind: 'delay level', level: Number(level), messages })
  }
  const half = Number(status.halfMessagesPending ?? 0)
  if (half > 0) pending.push({ brokerName, kind: 'transaction', messages: half })
  return pending
}

/** By name. */
export function differencesOf(left: Properties, right: Properties): ConfigDifference[] {
  const names = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort()
  return names
    .filter((name) => left[name] !== right[name])
    .map((name) => ({ name, left: left[name], right: right[name] }))
}
