import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import type { DataVersion } from '@rocketeer/protocol/bodies'
import { ConsumerOffsetSerializeWrapper } from '@rocketeer/protocol/commands'
import type { LiveConfig } from '../options/live-config.js'
import { ConfigFile, readConfigFile } from './config-file.js'
import { DeferredSave } from './deferred-save.js'

/** A queue as one group consumes it. */
export interface GroupQueue {
  readonly group: string
  readonly topic: string
  readonly queueId: number
}

/** `topic@group` → queue id → offset. */
type OffsetTable = Map<string, Map<number, number>>

/** Commits until the data version grows. Apache: BrokerConfig.consumerOffsetUpdateVersionStep. */
const COMMITS_PER_VERSION = 500

export interface ConsumerOffsetsNeeds {
  /** The broker's root directory; the file is `config/consumerOffset.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * How far each group has consumed each queue, written every `persistOffsetIntervalMs` and at close. What a crash
 * forgets is delivered again, never skipped. Apache: ConsumerOffsetManager.
 */
export class ConsumerOffsets {
  readonly #clock: Clock
  readonly #file: ConfigFile
  readonly #deferredSave: DeferredSave
  readonly #committed: OffsetTable
  /** Set by an administrator. The consumer is told with its next pull, and until then its commits do not count. */
  readonly #reset: OffsetTable = new Map()
  /** The offset behind the last pull, for statistics. */
  readonly #pulled: OffsetTable = new Map()
  /** When the file found at the start was written, in milliseconds since the epoch; 0 when there was none. */
  readonly savedAt: number
  #version: DataVersion
  #commits = 0

  /** Throws `CONFIG_FILE_BROKEN` when neither consumerOffset.json nor its backup can be read. */
  static async open(needs: ConsumerOffsetsNeeds): Promise<ConsumerOffsets> {
    const path = join(needs.directory, 'config', 'consumerOffset.json')
    const content = await readConfigFile({ ...needs, path, decode: ConsumerOffsetSerializeWrapper.decode })
    return new ConsumerOffsets(path, needs, content)
  }

