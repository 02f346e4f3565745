import type { Client, Message } from '@rocketeer/client'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'

/** Which message to look for. */
export interface AlreadySentOptions {
  topic: string
  /** One of the keys it was sent with. */
  key: string
  /** Looks only at messages stored since then, a date or milliseconds since the epoch: the shorter the time, the less a broker reads. */
  since?: Date | number | undefined
  /** Takes only messages for which it returns true, for example those with the tag; any by default. */
  accept?: ((message: Message) => boolean) | undefined
}

const schema = z.strictObject({
  topic: z.string(),
  key: z.string(),
  since: option.time().optional(),
  accept: z
    .custom<(message: Message) => boolean>((value) => typeof value === 'function', 'a function is needed')
    .default(() => () => true),
}) satisfies z.ZodType<unknown, AlreadySentOptions>

/** What a broker gives at most. Apache: maxMsgsNumBatch. */
const FOUND_MAX = 64

/**
 * Asks the brokers of a topic whether they have a message with this key, before it is sent (again): the newest one they
 * have, or undefined. A message that is found was sent. One that is not found may still have been: a moment ago, so that it
 * is not in the index yet, or it waits for a delay, a transaction's end or an outbox. So this spares duplicates and does
 * not exclude them. Costs a request to each broker of the topic. Rejects with `OPTION_INVALID`, `KEY_INVALID`,
 * `NO_ROUTE`, and with the client's error when a broker cannot be asked: then nobody knows.
 */
export async function alreadySent(client: Client, options: AlreadySentOptions): Promise<Message | undefined> {
  const { topic, key, since, accept } = parseOptions(schema, options, 'alreadySent')
  const query = { messagesMax: FOUND_MAX, ...(since !== undefined && { since: Number(since) }) }
  const found = await givenClient(client, 'alreadySent').admin().messages.byKey(topic, key, query)
  return found.find(accept)
}
