import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Logger } from '@rocketeer/foundation'
import { decodeRecords, encodeHost, encodeProperties, type MessageRecord } from '@rocketeer/protocol/record'
import type { MessageToStore } from '../commit-log/append.js'
import { MessageStore } from '../message-store.js'
import type { StoreOptions } from '../options.js'

const READ_LIMITS = { messagesMax: 32, bytesMax: 1 << 20 }
const HOST = encodeHost('127.0.0.1', 10911)

/** Small files, so that a few messages fill several. */
export const SMALL_FILES = {
  commitLogFileBytes: 16 * 1024,
  consumeQueueFileEntries: 50,
  indexFileSlots: 100,
  indexFileEntries: 400,
  tailBytesMax: 128 * 1024,
} satisfies Partial<StoreOptions>

/** Directories and stores of one test, gone at its end. */
export class StoreFixture implements AsyncDisposable {
  readonly directory = mkdtempSync(join(tmpdir(), 'rocketeer-store-'))
  readonly #stores: MessageStore[] = []

  /** Opens `directory`, with small files unless told otherwise. */
  async open(options: Partial<StoreOptions> = {}): Promise<MessageStore> {
    const store = await MessageStore.open({ directory: this.directory, ...SMALL_FILES, ...options })
    this.#stores.push(store)
    return store
  }

  path(...parts: string[]): string {
    return join(this.directory, ...parts)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const store of this.#stores) await store.close().catch(() => {})
    rmSync(this.directory, { recursive: true, force: true })
  }
}

export interface MessageSketch extends Partial<Omit<MessageToStore, 'body' | 'properties'>> {
  body?: string | Buffer
  tag?: string
  delayLevel?: number
}

/** A message of topic `T`, queue 0, unless the sketch says otherwise. */
export function message(sketch: MessageSketch = {}): MessageToStore {
  const { body = 'hello', tag, delayLevel, ...rest } = sketch
  const properties: Record<string, string> = {}
  if (sketch.keys !== undefined) properties.KEYS = sketch.keys
  if (sketch.uniqueKey !== undefined) properties.UNIQ_KEY = sketch.uniqueKey
  if (tag !== undefined) properties.TAGS = tag
  if (delayLevel !== undefined) properties.DELAY = String(delayLevel)
  return {
    topic: 'T',
    queueId: 0,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1_700_000_000_000,
    bornHost: HOST,
    storeHost: HOST,
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    tagsCode: 0,
    keys: undefined,
    uniqueKey: undefined,
    ...rest,
    body: typeof body === 'string' ? Buffer.from(body) : body,
    properties: encodeProperties(properties),
  }
}

/** Everything in a queue from `offset` on, decoded and checked. */
export async function readAll(
  store: MessageStore,
  topic = 'T',
  queueId = 0,
  offset?: number,
): Promise<MessageRecord[]> {
  const records: MessageRecord[] = []
  let next = offset ?? store.minOffset(topic, queueId)
  while (next < store.maxOffset(topic, queueId)) {
    const result = await store.read({ topic, queueId, offset: next, limits: READ_LIMITS })
    records.push(...decodeRecords(result.buffers))
    if (result.nextBeginOffset <= next)
      throw new Error(`reading at ${next} does not get on: ${result.status}`)
    next = result.nextBeginOffset
  }
  return records
}

export async function bodies(store: MessageStore, topic = 'T', queueId = 0): Promise<string[]> {
  return (await readAll(store, topic, queueId)).map(({ body }) => body.toString())
}

/** Remembers what was logged. */
export class LogBook implements Logger {
  readonly lines: { level: 'warn' | 'error'; facts: object; message: string }[] = []
  debug(): void {}
  info(): void {}
  warn(facts: object, message: string): void {
    this.lines.push({ level: 'warn', facts, message })
  }
  error(facts: object, message: string): void {
    this.lines.push({ level: 'error', facts, message })
  }
}
