import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import { orderCountItem } from '@rocketeer/protocol'
import { ConsumerOrderInfo, type OrderInfo } from '@rocketeer/protocol/bodies'
import type { LiveConfig } from '../options/live-config.js'
import { ConfigFile, readConfigFile } from '../tables/config-file.js'
import type { GroupQueue } from '../tables/consumer-offsets.js'
import { DeferredSave } from '../tables/deferred-save.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'

/** A queue that nobody pops from for this time is forgotten. Apache: QueueLevelConsumerManager.CLEAN_SPAN_FROM_LAST. */
const FORGET_AFTER_MS = 24 * 3_600_000

export interface OrderInfosNeeds {
  /** The broker's root directory; the file is `config/consumerOrderInfo.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * The messages that groups popped in order last: a queue is closed to its group until all of them are acknowledged or their
 * time is up, and then gives the unacknowledged ones again. Saved as often as offsets are. Apache:
 * QueueLevelConsumerManager.
 */
export class OrderInfos {
  readonly #needs: OrderInfosNeeds
  readonly #table: ConsumerOrderInfo['table']
  readonly #file: ConfigFile
  readonly #deferredSave: DeferredSave

  /** Throws `CONFIG_FILE_BROKEN` when neither consumerOrderInfo.json nor its backup can be read. */
  static async open(needs: OrderInfosNeeds): Promise<OrderInfos> {
    const path = join(needs.directory, 'config', 'consumerOrderInfo.json')
    const content = await readConfigFile({ ...needs, path, decode: ConsumerOrderInfo.decode })
    return new OrderInfos(path, needs, content?.table ?? new Map())
  }

