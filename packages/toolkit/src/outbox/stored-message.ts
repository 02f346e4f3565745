import { createHash } from 'node:crypto'
import { checkMessage, createMessageId, type MessageToSend } from '@rocketeer/client'
import type { SqlRow } from '../sql/sql-database.js'
import { SLOTS } from './tables.js'

/** What a row of the outbox holds of a message. */
export interface StoredMessage {
  readonly messageId: string
  readonly slot: number
  readonly topic: string
  /** Everything but topic and body, as JSON. */
  readonly message: string
  readonly body: Buffer
}

/** A message in the outbox. */
export interface WaitingRow {
  readonly id: number
  readonly message: MessageToSend
  readonly orderKey: string | undefined
}

/**
 * Puts a checked message into the columns of a row. It gets its unique id here, so that each time it is sent it is the
 * same message, and its delay counts from here. Throws what `send` throws for a message that cannot be sent.
 */
export function storedMessage(
  message: MessageToSend,
  orderKey: string | undefined,
  now: number,
): StoredMessage {
  checkMessage(message, orderKey)
  const { topic, body, deliverAfterMs, deliverAt, ...rest } = message
  const dueAt = deliverAfterMs === undefined ? deliverAt : now + deliverAfterMs
  const messageId = rest.messageId ?? createMessageId()
  const content = {
    ...rest,
    messageId,
    ...(dueAt !== undefined && { deliverAt: Number(dueAt) }),
    ...(orderKey !== undefined && { orderKey }),
  }
  return {
    messageId,
    slot: slotOf(orderKey ?? messageId),
    topic,
    message: JSON.stringify(content),
    body:
      typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.length),
  }
}

/** Reads a row back; columns `id`, `topic`, `message` and `body`. */
export function waitingRow(row: SqlRow): WaitingRow {
  const { orderKey, ...content } = JSON.parse(String(row.message))
  const message = { ...content, topic: String(row.topic), body: row.body as Uint8Array } as MessageToSend
  return { id: Number(row.id), message, orderKey }
}

/** One relay at a time sends the rows of a slot, so the messages of one order key stay in one slot. */
function slotOf(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE() % SLOTS
}
