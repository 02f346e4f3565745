import { InvalidArgumentError } from 'commander'

/** A TCP port; 0 means any free one. */
export function parsePort(value: string): number {
  return parseWhole(value, 0, 65_535)
}

export function parseCount(value: string): number {
  return parseWhole(value, 1, Number.MAX_SAFE_INTEGER)
}

export function parseQueueCount(value: string): number {
  return parseWhole(value, 1, 1024)
}

/** Queues by broker, such as `broker-a:8;broker-b:8`. */
export function parseOrderQueues(value: string): Record<string, number> {
  const entries = value.split(';').map((entry) => {
    const [, brokerName, count] = /^([^:]+):(\d+)$/.exec(entry.trim()) ?? []
    if (brokerName === undefined)
      throw new InvalidArgumentError('A list such as broker-a:8;broker-b:8 is needed.')
    return [brokerName, parseQueueCount(count!)] as const
  })
  return Object.fromEntries(entries)
}

/** Queue ids and offsets start at 0. */
export function parseWholeNumber(value: string): number {
  return parseWhole(value, 0, Number.MAX_SAFE_INTEGER)
}

function parseWhole(value: string, min: number, max: number): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= min && number <= max) return number
  throw new InvalidArgumentError(`A whole number from ${min} to ${max} is needed.`)
}

const durationUnitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Milliseconds of a duration such as `90s`, `30m`, `2h` or `3d`. */
export function parseDuration(value: string): number {
  const [, digits, unit] = /^(\d+)([smhd])$/.exec(value) ?? []
  if (digits === undefined || unit === undefined)
    throw new InvalidArgumentError('A duration such as 90s, 30m, 2h or 3d is needed.')
  return Number(digits) * durationUnitsMs[unit]!
}

/** An ISO time such as `2026-11-21T10:00`, or milliseconds since the epoch. */
export function parseTimestamp(value: string): number {
  return timestampOf(value, '')
}

/** `words` are what the flag takes besides a time, for the text of the error. */
function timestampOf(value: string, words: string): number {
  const timestamp = /^\d+$/.test(value) ? Number(value) : Date.parse(value)
  if (!Number.isNaN(timestamp)) return timestamp
  throw new InvalidArgumentError(`A time such as 2026-11-21T10:00${words} is needed.`)
}

/** Where to begin reading: `first`, `last`, or a time. */
export function parseStart(value: string): 'first' | 'last' | Date {
  return value === 'first' || value === 'last' ? value : new Date(timestampOf(value, ', first or last'))
}

/** Where to move a group: `first`, `last`, or a time. */
export function parseResetTime(value: string): number | 'first' | 'last' {
  if (value === 'first' || value === 'last') return value
  const timestamp = timestampOf(value, ', first or last')
  if (timestamp <= Date.now()) return timestamp
  throw new InvalidArgumentError(
    "This time is in the future; 'last' skips all present messages and consumes later ones.",
  )
}

/** `r`, `w` or `rw` as RocketMQ's bits: 4 read, 2 write. */
export function parsePermission(value: string): number {
  const permissions: Record<string, number> = { r: 4, w: 2, rw: 6 }
  const permission = permissions[value]
  if (permission === undefined) throw new InvalidArgumentError('One of r, w or rw is needed.')
  return permission
}

/** Message types users can give a topic; RocketMQ's other types are for its own topics and its proxies. */
export const TOPIC_TYPES = ['NORMAL', 'FIFO', 'DELAY', 'TRANSACTION', 'PRIORITY', 'MIXED'] as const

export function parseTopicType(value: string): (typeof TOPIC_TYPES)[number] {
  const type = TOPIC_TYPES.find((each) => each === value.toUpperCase())
  if (type === undefined) throw new InvalidArgumentError(`One of ${TOPIC_TYPES.join(', ')} is needed.`)
  return type
}

/** Collects the `name=value` pairs of a repeatable flag. */
export function collectPair(
  value: string,
  pairs: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const mark = value.indexOf('=')
  if (mark < 1) throw new InvalidArgumentError('A pair name=value is needed.')
  return { ...pairs, [value.slice(0, mark)]: value.slice(mark + 1) }
}