  private constructor(
    path: string,
    needs: ConsumerOffsetsNeeds,
    content: ConsumerOffsetSerializeWrapper | undefined,
  ) {
    this.#clock = needs.clock
    this.#committed = content?.offsetTable ?? new Map()
    this.savedAt = content?.dataVersion?.timestamp ?? 0
    this.#version = content?.dataVersion ?? { counter: 0, stateVersion: 0, timestamp: needs.clock.now() }
    this.#file = new ConfigFile({
      files: needs.files,
      path,
      encode: () =>
        ConsumerOffsetSerializeWrapper.encode({
          dataVersion: this.#version,
          offsetTable: this.#committed,
        }).toString(),
    })
    this.#deferredSave = new DeferredSave({
      clock: needs.clock,
      logger: needs.logger,
      intervalMs: () => needs.config.current.persistOffsetIntervalMs,
      save: () => this.save(),
      subject: 'consumer offsets',
    })
  }

  get dataVersion(): DataVersion {
    return this.#version
  }

  /** `topic@group` → queue id → offset; what consumerOffset.json holds. */
  all(): ReadonlyMap<string, ReadonlyMap<number, number>> {
    return this.#committed
  }

  /** -1 when the group has committed nothing for the queue; an offset set by `reset` goes first. */
  query({ group, topic, queueId }: GroupQueue): number {
    const key = keyOf(topic, group)
    return this.#reset.get(key)?.get(queueId) ?? this.#committed.get(key)?.get(queueId) ?? -1
  }

  /** The offsets of a group in all queues of a topic. */
  queryTopic(group: string, topic: string): ReadonlyMap<number, number> {
    return this.#committed.get(keyOf(topic, group)) ?? new Map()
  }

  /** Takes the consumer's word: the offset may go back as well as forward. */
  commit(queue: GroupQueue, offset: number): void {
    // Idle consumers repeat theirs with every pull: that needs no writing.
    if (put(this.#committed, queue, offset)) this.#deferredSave.changed()
    if (++this.#commits % COMMITS_PER_VERSION === 0) this.#nextVersion()
  }

  /** Where the group's next pull will begin; the committed offset when it has not pulled. */
  queryPulled(queue: GroupQueue): number {
    return this.#pulled.get(keyOf(queue.topic, queue.group))?.get(queue.queueId) ?? this.query(queue)
  }

  recordPull(queue: GroupQueue, nextOffset: number): void {
    put(this.#pulled, queue, nextOffset)
  }

  /** Makes the group go on from `offset`, whatever it commits before it is told. Apache: assignResetOffset. */
  reset(queue: GroupQueue, offset: number): void {
    put(this.#reset, queue, offset)
    this.commit(queue, offset)
  }

  /** Whether the group's offset was reset and the group has not been told yet. */
  hasReset({ group, topic, queueId }: GroupQueue): boolean {
    return this.#reset.get(keyOf(topic, group))?.has(queueId) ?? false
  }

  /** The offset that a reset has set and the consumer is to be told; undefined from the second call on. */
  takeReset({ group, topic, queueId }: GroupQueue): number | undefined {
    if (this.#reset.size === 0) return undefined
    const key = keyOf(topic, group)
    const queues = this.#reset.get(key)
    const offset = queues?.get(queueId)
    queues?.delete(queueId)
    if (queues?.size === 0) this.#reset.delete(key)
    return offset
  }

  topicsOf(group: string): string[] {
    return this.#namesWith((topic, of) => (of === group ? topic : undefined))
  }

  groupsOf(topic: string): string[] {
    return this.#namesWith((of, group) => (of === topic ? group : undefined))
  }

  /** Gives `target` the offsets of `source` for a topic. Apache: ConsumerOffsetManager.cloneOffset. */
  copy(source: string, target: string, topic: string): void {
    const offsets = this.#committed.get(keyOf(topic, source))
    if (offsets === undefined) return
    this.#committed.set(keyOf(topic, target), new Map(offsets))
    this.#deferredSave.changed()
  }

  removeGroup(group: string): void {
    this.#remove((_topic, of) => of === group)
  }

  removeTopic(topic: string): void {
    this.#remove((of) => of === topic)
  }

  /** Resolves when everything committed before is in the file. */
  async save(): Promise<void> {
    this.#nextVersion()
    await this.#file.save()
  }

  async close(): Promise<void> {
    await this.#deferredSave.close()
    await this.save()
  }

  #nextVersion(): void {
    this.#version = { counter: this.#version.counter + 1, stateVersion: 0, timestamp: this.#clock.now() }
  }

  #namesWith(pick: (topic: string, group: string) => string | undefined): string[] {
    const names = new Set<string>()
    for (const key of this.#committed.keys()) {
      const [topic, group] = splitKey(key)
      const name = pick(topic, group)
      if (name !== undefined) names.add(name)
    }
    return [...names]
  }

  #remove(matches: (topic: string, group: string) => boolean): void {
    for (const table of [this.#committed, this.#reset, this.#pulled]) {
      for (const key of table.keys()) if (matches(...splitKey(key))) table.delete(key)
    }
    this.#deferredSave.changed()
  }
}

/** Neither topics nor groups may contain "@". */
function keyOf(topic: string, group: string): string {
  return `${topic}@${group}`
}

function splitKey(key: string): [topic: string, group: string] {
  const mark = key.indexOf('@')
  return [key.slice(0, mark), key.slice(mark + 1)]
}

/** False when the table had this offset. */
function put(table: OffsetTable, { group, topic, queueId }: GroupQueue, offset: number): boolean {
  const key = keyOf(topic, group)
  const queues = table.get(key)
  if (queues === undefined) table.set(key, new Map([[queueId, offset]]))
  else if (queues.get(queueId) === offset) return false
  else queues.set(queueId, offset)
  return true
}
