import { basename, join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import { IndexFile, type IndexFileSize, type TimeRange } from './index-file.js'
import { KeyHasher } from './key-hash.js'

export interface IndexFilesNeeds {
  files: FileSystem
  directory: string
  size: IndexFileSize
  clock: Clock
  logger: Logger
}

/** What is indexed of one record. */
export interface Indexed {
  topic: string
  physicalOffset: number
  storeTimestamp: number
  /** Keys separated by spaces. */
  keys: string | undefined
  uniqueKey: string | undefined
}

/** All index files, oldest first; the last one takes entries. Apache: IndexService. */
export class IndexFiles {
  readonly #needs: IndexFilesNeeds
  readonly #list: IndexFile[]
  readonly #hasher = new KeyHasher()
  #endPhysicalOffset: number

  private constructor(needs: IndexFilesNeeds, list: IndexFile[]) {
    this.#needs = needs
    this.#list = list
    this.#endPhysicalOffset = endOf(list)
  }

  static async open(needs: IndexFilesNeeds): Promise<IndexFiles> {
    const { files, directory, size, logger } = needs
    await files.makeDirectory(directory)
    const list: IndexFile[] = []
    for (const { name, bytes } of await files.list(directory)) {
      if (!/^\d{17}$/.test(name)) continue
      const path = join(directory, name)
      // Half made when its process was killed, or made with other sizes: an index can be lost, a wrong one misleads.
      if (bytes === IndexFile.bytesOf(size)) list.push(await IndexFile.open(files, path, size))
      else {
        logger.warn(
          { path, bytes, expectedBytes: IndexFile.bytesOf(size) },
          'an index file of another size is removed',
        )
        await files.remove(path)
      }
    }
    const last = list.at(-1)
    if (last && !last.full) await last.prepare()
    return new IndexFiles(needs, list)
  }

  /** Records before it are indexed; the one that stands there perhaps in part, when its keys span two files. */
  get endPhysicalOffset(): number {
    return this.#endPhysicalOffset
  }

  get endTimestamp(): number {
    return this.#list.at(-1)?.endTimestamp ?? 0
  }

  /** Records have to come in the order of the log. */
  put({ topic, physicalOffset, storeTimestamp, keys, uniqueKey }: Indexed): void {
    if (uniqueKey) this.#putKey(topic, uniqueKey, physicalOffset, storeTimestamp)
    if (!keys) return
    if (!keys.includes(' ')) this.#putKey(topic, keys, physicalOffset, storeTimestamp)
    else {
      for (const key of keys.split(' ')) if (key) this.#putKey(topic, key, physicalOffset, storeTimestamp)
    }
  }

  /** Physical offsets of records that may have this key, newest first: different keys can share a hash. */
  async *query(topic: string, key: string, range: TimeRange): AsyncGenerator<number, void, void> {
    const hash = this.#hasher.hash(topic, key)
    let last: number | undefined
    for (const file of [...this.#list].reverse()) {
      for await (const physicalOffset of file.select(hash, range)) {
        // A record may have the key twice, as its unique id and among its keys.
        if (physicalOffset !== last) yield physicalOffset
        last = physicalOffset
      }
    }
  }

  async write(): Promise<void> {
    for (const file of this.#list) await file.write()
  }

  async commit(): Promise<void> {
    for (const file of this.#list) await file.commit()
  }

  /** Deletes files that only point before `minPhysicalOffset`; the newest one stays. */
  async expire(minPhysicalOffset: number): Promise<void> {
    while (this.#list.length > 1 && this.#list[0]!.endPhysicalOffset < minPhysicalOffset) {
      await this.#remove(this.#list.shift()!)
    }
  }

  /** Drops what points at `physicalBound` or behind it, durably. */
  async truncate(physicalBound: number): Promise<void> {
    await this.commit()
    for (
      let last = this.#list.at(-1);
      last && (last.isEmpty || last.beginPhysicalOffset >= physicalBound);
      last = this.#list.at(-1)
    ) {
      this.#list.pop()
      await this.#remove(last)
    }
    await this.#needs.files.syncDirectory(this.#needs.directory)
    await this.#list.at(-1)?.truncate(physicalBound)
    this.#endPhysicalOffset = endOf(this.#list)
    await this.commit()
  }

  async close(): Promise<void> {
    for (const file of this.#list) await file.close()
  }

  async #remove(file: IndexFile): Promise<void> {
    await file.close()
    await this.#needs.files.remove(file.path)
  }

  #putKey(topic: string, key: string, physicalOffset: number, storeTimestamp: number): void {
    let file = this.#list.at(-1)
    if (!file || file.full || !file.takesEntries) file = this.#addFile()
    file.put(this.#hasher.hash(topic, key), physicalOffset, storeTimestamp)
    this.#endPhysicalOffset = physicalOffset
  }

  #addFile(): IndexFile {
    const { files, directory, size, clock } = this.#needs
    const last = this.#list.at(-1)
    const file = IndexFile.create(
      files,
      join(directory, nameAfter(last && basename(last.path), clock.now())),
      size,
    )
    this.#list.push(file)
    return file
  }
}

/** A file that was made when its process was killed has no entries. */
function endOf(list: readonly IndexFile[]): number {
  return list.findLast((file) => !file.isEmpty)?.endPhysicalOffset ?? -1
}

/** The name for a file made now: behind the last one's in the order of names, even if the clock was set back. */
function nameAfter(last: string | undefined, now: number): string {
  const name = nameOf(new Date(now))
  if (last === undefined || name > last) return name
  const [, year, month, ...rest] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(last)!.map(Number)
  const [day, hours, minutes, seconds, ms] = rest as [number, number, number, number, number]
  return nameOf(new Date(year!, month! - 1, day, hours, minutes, seconds, ms + 1))
}

/** `yyyyMMddHHmmssSSS` in local time. Apache: UtilAll.timeMillisToHumanString. */
function nameOf(time: Date): string {
  const parts = [time.getMonth() + 1, time.getDate(), time.getHours(), time.getMinutes(), time.getSeconds()]
  const text = parts.map((part) => String(part).padStart(2, '0')).join('')
  return `${time.getFullYear()}${text}${String(time.getMilliseconds()).padStart(3, '0')}`
}
