/** One entry, encoded. */
export interface EncodedEntry {
  /** The topic of the message it is about. */
  readonly topic: string
  readonly data: string
  readonly bytes: number
  /** The keys by which it is found, and their bytes with a space behind each. */
  readonly keys: readonly string[]
  readonly keysBytes: number
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
    this.#put(first, first.keysBytes > BATCH_KEYS_BYTES_MAX ? fitting(first.keys) : first.keys)
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

  /** False when it has no room. Keys that are there already are counted again. */
  add(entry: EncodedEntry): boolean {
    const full =
      this.#bytes + entry.bytes > BATCH_BYTES_MAX || this.#keysBytes + entry.keysBytes > BATCH_KEYS_BYTES_MAX
    if (!full) this.#put(entry, entry.keys)
    return !full
  }

  #put({ data, bytes, keysBytes }: EncodedEntry, keys: readonly string[]): void {
    this.#data.push(data)
    this.#bytes += bytes
    this.#keysBytes += keysBytes
    for (const key of keys) this.#keys.add(key)
  }
}

/** The keys that fit; the id comes first. */
function fitting(keys: readonly string[]): string[] {
  let room = BATCH_KEYS_BYTES_MAX
  return keys.filter((key) => {
    const bytes = Buffer.byteLength(key) + 1
    if (bytes <= room) room -= bytes
    else return false
    return true
  })
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
