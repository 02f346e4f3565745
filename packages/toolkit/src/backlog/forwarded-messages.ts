import {
  type Message,
  type MessageToSend,
  type Producer,
  type SendOptions,
  toSendAgain,
} from '@rocketeer/client'
import { isRocketeerError } from '@rocketeer/foundation'
import { SPREAD_ORIGIN } from '../spread-origin.js'

/** Unique ids that a producer takes; those of other clients may look different. */
const SENDABLE_ID = /^(?:[\dA-F]{32}|[\dA-F]{56})$/

/** The most bytes of bodies in one request; a broker takes 4 MiB, properties included. */
const BATCH_BYTES_MAX = 1024 * 1024

/** A message for the wide topic, with everything its sender put into it and where it comes from. */
function forwarded(message: Message, to: string): MessageToSend {
  const { brokerName, queueId } = message.queue
  // A priority chooses a queue, which the spreader does.
  const { priority: _, ...content } = toSendAgain(message)
  const { messageId } = message
  const origin = `${message.topic} ${brokerName} ${queueId} ${message.queueOffset}`
  return {
    ...content,
    topic: to,
    properties: { ...content.properties, [SPREAD_ORIGIN]: origin },
    // The same one for consumers that tell duplicates by it.
    ...(SENDABLE_ID.test(messageId) && { messageId }),
  }
}

/** Messages of the same one stay in order. A message keeps its order key, and gets none when it has none. */
function lineOf({ orderKey, key, queue }: Message): { id: string; options: SendOptions } {
  if (orderKey !== undefined) return { id: `order key ${orderKey}`, options: { orderKey } }
  const id = key ?? `${queue.brokerName} ${queue.queueId}`
  return { id: `key ${id}`, options: { selector: (queues) => queues[hashOf(id) % queues.length]! } }
}

/** Java's hash code, mixed: as it is, keys that are numbered would share few of the queues. */
function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0
  // The last steps of MurmurHash3.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

/** Sends messages of one queue to the wide topic, and resolves when all of them are stored. */
export async function forward(
  producer: Producer,
  messages: readonly Message[],
  { to, keepOrder }: { to: string; keepOrder: boolean },
): Promise<void> {
  if (!keepOrder) {
    await sendChunks(producer, messages, to, {})
    return
  }
  const lines = new Map<string, { messages: Message[]; options: SendOptions }>()
  for (const message of messages) {
    const { id, options } = lineOf(message)
    const line = lines.get(id)
    if (line) line.messages.push(message)
    else lines.set(id, { messages: [message], options })
  }
  await Promise.all([...lines.values()].map((line) => sendChunks(producer, line.messages, to, line.options)))
}

/** One request after the other, so that they stay in order. */
async function sendChunks(
  producer: Producer,
  messages: readonly Message[],
  to: string,
  options: SendOptions,
): Promise<void> {
  let chunk: Message[] = []
  let bytes = 0
  for (const message of messages) {
    if (chunk.length > 0 && bytes + message.body.length > BATCH_BYTES_MAX) {
      await sendChunk(producer, chunk, to, options)
      chunk = []
      bytes = 0
    }
    chunk.push(message)
    bytes += message.body.length
  }
  await sendChunk(producer, chunk, to, options)
}

async function sendChunk(
  producer: Producer,
  messages: readonly Message[],
  to: string,
  options: SendOptions,
): Promise<void> {
  const outgoing = messages.map((message) => forwarded(message, to))
  try {
    // A single one is packed when it is long, as its sender's was.
    if (outgoing.length === 1) await producer.send(outgoing[0]!, options)
    else await producer.sendBatch(outgoing, options)
  } catch (error) {
    if (!isRocketeerError(error, 'MESSAGE_TOO_LARGE')) throw error
    for (const message of outgoing) await sendLarge(producer, message, options)
  }
}

/** Properties that are full have no room for the origin. */
async function sendLarge(producer: Producer, message: MessageToSend, options: SendOptions): Promise<void> {
  try {
    await producer.send(message, options)
  } catch (error) {
    if (!isRocketeerError(error, 'MESSAGE_TOO_LARGE')) throw error
    const { [SPREAD_ORIGIN]: _, ...properties } = { ...message.properties }
    await producer.send({ ...message, properties }, options)
  }
}
