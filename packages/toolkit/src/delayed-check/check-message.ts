import type { Message } from '@rocketeer/client'
import { checked, messageOf, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'

/** A check on its way; the body of its messages, as JSON, so that a console shows what waits. */
export interface PendingCheck {
  readonly key: string
  /** When it is due, in milliseconds since the epoch. */
  readonly dueAt: number
  /** Checks of this key that answered "again". */
  readonly checks: number
  /** What the scheduler gave along. */
  readonly body?: string | undefined
}

const schema = z.object({
  key: z.string().min(1),
  dueAt: z.number(),
  checks: z.int().min(0),
  body: z.string().optional(),
}) satisfies z.ZodType<PendingCheck>

/** The longest key by which brokers index the message. The check itself takes longer ones, and any characters. */
const INDEXED_KEY = /^[^\s\p{Cc}\p{Cs}]{1,255}$/u

/** What a message of the check holds. */
export function contentOf(topic: string, check: PendingCheck) {
  return {
    topic,
    body: JSON.stringify(check),
    ...(INDEXED_KEY.test(check.key) && { key: check.key }),
  }
}

/** Throws `CHECK_UNREADABLE`. */
export function checkIn(message: Message): PendingCheck {
  try {
    return checked(schema, message.json())
  } catch (error) {
    const { topic, messageId } = message
    throw toolkitErrors.CHECK_UNREADABLE({ topic, messageId, problem: messageOf(error) }, error)
  }
}
