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
  const range = max === Number.MAX_SAFE_INTEGER ? `${min} on` : `${min} to ${max}`
  throw new InvalidArgumentError(`A whole number from ${range} is needed.`)
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