  private constructor(path: string, needs: OrderInfosNeeds, table: ConsumerOrderInfo['table']) {
    this.#needs = needs
    this.#table = table
    this.#file = new ConfigFile({
      files: needs.files,
      path,
      encode: () => {
        this.#forgetOld()
        return ConsumerOrderInfo.encode({ table: this.#table }).toString()
      },
    })
    this.#deferredSave = new DeferredSave({
      clock: needs.clock,
      logger: needs.logger,
      intervalMs: () => needs.config.current.persistOffsetIntervalMs,
      save: () => this.#file.save(),
      subject: 'the order infos of popping consumers',
    })
  }

  /**
   * Until when a queue is closed, milliseconds since the epoch; `undefined` when it is open. It is open to a repetition of
   * the pop that closed it, which has the same attempt id.
   */
  closedUntil(queue: GroupQueue, attemptId: string | undefined): number | undefined {
    const info = this.#find(queue)
    if (info === undefined || (info.a !== undefined && info.a === attemptId)) return undefined
    const now = this.#needs.clock.now()
    let until: number | undefined
    for (const [index, offset] of offsetsOf(info).entries()) {
      if (isAcknowledged(info, index)) continue
      const visibleAt = info.ot.get(offset) ?? info.popTime + info.i
      // The queue opens when every unacknowledged message is due, but looking again when the first one is costs little.
      if (visibleAt > now) until = Math.min(until ?? visibleAt, visibleAt)
    }
    return until
  }

  /** Closes a queue; returns the items of orderCountInfo for it. */
  popped(
    queue: GroupQueue,
    pop: {
      attemptId: string | undefined
      popTime: number
      invisibleTime: number
      offsets: readonly number[]
    },
  ): string[] {
    const before = this.#find(queue)
    const first = pop.offsets[0]!
    const info: OrderInfo = {
      popTime: pop.popTime,
      i: pop.invisibleTime,
      o: pop.offsets.map((offset, index) => (index === 0 ? offset : offset - first)),
      ot: new Map(),
      oc: before === undefined ? new Map() : countsAfter(before, pop),
      l: this.#needs.clock.now(),
      cm: 0,
    }
    if (pop.attemptId !== undefined) info.a = pop.attemptId
    const key = `${queue.topic}@${queue.group}`
    const queues = this.#table.get(key)
    if (queues === undefined) this.#table.set(key, new Map([[queue.queueId, info]]))
    else queues.set(queue.queueId, info)
    this.#deferredSave.changed()
    return countItems(queue, info)
  }

  /**
   * The offset to commit after a message was acknowledged; `stale` when the queue was popped again since, `unknown` when
   * the message was not in what was popped. Apache: commitAndNext.
   */
  acknowledge(queue: GroupQueue, offset: number, popTime: number): number | 'stale' | 'unknown' {
    const info = this.#find(queue)
    if (info === undefined) return 'unknown'
    if (info.popTime !== popTime) return 'stale'
    const offsets = offsetsOf(info)
    const index = offsets.indexOf(offset)
    if (index < 0) return 'unknown'
    if (!isAcknowledged(info, index)) info.cm += 2 ** index
    this.#deferredSave.changed()
    return offsets.find((_, each) => !isAcknowledged(info, each)) ?? offsets.at(-1)! + 1
  }

  /** Changes when one message may be popped again. False when it is not one that was popped last. */
  changeVisibleAt(queue: GroupQueue, offset: number, popTime: number, visibleAt: number): boolean {
    const info = this.#find(queue)
    if (info === undefined || info.popTime !== popTime || !offsetsOf(info).includes(offset)) return false
    info.ot.set(offset, visibleAt)
    this.#deferredSave.changed()
    return true
  }

  /** Opens a queue to its group, whose offset was reset. */
  open(queue: GroupQueue): void {
    if (this.#table.get(`${queue.topic}@${queue.group}`)?.delete(queue.queueId)) this.#deferredSave.changed()
  }

  async close(): Promise<void> {
    await this.#deferredSave.close()
    if (this.#table.size > 0) await this.#file.save()
    await this.#file.close()
  }

  #find({ topic, group, queueId }: GroupQueue): OrderInfo | undefined {
    return this.#table.get(`${topic}@${group}`)?.get(queueId)
  }

  #forgetOld(): void {
    const { topics, groups, clock } = this.#needs
    const oldest = clock.now() - FORGET_AFTER_MS
    for (const [key, queues] of this.#table) {
      const mark = key.indexOf('@')
      const topic = topics.get(key.slice(0, mark))
      const known = topic !== undefined && groups.get(key.slice(mark + 1)) !== undefined
      for (const [queueId, { l: poppedAt }] of queues)
        if (!known || queueId >= topic.readQueueNums || poppedAt < oldest) queues.delete(queueId)
      if (queues.size === 0) this.#table.delete(key)
    }
  }
}

function offsetsOf({ o: [first = 0, ...others] }: OrderInfo): number[] {
  return [first, ...others.map((difference) => first + difference)]
}

/** By division, because `cm` has up to 64 bits and bitwise operators take 32. */
function isAcknowledged({ cm }: OrderInfo, index: number): boolean {
  return Math.floor(cm / 2 ** index) % 2 === 1
}

/** A message that was popped before counts once more, unless this is the same attempt. Apache: mergeOffsetConsumedCount. */
function countsAfter(
  before: OrderInfo,
  pop: { attemptId: string | undefined; offsets: readonly number[] },
): Map<number, number> {
  if (before.a !== undefined && before.a === pop.attemptId) return before.oc
  const known = new Set(offsetsOf(before))
  const repeated = pop.offsets.filter((offset) => known.has(offset))
  return new Map(repeated.map((offset) => [offset, (before.oc.get(offset) ?? 0) + 1]))
}

/** One item for each message popped before, and one for the queue, the only one that old clients read. */
function countItems({ topic, queueId }: GroupQueue, info: OrderInfo): string[] {
  const items = [...info.oc].map(([offset, count]) => orderCountItem(topic, queueId, offset, count))
  const least = info.oc.size === info.o.length ? Math.min(...info.oc.values()) : 0
  return [...items, orderCountItem(topic, queueId, undefined, least)]
}
