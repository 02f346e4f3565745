import { createHash } from 'node:crypto'
import { type Message, toDeadLetters } from '@rocketeer/client'
import { toolkitErrors } from '../errors.js'
import { sentTopicOf } from '../spread-origin.js'
import type { IdempotencyEntry } from './idempotency-store.js'

/** What is to happen to a message without a key. */
export type MissingKey = 'useMessageId' | 'handle' | 'deadLetter'

export interface IdentityConfig {
  readonly key: (message: Message) => string | undefined
  readonly scope?: string | undefined
  readonly onMissingKey: MissingKey
}

/** By what the message is known. Throws what makes it a dead letter when it has no key and should have one. */
export function entryOf(message: Message, group: string, config: IdentityConfig): IdempotencyEntry {
  const key = config.key(message) || undefined
  const scope = config.scope ?? [group, sentTopicOf(message), message.tag ?? ''].join('/')
  if (key !== undefined) return { id: idOf(scope, key), scope, key, message }
  switch (config.onMissingKey) {
    case 'useMessageId':
      return { id: idOf(scope, message.messageId), scope, key: message.messageId, message }
    case 'handle':
      return { id: undefined, scope, key: '', message }
    case 'deadLetter':
      throw toDeadLetters(toolkitErrors.KEY_MISSING({ messageId: message.messageId, topic: message.topic }))
  }
}

/**
 * Columns and keys of stores end somewhere and compare letters each in its own way, so a hash stands for a key of any
 * length and any characters: two keys are the same only if they are in every bit. UTF-16, because not every string of
 * JavaScript has a form in UTF-8.
 */
function idOf(scope: string, key: string): Buffer {
  const hash = createHash('sha256')
  // The length keeps apart where the scope ends and the key begins.
  hash.update(`${scope.length}:`, 'utf16le').update(scope, 'utf16le').update(key, 'utf16le')
  return hash.digest()
}
