import { createHash } from 'node:crypto'
import type { Message } from '@rocketeer/client'

/** By what the two copies of a message are known to be the same. */
export type MatchBy = 'messageId' | 'content'

/** Two unsigned 32-bit halves of a hash. */
export interface Hash64 {
  readonly high: number
  readonly low: number
}

/** Unique ids that producers keep from cluster to cluster. */
const UNIQUE_ID = /^(?:[\dA-F]{32}|[\dA-F]{56})$/

/** Whether both copies of the message have its id: other clients may give none, and a broker's own differs from copy to copy. */
export function hasUniqueId({ messageId, offsetMessageId }: Message): boolean {
  return messageId !== offsetMessageId && UNIQUE_ID.test(messageId)
}

/** What names the message in both clusters: its unique id, or else its keys and its body. */
export function identityOf(message: Message, matchBy: MatchBy): Hash64 {
  if (matchBy === 'messageId' && hasUniqueId(message)) return hashOf(['id', message.messageId])
  return hashOf(['content', message.keys.join(' ')], bodyOf(message))
}

/** Everything that its sender put into it, in 32 bits. */
export function contentOf(message: Message): number {
  return hashOf([JSON.stringify(fieldsOf(message))], bodyOf(message)).low
}

/** Names of what differs between two copies, such as `['body', 'tag']`. */
export function differencesBetween(one: Message, other: Message): string[] {
  const [left, right] = [fieldsOf(one), fieldsOf(other)]
  const names = Object.keys(left) as (keyof typeof left)[]
  const different: string[] = names.filter(
    (name) => JSON.stringify(left[name]) !== JSON.stringify(right[name]),
  )
  if (!bodyOf(one).equals(bodyOf(other))) different.unshift('body')
  return different
}

/** The hash of texts, and of bytes behind them. */
export function hashOf(texts: readonly string[], bytes?: Uint8Array): Hash64 {
  const hash = createHash('sha1').update(texts.join('\u0000'))
  if (bytes !== undefined) hash.update('\u0000').update(bytes)
  const digest = hash.digest()
  return { high: digest.readUInt32BE(0), low: digest.readUInt32BE(4) }
}

function fieldsOf(message: Message) {
  const { tag, keys, flag, orderKey, userProperties } = message
  const properties = Object.entries(userProperties).sort(([a], [b]) => (a < b ? -1 : 1))
  // Other clients send empty tags.
  return { tag: tag || null, keys, flag, orderKey: orderKey ?? null, properties }
}

/** A body that cannot be unpacked is compared as it is stored. */
function bodyOf(message: Message): Buffer {
  try {
    return message.body
  } catch {
    return message.storedBody
  }
}
