import { copyFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { messageOf } from '@rocketeer/foundation'
import { decodeOffsetSerializeWrapper, encodeOffsetSerializeWrapper } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'

type Offsets = Map<string, readonly [queue: MessageQueue, offset: number]>

/**
 * The offsets of a broadcasting consumer, in a file of Apache's format: `{"offsetTable":{{"brokerName":…}:12}}`. The
 * file before the last write is kept beside it. Apache: LocalFileOffsetStore.
 */
export class LocalOffsetStore implements OffsetStore {
  readonly path: string
  readonly #offsets: Offsets = new Map()
  #loaded: Promise<Offsets> | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(directory: string, clientId: string, group: string) {
    this.path = join(directory, clientId, group, 'offsets.json')
  }

  /** Throws `OFFSETS_UNREADABLE`. */
  async read(queue: MessageQueue): Promise<number | undefined> {
    return (await this.#load()).get(queueKey(queue))?.[1]
  }

  committed(queue: MessageQueue): number {
    return this.#offsets.get(queueKey(queue))?.[1] ?? 0
  }

  update(queue: MessageQueue, offset: number): void {
    this.#offsets.set(queueKey(queue), [queue, offset])
  }

  async persist(queue: MessageQueue): Promise<void> {
    const stored = await this.#load()
    const key = queueKey(queue)
    const kept = this.#offsets.get(key)
    if (kept === undefined || kept[1] === stored.get(key)?.[1]) return
    stored.set(key, kept)
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write(stored))
    await this.#writing.catch((error: unknown) => {
      // Not persisted after all: the next time has to try again.
      stored.delete(key)
      throw error
    })
  }

  forget(queue: MessageQueue): void {
    this.#offsets.delete(queueKey(queue))
  }

  #load(): Promise<Offsets> {
    this.#loaded ??= this.#readFiles().catch((error: unknown) => {
      this.#loaded = undefined
      throw error
    })
    return this.#loaded
  }

  async #readFiles(): Promise<Offsets> {
    try {
      return await readOffsets(this.path)
    } catch (error) {
      const before = await readOffsets(backupOf(this.path)).catch(() => undefined)
      if (before?.size) return before
      throw clientErrors.OFFSETS_UNREADABLE({ path: this.path, reason: messageOf(error) }, error)
    }
  }

  async #write(offsets: Offsets): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true })
    const next = `${this.path}.tmp`
    await writeFile(next, encodeOffsetSerializeWrapper({ offsetTable: [...offsets.values()].map(toEntry) }))
    await copyFile(this.path, backupOf(this.path)).catch(ignoreMissing)
    await rename(next, this.path)
  }
}

function toEntry([queue, offset]: readonly [MessageQueue, number]): [MessageQueue, number] {
  return [queue, offset]
}

function backupOf(path: string): string {
  return `${path}.bak`
}

/** Empty when there is no file yet. */
async function readOffsets(path: string): Promise<Offsets> {
  const content = await readFile(path).catch(ignoreMissing)
  if (content === undefined) return new Map()
  const { offsetTable } = decodeOffsetSerializeWrapper(content)
  return new Map(offsetTable.map(([queue, offset]) => [queueKey(queue), [queue, offset]]))
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
