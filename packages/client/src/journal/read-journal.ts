import { join } from 'node:path'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { decodeProperties, type MessageProperties, PropertyName } from '@rocketeer/protocol/record'
import { decompress } from '../messages/compression.js'
import { DAMAGED_NAME, SET_ASIDE_NAME } from './journal-directory.js'
import { MESSAGES_SUFFIX, Outcome, readJournalFile } from './journal-file.js'
import type { JournalRecord, JournalRefusal } from './record.js'

/** A message that is in a journal. */
export interface JournaledMessage {
  readonly topic: string
  /** The unique id, the same as in the receipt and for consumers. */
  readonly messageId: string
  readonly keys: readonly string[]
  readonly tag: string | undefined
  readonly properties: Readonly<Record<string, string>>
  readonly body: Buffer
  /** When it was sent, and when it came into the journal, in milliseconds since the epoch. */
  readonly bornTimestamp: number
  readonly journaledAt: number
  /** Whether a broker may have stored it before: consumers may get it twice then, with one id. */
  readonly perhapsStored: boolean
  readonly orderKey: string | undefined
  readonly queue: { readonly brokerName: string; readonly queueId: number } | undefined
  /** How many messages were sent together with it, itself included; they stay together. */
  readonly batch: number
  /** Why it was set aside; undefined while it waits to be delivered. */
  readonly refusal: JournalRefusal | undefined
}

/** What a look at the files of a journal finds. */
export interface JournalReport {
  readonly files: number
  readonly bytes: number
  /** Messages; those that were delivered lie there until their file is removed. */
  readonly waiting: number
  readonly delivered: number
  readonly setAside: number
  readonly dropped: number
  /** Bytes that are no messages. */
  readonly damage: readonly { readonly path: string; readonly position: number; readonly bytes: number }[]
  /** What appends have left that were not finished and not acknowledged. */
  readonly tornBytes: number
}

export interface ReadJournalOptions {
  /** The disk, Node's by default. */
  files?: FileSystem | undefined
}

/**
 * Reads a journal, also one that a process has open: what is delivered meanwhile may still come. First what waits, in order,
 * then what was set aside.
 */
export async function* readJournal(
  directory: string,
  options: ReadJournalOptions = {},
): AsyncGenerator<JournaledMessage> {
  for await (const { scanned, outcomes } of filesIn(directory, options)) {
    for (const { index, record } of scanned.found)
      if ((outcomes[index] ?? 0) === Outcome.WAITING) yield* messagesOf(record)
  }
}

/** Reads every byte of a journal, also of one that a process has open. */
export async function verifyJournal(
  directory: string,
  options: ReadJournalOptions = {},
): Promise<JournalReport> {
  const counts = { waiting: 0, delivered: 0, dropped: 0 }
  const damage: { path: string; position: number; bytes: number }[] = []
  let [files, size, tornBytes, setAside] = [0, 0, 0, 0]
  for await (const { path, isSetAside, bytes, scanned, outcomes } of filesIn(directory, options)) {
    files++
    size += bytes
    tornBytes += scanned.tornBytes
    for (const each of scanned.damage) damage.push({ path, ...each })
    for (const { index, record } of scanned.found) {
      const outcome = outcomes[index] ?? Outcome.WAITING
      if (outcome === Outcome.WAITING && isSetAside) setAside += record.messages
      else if (outcome === Outcome.WAITING) counts.waiting += record.messages
      else if (outcome === Outcome.DELIVERED) counts.delivered += record.messages
      else if (outcome === Outcome.DROPPED) counts.dropped += record.messages
    }
  }
  for await (const { path, scanned } of filesIn(join(directory, DAMAGED_NAME), options))
    for (const each of scanned.damage) damage.push({ path, ...each })
  return { files, bytes: size, ...counts, setAside, damage, tornBytes }
}

/** The messages of one send. */
export function messagesOf(record: JournalRecord): JournaledMessage[] {
  const { topic, bornTimestamp, journaledAt, perhapsStored, orderKey, queue, refusal, messages } = record
  const parts = record.batch ? BatchMessages.decode(record.body) : [record]
  return parts.map(({ properties: encoded, body }) => {
    const properties = decodeProperties(encoded)
    const messageId = properties[PropertyName.UNIQUE_KEY] ?? ''
    return {
      topic,
      messageId,
      keys: properties[PropertyName.KEYS]?.split(' ') ?? [],
      tag: properties[PropertyName.TAGS],
      properties: ownOf(properties),
      body: decompress(body, record.sysFlag, messageId),
      bornTimestamp,
      journaledAt,
      perhapsStored,
      orderKey,
      queue,
      batch: messages,
      refusal,
    }
  })
}

const SHOWN_ELSEWHERE: readonly string[] = [
  PropertyName.UNIQUE_KEY,
  PropertyName.KEYS,
  PropertyName.TAGS,
  PropertyName.SHARDING_KEY,
]

function ownOf(properties: MessageProperties): MessageProperties {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !SHOWN_ELSEWHERE.includes(name)))
}

/** Numbered files in their order, then the one of what was set aside. */
async function* filesIn(directory: string, { files = nodeFileSystem }: ReadJournalOptions) {
  for (const { name, isDirectory } of await files.list(directory)) {
    if (isDirectory || !name.endsWith(MESSAGES_SUFFIX)) continue
    const base = name.slice(0, -MESSAGES_SUFFIX.length)
    // Whoever has it open removes files.
    const read = await readJournalFile(files, join(directory, base)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    if (read) yield { path: join(directory, name), isSetAside: base === SET_ASIDE_NAME, ...read }
  }
}
