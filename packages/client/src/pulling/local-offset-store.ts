import { dirname, join } from 'node:path'
import {
  type DirectoryLock,
  type FileSystem,
  makeDirectory,
  readReplaced,
  reasonOf,
  replaceFile,
} from '@rocketeer/files'
import { isRocketeerError } from '@rocketeer/foundation'
import { OffsetSerializeWrapper } from '@rocketeer/protocol/bodies'
import { clientErrors } from '../errors.js'
import { type MessageQueue, queueKey } from '../routing/message-queue.js'
import type { OffsetStore } from './offset-store.js'

type Offsets = Map<string, readonly [queue: MessageQueue, offset: number]>

interface LocalOffsetStoreNeeds {
  readonly files: FileSystem
  readonly directory: string
  /** The same when the program runs again. */
  readonly clientId: string
  readonly group: string
}

/**
 * The offsets of a broadcasting consumer, in a file of Apache's format: `{"offsetTable":{{"brokerName":…}:12}}`. The
 * file before the last write is kept beside it. The directory is locked from `open` to `close`, so that no two consumers
 * write one file. Apache: LocalFileOffsetStore.
 */
export class LocalOffsetStore implements OffsetStore {
  readonly path: string
  readonly #files: FileSystem
  readonly #group: string
  readonly #offsets: Offsets = new Map()
  #loaded: Promise<Offsets> | undefined
  #writing: Promise<void> = Promise.resolve()
  #lock: DirectoryLock | undefined
  #closed = false

  constructor({ files, directory, clientId, group }: LocalOffsetStoreNeeds) {
    this.#files = files
    this.#group = group
    this.path = join(directory, clientId, group, 'offsets.json')
  }

  /**
   * Throws `OFFSETS_IN_USE` while another consumer has the file, of this process or of another; one that was killed has
   * it no longer.
   */
  async open(): Promise<void> {
    const directory = dirname(this.path)
    await makeDirectory(this.#files, directory)
    if (this.#closed) return
    try {
      this.#lock = this.#files.lockDirectory(directory)
    } catch (error) {
      if (!isRocketeerError(error, 'DIRECTORY_IN_USE')) throw error
      const { pid } = error.details
      throw clientErrors.OFFSETS_IN_USE({ group: this.#group, path: this.path, pid }, error)
    }
  }

  /** Lets others have the file. */
  close(): void {
    this.#closed = true
    this.#lock?.release()
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
      // It was not persisted after all: the next call has to try again.
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
    const { path } = this
    try {
      const { content, fallback } = await readReplaced(this.#files, { path, decode: decodeOffsets })
      if (content === undefined) return new Map()
      if (fallback && content.size === 0) throw new Error('its backup holds no offsets')
      return content
    } catch (error) {
      throw clientErrors.OFFSETS_UNREADABLE({ path, reason: reasonOf(error) }, error)
    }
  }

  #write(offsets: Offsets): Promise<void> {
    const content = OffsetSerializeWrapper.encode({ offsetTable: [...offsets.values()].map(toEntry) })
    return replaceFile(this.#files, { path: this.path, content, backup: true })
  }
}

function toEntry([queue, offset]: readonly [MessageQueue, number]): [MessageQueue, number] {
  return [queue, offset]
}

function decodeOffsets(bytes: Buffer): Offsets {
  const { offsetTable } = OffsetSerializeWrapper.decode(bytes)
  return new Map(offsetTable.map(([queue, offset]) => [queueKey(queue), [queue, offset]]))
}
