import { join } from 'node:path'
import { type FileSystem, OpenFiles } from '@rocketeer/files'
import { ConsumeQueue } from './consume-queue.js'
import { loadQueue } from './load-queue.js'
import { QueueFiles, type QueueFilesNeeds } from './queue-files.js'
import type { TopicEnds } from './topic-ends.js'

const OPEN_FILES_MAX = 256
/** Flushes that run together share the disk's work. */
const DATASYNC_CONCURRENCY = 16

interface ConsumeQueuesNeeds {
  readonly files: FileSystem
  readonly directory: string
  readonly fileEntries: number
  readonly topicEnds: TopicEnds
}

/** All consume queues. Apache: ConsumeQueueStore. */
export class ConsumeQueues {
  readonly #directory: string
  readonly #needs: QueueFilesNeeds
  readonly #topicEnds: TopicEnds
  readonly #topics = new Map<string, Map<number, ConsumeQueue>>()
  /** Queues with entries that are only in memory. */
  readonly #dirty = new Set<ConsumeQueue>()
  /** Queues with entries that are not on disk for sure. */
  readonly #unsynced = new Set<ConsumeQueue>()
  /** Directories being removed: a queue of the same name may be made meanwhile, its files wait. */
  readonly #removing = new Map<string, Promise<void>>()

  constructor({ files, directory, fileEntries, topicEnds }: ConsumeQueuesNeeds) {
    this.#directory = directory
    this.#topicEnds = topicEnds
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
        const queue = this.#add(await loadQueue(topic.name, Number(name), queueFiles, physicalBound))
        await this.#dropDeleted(queue)
      }
    }
  }

  /** Undefined for a queue that has had no message, unless a deleted topic had this queue: then it begins where that ended. */
  find(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.#topics.get(topic)?.get(queueId) ?? this.#madeAgain(topic, queueId)
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

  /**
   * Removes all queues of a topic. Where they ended is on disk before any of their files is gone; when that fails they
   * stay as they are. `logEnd` gives the end of the log.
   */
  async deleteTopic(topic: string, logEnd: () => number): Promise<void> {
    const end = () => ({ physicalOffset: logEnd(), queues: this.#endsOf(topic) })
    if (!this.#topics.has(topic)) return
    await this.#topicEnds.add(topic, end())
    const deleted = [...this.queues(topic)]
    // Messages that came meanwhile are deleted, too; those that come from here on belong to a new topic of this name.
    const removal = this.#topicEnds.add(topic, end()).then(() => this.#remove(topic, deleted))
    this.#topics.delete(topic)
    for (const { files } of deleted) this.#removing.set(files.directory, removal)
    try {
      await removal
    } finally {
      for (const { files } of deleted) this.#removing.delete(files.directory)
    }
  }

  /** Whether a record belongs to a topic that was deleted, not to the one that has its name now. */
  isOfDeleted({ topic, physicalOffset }: { topic: string; physicalOffset: number }): boolean {
    return physicalOffset < this.#topicEnds.recordsBegin(topic)
  }

  /** Whether a queue still has the first message it ever got. */
  hasFirst(topic: string, queueId: number): boolean {
    const queue = this.#topics.get(topic)?.get(queueId)
    return queue === undefined || queue.minOffset <= this.#beginOf(topic, queueId)
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
    const begin = this.#beginOf(topic, queueId)
    return this.#add(
      new ConsumeQueue({
        topic,
        queueId,
        files,
        minOffset: begin,
        maxOffset: begin,
        maxPhysicalOffset: 0,
      }),
    )
  }

  #endsOf(topic: string): Map<number, number> {
    return new Map([...this.queues(topic)].map(({ queueId, nextOffset }) => [queueId, nextOffset]))
  }

  /**
   * The offset a queue begins with: 0, or that of the next file to begin behind the end of a deleted one. Within a file
   * the entries before it would have to be blank, and from such Apache's broker steps to the next file of the commit log.
   */
  #beginOf(topic: string, queueId: number): number {
    const { fileEntries } = this.#needs
    return Math.ceil(this.#topicEnds.endOf(topic, queueId) / fileEntries) * fileEntries
  }

  #madeAgain(topic: string, queueId: number): ConsumeQueue | undefined {
    return this.#topicEnds.endOf(topic, queueId) > 0 ? this.#create(topic, queueId) : undefined
  }

  /** A kill came between the deletion of a topic and that of its files. */
  async #dropDeleted(queue: ConsumeQueue): Promise<void> {
    const { topic, queueId } = queue
    const recordsBegin = this.#topicEnds.recordsBegin(topic)
    if (recordsBegin === 0) return
    await queue.advanceMinOffset(recordsBegin)
    if (queue.minOffset < queue.maxOffset || queue.maxOffset > this.#beginOf(topic, queueId)) return
    await queue.files.destroy()
    this.#create(topic, queueId)
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
    return this.#topics.get(queue.topic)?.get(queue.queueId) === queue
  }

  async #remove(topic: string, queues: ConsumeQueue[]): Promise<void> {
    for (const queue of queues) await queue.files.destroy()
    await this.#needs.files.remove(join(this.#directory, topic))
  }
}
