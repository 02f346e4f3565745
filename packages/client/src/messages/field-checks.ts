import { nearestName } from '@rocketeer/foundation'
import { clientErrors } from '../errors.js'

/** Brokers read these numbers as signed 32-bit integers. */
const INT32_MAX = 0x7fffffff
const INT32_MIN = -0x80000000

/** The two that separate the properties of a record, and halves of characters, which UTF-8 cannot write. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the separators
const UNWRITABLE = /[\u0001\u0002]|\p{Surrogate}/u

export function invalidMessage(problem: string) {
  return clientErrors.MESSAGE_INVALID({ problem })
}

/** A value as a problem names it, such as `an array` or `the number NaN`. */
export function describe(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid date' : 'a date'
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** What can be a property of a record. */
export function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw invalidMessage(`"${name}" is ${describe(value)}; a string is needed`)
  if (UNWRITABLE.test(value)) {
    throw invalidMessage(
      `"${name}" contains U+0001 or U+0002, which separate properties in RocketMQ, or half of a character`,
    )
  }
  return value
}

/** Brokers split the keys of a message at spaces. Apache: MessageConst.KEY_SEPARATOR. */
export function keyProblem(key: unknown): string | undefined {
  if (typeof key !== 'string') return `is ${describe(key)}; a string is needed`
  if (key === '') return 'is empty; leave it out when there is none'
  if (/\s/.test(key))
    return `${JSON.stringify(key)} contains white space, at which RocketMQ splits the keys of a message: give several with "keys"`
  return undefined
}

export function checkKey(name: string, key: unknown): string {
  const problem = keyProblem(key)
  if (problem !== undefined) throw invalidMessage(`"${name}" ${problem}`)
  return checkText(name, key)
}

/** Subscriptions list tags between `||`, trim them, and take `*` for all. Apache: FilterAPI.buildSubscriptionData. */
export function checkTag(tag: unknown): string {
  const text = checkText('tag', tag)
  const problem = tagProblem(text)
  if (problem === undefined) return text
  throw invalidMessage(`"tag" ${text === '' ? '' : `${JSON.stringify(text)} `}${problem}`)
}

function tagProblem(tag: string): string | undefined {
  if (tag === '') return 'is empty; leave it out when there is none'
  if (tag === '*') return 'cannot be subscribed to: it stands for all tags'
  if (tag.includes('||')) return 'cannot be subscribed to: "||" parts the tags of a subscription'
  if (tag.trim() !== tag) return 'cannot be subscribed to: subscriptions leave out white space around a tag'
  return undefined
}

/** A whole number of 32 bits from `min` on; `needed` says what is needed instead. */
export function checkInt32(name: string, value: unknown, needed: string, min = INT32_MIN): number {
  if (Number.isInteger(value) && (value as number) >= min && (value as number) <= INT32_MAX)
    return value as number
  throw invalidMessage(`"${name}" is ${describe(value)}; ${needed}`)
}

/** Properties are those of an object; a Map, or entries in an array, would be left out without a word. */
export function checkPlainObject(name: string, value: unknown): asserts value is Record<string, unknown> {
  if (Object.prototype.toString.call(value) === '[object Object]') return
  const given = value instanceof Map ? 'a Map' : describe(value)
  throw invalidMessage(`"${name}" is ${given}; an object with strings is needed`)
}

/** What users of other clients call the fields of a message → what they are called here. */
const CALLED_OTHERWISE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    payload: 'body',
    value: 'body',
    data: 'body',
    content: 'body',
    headers: 'properties',
    userProperties: 'properties',
    attributes: 'properties',
    delayTimeLevel: 'delayLevel',
    delay: 'deliverAfterMs',
    delayMs: 'deliverAfterMs',
    startDeliverTime: 'deliverAt',
    deliverTimeMs: 'deliverAt',
    deliveryTimestamp: 'deliverAt',
  }),
)

/** Of these another place is meant. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    orderKey: 'it is an option of the send: send(message, { orderKey })',
    shardingKey: 'it is the option "orderKey" of the send',
    messageGroup: 'it is the option "orderKey" of the send',
    partition: 'the queue is an option of the send: send(message, { queue })',
    queueId: 'the queue is an option of the send: send(message, { queue })',
    queue: 'it is an option of the send: send(message, { queue })',
    timeoutMs: 'it is an option of the send: send(message, { timeoutMs })',
    messageId: 'the client gives each message an id',
  }),
)

/** What a message has that no message has, such as `tags`. */
export function unknownFieldProblem(field: string, known: ReadonlySet<string>): string {
  const elsewhere = ELSEWHERE.get(field)
  if (elsewhere !== undefined) return `it has a field "${field}": ${elsewhere}`
  const meant = CALLED_OTHERWISE.get(field) ?? nearestName(field, known)
  return meant === undefined
    ? `it has an unknown field "${field}"; a property of your own goes into "properties"`
    : `it has a field "${field}", which is called "${meant}" here`
}
