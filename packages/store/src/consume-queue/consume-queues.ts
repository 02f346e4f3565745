import { join } from 'node:path'
import { type FileSystem, OpenFiles } from '@rocketeer/files'
import { ConsumeQueue } from './consume-queue.js'
import { loadQueue } from './load-queue.js'
import { QueueFiles, type QueueFilesNeeds } from './queue-files.js'

const OPEN_FILES_MAX = 256
/** Flushes that run together share the disk's work. */
const DATASYNC_CONCURRENCY = 16

/** All consume queues. Apache: ConsumeQueueStore. */
export class ConsumeQueues {
  readonly #directory: string
  readonly #needs: QueueFilesNeeds
  readonly #topics = new Map<string, Map<number, ConsumeQueue>>()
  /** Queues with entries that are only in memory. */
  readonly #dirty = new Set<ConsumeQueue>()
  /** Queues with entries that are not on disk for sure. */
  readonly #unsynced = new Set<ConsumeQueue>()
  /** Directories being removed: a queue of the same name may be made meanwhile, its files wait. */
  readonly #removing = new Map<string, Promise<void>>()

  constructor(files: FileSystem, directory: string, fileEntries: number) {
    this.#directory = directory
    this.#needs = { files, open: new OpenFiles(files, OPEN_FILES_MAX), fileEntries }
  }

  /** Opens what the directory holds, entries up to `physicalBound`. */
  async load(physicalBound: number): Promise<void> {
    const { files } = this.#needs
    for (const topic of await files.list(this.#directory)) {
      if (!topic.isDirectory) continue
      for (const { name, isDirectory } of await files.list(join(this.#directory, topic.name))) {
        if (!isDirectory || !/^\d+$/.test(name)) continue
        const queueFiles = await QueueFiles.load(this.#needs, join(this.#directory, topic.name, name))
        this.#add(await loadQueue(topic.name, Number(name), queueFiles, physicalBound))
      }
    }
  }

  find(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.#topics.get(topic)?.get(queueId)
  }

  findOrCreate(topic: string, queueId: number): ConsumeQueue {
    return this.#topics.get(topic)?.get(queueId) ?? this.#create(topic, queueId)
  }

  *queues(topic?: string): Iterable<ConsumeQueue> {
    if (topic !== undefined) yield* this.#topics.get(topic)?.values() ?? []
    else for (const queues of this.#topics.values()) yield* queues.values()
  }

  get topics(): Iterable<string> {
    return this.#topics.keys()
  }

  /** Says that a queue got entries. */
  touched(queue: ConsumeQueue): void {
    this.#dirty.add(queue)
  }

  /** Writes what is only in memory, one queue after the other. */
  async write(): Promise<void> {
    for (const queue of [...this.#dirty]) {
      this.#dirty.delete(queue)
      if (!this.#isCurrent(queue)) continue
      await this.#removing.get(queue.files.directory)
      try {
        await queue.write()
      } catch (error) {
        this.#dirty.add(queue)
        throw error
      }
      this.#unsynced.add(queue)
    }
  }

  async datasync(): Promise<void> {
    const queues = [...this.#unsynced]
    for (let i = 0; i < queues.length; i += DATASYNC_CONCURRENCY) {
      await Promise.all(queues.slice(i, i + DATASYNC_CONCURRENCY).map((queue) => this.#datasyncQueue(queue)))
    }
  }

  async #datasyncQueue(queue: ConsumeQueue): Promise<void> {
    const current = this.#isCurrent(queue)
    if (current) await queue.datasync()
    if (!current || !queue.hasUnsynced) this.#unsynced.delete(queue)
  }

  releaseIdle(): void {
    for (const queue of this.queues()) queue.releaseIdle()
  }

  /** Removes all queues of a topic. */
  async deleteTopic(topic: string): Promise<void> {
    const queues = this.#topics.get(topic)
    if (!queues) return
    this.#topics.delete(topic)
    const removal = this.#remove(topic, [...queues.values()])
    for (const queue of queues.values()) this.#removing.set(queue.files.directory, removal)
    await removal
    for (const queue of queues.values()) this.#removing.delete(queue.files.directory)
  }

  /** Drops entries that point at `physicalBound` or behind it, durably. */
  async truncate(physicalBound: number): Promise<void> {
    for (const queue of [...this.queues()]) await queue.truncate(physicalBound)
  }

  /** End of the last record that any queue points at; 0 when all are empty. */
  get maxPhysicalOffset(): number {
    let end = 0
    for (const queue of this.queues()) end = Math.max(end, queue.maxPhysicalOffset)
    return end
  }

  /** Deletes files and moves min offsets after the commit log lost what is before `minPhysicalOffset`. */
  async expire(minPhysicalOffset: number): Promise<void> {
    for (const queue of [...this.queues()]) {
      if (!this.#isCurrent(queue)) continue
      await queue.advanceMinOffset(minPhysicalOffset)
      await queue.files.deleteBefore(queue.minOffset)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#removing.values())
    await this.#needs.open.close()
  }

  #create(topic: string, queueId: number): ConsumeQueue {
    const directory = join(this.#directory, topic, String(queueId))
    const files = QueueFiles.create(this.#needs, directory)
    return this.#add(
      new ConsumeQueue({ topic, queueId, files, minOffset: 0, maxOffset: 0, maxPhysicalOffset: 0 }),
    )
  }

  #add(queue: ConsumeQueue): ConsumeQueue {
    let queues = this.#topics.get(queue.topic)
    if (!queues) {
      queues = new Map()
      this.#topics.set(queue.topic, queues)
    }
    queues.set(queue.queueId, queue)
    return queue
  }

  #isCurrent(queue: ConsumeQueue): boolean {
    return this.find(queue.topic, queue.queueId) === queue
  }

  async #remove(topic: string, queues: ConsumeQueue[]): Promise<void> {
    for (const queue of queues) await queue.files.destroy()
    await this.#needs.files.remove(join(this.#directory, topic))
  }
}
