/** One entry, encoded. */
export interface EncodedEntry {
  /** The topic of the message it is about. */
  readonly topic: string
  readonly data: string
  readonly bytes: number
  /** What it can be found by. */
  readonly keys: readonly string[]
}

/** The body of a trace message. Apache: AsyncTraceDispatcher.maxMsgSize. */
export const BATCH_BYTES_MAX = 128_000
/** The keys of a trace message are one property, and properties have 32 KiB together. */
export const BATCH_KEYS_BYTES_MAX = 16_384

/** Entries about messages of one topic that go into one trace message. */
export class TraceBatch {
  readonly topic: string
  readonly #data: string[] = []
  readonly #keys = new Set<string>()
  #bytes = 0
  #keysBytes = 0

  constructor(first: EncodedEntry) {
    this.topic = first.topic
    this.#put(first)
  }

  get entries(): number {
    return this.#data.length
  }

  get bytes(): number {
    return this.#bytes
  }

  get body(): string {
    return this.#data.join('')
  }

  get keys(): string[] {
    return [...this.#keys]
  }

  /** False when it has no room. */
  add(entry: EncodedEntry): boolean {
    let keysBytes = this.#keysBytes
    for (const key of entry.keys) if (!this.#keys.has(key)) keysBytes += bytesOf(key)
    if (this.#bytes + entry.bytes > BATCH_BYTES_MAX || keysBytes > BATCH_KEYS_BYTES_MAX) return false
    this.#put(entry)
    return true
  }

  /** Of one message's keys as many as there is room for; the id comes first. */
  #put({ data, bytes, keys }: EncodedEntry): void {
    this.#data.push(data)
    this.#bytes += bytes
    for (const key of keys) {
      if (this.#keys.has(key) || this.#keysBytes + bytesOf(key) > BATCH_KEYS_BYTES_MAX) continue
      this.#keys.add(key)
      this.#keysBytes += bytesOf(key)
    }
  }
}

/** With the space in front of the next one. */
function bytesOf(key: string): number {
  return Buffer.byteLength(key) + 1
}

/** What waits to be sent, in batches by topic; the oldest batch goes first. */
export class TraceBatches {
  /** The last batch of each topic. */
  readonly #open = new Map<string, TraceBatch>()
  readonly #batches = new Set<TraceBatch>()
  #entries = 0
  #bytes = 0

  get entries(): number {
    return this.#entries
  }

  get bytes(): number {
    return this.#bytes
  }

  add(entry: EncodedEntry): void {
    if (!this.#open.get(entry.topic)?.add(entry)) {
      const batch = new TraceBatch(entry)
      this.#open.set(entry.topic, batch)
      this.#batches.add(batch)
    }
    this.#entries++
    this.#bytes += entry.bytes
  }

  take(): TraceBatch | undefined {
    const [batch] = this.#batches
    if (batch === undefined) return undefined
    this.#batches.delete(batch)
    if (this.#open.get(batch.topic) === batch) this.#open.delete(batch.topic)
    this.#entries -= batch.entries
    this.#bytes -= batch.bytes
    return batch
  }
}
