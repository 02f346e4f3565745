import { TOPIC_MESSAGE_TYPES } from '@rocketeer/protocol/record'
import { refusals } from '../errors.js'

interface AttributeRule {
  /** False: it may be set only when the topic is created. */
  readonly changeable: boolean
  /** Why a value is refused, or undefined. */
  readonly problem: (value: string) => string | undefined
}

const oneOf =
  (...values: string[]) =>
  (value: string) =>
    values.includes(value) ? undefined : `is "${value}", it must be one of ${values.join(', ')}`

const whole = (min: number, max: number) => (value: string) =>
  /^-?\d{1,19}$/.test(value) && Number(value) >= min && Number(value) <= max
    ? undefined
    : `value is not in range(${min}, ${max})`

const anything = () => undefined
const flag = oneOf('true', 'false')

export type AttributeRules = Readonly<Record<string, AttributeRule>>

/** Apache: TopicAttributes; `reserve.time` needs tiered storage. */
export const topicAttributes: AttributeRules = {
  'queue.type': { changeable: false, problem: oneOf('SimpleCQ') },
  'cleanup.policy': { changeable: false, problem: oneOf('DELETE') },
  'message.type': { changeable: true, problem: oneOf(...TOPIC_MESSAGE_TYPES) },
  'lite.topic.expiration': { changeable: true, problem: whole(-1, 43_200) },
}

/** Apache: SubscriptionGroupAttributes. */
export const groupAttributes: AttributeRules = {
  'priority.factor': { changeable: true, problem: whole(0, 100) },
  'lite.bind.topic': { changeable: true, problem: anything },
  'lite.sub.model': { changeable: true, problem: oneOf('Shared', 'Exclusive') },
  'lite.sub.reset.offset.exclusive': { changeable: true, problem: flag },
  'lite.sub.reset.offset.unsubscribe': { changeable: true, problem: flag },
  'lite.sub.client.quota': { changeable: true, problem: whole(-1, Number.MAX_SAFE_INTEGER) },
  'lite.sub.client.max.event.cnt': { changeable: true, problem: whole(10, Number.MAX_SAFE_INTEGER) },
  'lite.sub.wildcard': { changeable: true, problem: anything },
}

/** Reads `+key1=value1,-key2` into changes. Apache: AttributeParser.parseToMap. */
export function parseAttributeChanges(text: string | undefined): Map<string, string> {
  const changes = new Map<string, string>()
  for (const change of text ? text.split(',') : []) {
    const equals = change.indexOf('=')
    const key = equals < 0 ? change : change.slice(0, equals)
    if (key.startsWith('+') !== equals >= 0 || changes.has(key)) {
      throw attributeRefusal(key, 'write +key=value to set it, -key to remove it, each key once')
    }
    changes.set(key, equals < 0 ? '' : change.slice(equals + 1))
  }
  return changes
}

/**
 * Applies changes (`+key` → value, `-key`) to attributes; `current` is undefined for what is being created. Throws
 * `ATTRIBUTE_ILLEGAL`. Apache: AttributeUtil.alterCurrentAttributes.
 */
export function alterAttributes(
  rules: AttributeRules,
  current: ReadonlyMap<string, string> | undefined,
  changes: ReadonlyMap<string, string>,
): Map<string, string> {
  const attributes = new Map(current)
  for (const [change, value] of changes) {
    const key = change.slice(1)
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
    if (!change.startsWith('+') && !change.startsWith('-'))
      throw attributeRefusal(change, 'write + or - before the key')
    if (rule === undefined) throw attributeRefusal(key, 'this broker has no such attribute')
    if (current !== undefined && !rule.changeable && attributes.get(key) !== value)
      throw attributeRefusal(key, 'it can only be set when the topic is created')
    if (change.startsWith('-')) {
      if (!attributes.delete(key)) throw attributeRefusal(key, 'it is not set')
      continue
    }
    const problem = rule.problem(value)
    if (problem !== undefined) throw attributeRefusal(key, problem)
    attributes.set(key, value)
  }
  return attributes
}

function attributeRefusal(attribute: string, reason: string) {
  return refusals.ATTRIBUTE_ILLEGAL({ attribute, reason })
}
