import { isRocketeerError } from '@rocketeer/foundation'
import { isSystemTopic } from '@rocketeer/protocol'
import {
  getMaxOffset,
  getMinOffset,
  invokeBrokerToResetOffset,
  ResetOffsetBody,
  searchOffsetByTimestamp,
  updateConsumerOffset,
} from '@rocketeer/protocol/commands'
import { checkArguments } from '../arguments.js'
import { clientErrors } from '../errors.js'
import { describe } from '../messages/field-checks.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import type { MessageQueue } from '../routing/message-queue.js'
import { checkSettings } from './admin-settings.js'
import type { AdminNeeds } from './cluster.js'
import { consumedQueues, ofTopics } from './consumed-queues.js'
import { committedIn } from './failed-messages.js'
import type { QueueProgress } from './group-progress.js'
import type { GroupsAdmin } from './groups.js'
import { checkGroupKnown, checkGroupSeen } from './known-groups.js'
import { type RecordBytes, recordBytes } from './record-bytes.js'

/** Where a group goes on in one queue. */
export interface QueueOffset {
  queue: MessageQueue
  offset: number
}

/** What a reset would do to one queue. */
export interface QueueReset {
  queue: MessageQueue
  /** Undefined where the group has no offset yet. */
  from: number | undefined
  to: number
  /** Messages consumed again, or, below 0, skipped; undefined where `from` is. */
  again: number | undefined
}

/**
 * Where to go: a time, as a `Date` or in milliseconds since the epoch; `'first'`, the oldest message kept; or `'last'`,
 * which skips everything there is.
 */
export type ResetTarget = Date | number | 'first' | 'last'

/** Which offsets `copy` copies. */
export interface CopyOptions {
  /** Left out: every topic the first group consumes, its retry topic left out. */
  topic?: string | undefined
  /** True: says what would be copied and changes nothing. */
  dryRun?: boolean | undefined
}

/** Brokers read -1 as the end of a queue. */
const END = -1

/** Queue offsets, and how far groups are. `admin.offsets` is one. */
export class OffsetsAdmin {
  readonly #needs: AdminNeeds
  readonly #groups: GroupsAdmin

  /** @internal */
  constructor(needs: AdminNeeds, groups: GroupsAdmin) {
    this.#needs = needs
    this.#groups = groups
  }

  /** The offset of the first message there is. */
  async min(queue: MessageQueue): Promise<number> {
    checkArguments('admin.offsets.min', { queue })
    const brokerName = await this.#brokerOf(queue)
    return (await this.#needs.brokers.call(brokerName, getMinOffset, fieldsOf(queue))).fields.offset
  }

  /** One more than the offset of the last message. */
  async max(queue: MessageQueue): Promise<number> {
    checkArguments('admin.offsets.max', { queue })
    const brokerName = await this.#brokerOf(queue)
    const fields = { ...fieldsOf(queue), committed: true }
    return (await this.#needs.brokers.call(brokerName, getMaxOffset, fields)).fields.offset
  }

  /** The offset of the first message stored at or after a time, a `Date` or milliseconds since the epoch. */
  async at(queue: MessageQueue, time: Date | number): Promise<number> {
    checkArguments('admin.offsets.at', { queue, time })
    const brokerName = await this.#brokerOf(queue)
    const fields = { ...fieldsOf(queue), timestamp: Number(time) }
    return (await this.#needs.brokers.call(brokerName, searchOffsetByTimestamp, fields)).fields.offset
  }

  /**
   * How many bytes the records from `from` up to, but without, `to` take in the commit log: exactly for up to 1,000 of
   * them, of more an estimate by samples. Only the consume queue is read.
   */
  async bytes(queue: MessageQueue, from: number, to: number): Promise<RecordBytes> {
    checkArguments('admin.offsets.bytes', { queue, offset: from })
    checkArguments('admin.offsets.bytes', { offset: to })
    await this.#brokerOf(queue)
    return recordBytes(this.#needs, queue, { from, to })
  }

  /**
   * The next one the group consumes; undefined when it never committed in this queue. Rejects with `GROUP_UNKNOWN`, or
   * `NO_ROUTE` for the topic.
   */
  async committed(group: string, queue: MessageQueue): Promise<number | undefined> {
    checkGroup(group)
    checkArguments('admin.offsets.committed', { queue })
    await this.#brokerOf(queue)
    const offset = await committedIn(this.#needs, group, queue)
    if (offset === undefined) {
      await checkGroupSeen(this.#needs, group)
    }
    return offset
  }

  /**
   * Sets the offset of a group that is not running: a running consumer commits its own over it; `reset` moves it, too.
   * Rejects with `GROUP_UNKNOWN`.
   */
  async commit(group: string, queue: MessageQueue, offset: number): Promise<void> {
    checkGroup(group)
    checkArguments('admin.offsets.commit', { queue, offset })
    await checkGroupSeen(this.#needs, group)
    const fields = { ...fieldsOf(queue), consumerGroup: group, commitOffset: offset }
    await this.#needs.brokers.call(await this.#brokerOf(queue), updateConsumerOffset, fields)
  }

  /**
   * Sets a group, running or not, to the first messages stored at or after a time, to the oldest ones or behind the last,
   * in all queues of a topic. Resolves to its offsets now. Brokers tell running consumers. Rejects with `RESET_INVALID`,
   * `GROUP_UNKNOWN` or `NO_ROUTE`.
   * Apache: mqadmin resetOffsetByTime.
   */
  async reset(group: string, topic: string, to: ResetTarget): Promise<QueueOffset[]> {
    const timestamp = this.#timestampOf(group, topic, to)
    const { brokerNames } = await this.#needs.routes.existing(topic)
    await checkGroupKnown(this.#needs, group)
    const fields = { group, topic, queueId: -1, timestamp, isForce: true }
    const tables = await Promise.all(
      brokerNames.map(async (name) => {
        const response = await this.#needs.brokers.call(name, invokeBrokerToResetOffset, fields)
        return ResetOffsetBody.decode(response.body).offsetTable
      }),
    )
    return tables.flat().map(([queue, offset]) => ({ queue, offset }))
  }

  /** What `reset` would do now, queue by queue; nothing is changed. Rejects as `reset`. */
  async planReset(group: string, topic: string, to: ResetTarget): Promise<QueueReset[]> {
    const timestamp = this.#timestampOf(group, topic, to)
    const { readQueues } = await this.#needs.routes.existing(topic)
    await checkGroupKnown(this.#needs, group)
    return Promise.all(
      readQueues.map(async (queue) => {
        const [from, target, min] = await Promise.all([
          committedIn(this.#needs, group, queue),
          timestamp === END ? this.max(queue) : this.at(queue, timestamp),
          this.min(queue),
        ])
        // What is deleted already is not consumed again.
        const again = from === undefined ? undefined : Math.max(from, min) - Math.max(target, min)
        return { queue, from, to: target, again }
      }),
    )
  }

  /**
   * Sets group `to` to the offsets of group `from`, and creates `to` where it does not exist. Resolves to the progress
   * copied. Rejects with `GROUP_UNKNOWN` for `from`, with `GROUP_RUNNING` when `to` has members. Apache: mqadmin
   * cloneGroupOffset.
   */
  async copy(from: string, to: string, options: CopyOptions = {}): Promise<QueueProgress[]> {
    checkGroup(from)
    checkGroup(to)
    checkSettings('admin.offsets.copy', 'copy', options)
    const { topic, dryRun = false } = options
    await checkGroupKnown(this.#needs, from)
    const members = (await this.#groups.members(to).catch(ofNewGroup))?.connectionSet ?? []
    if (members.length > 0) {
      const clientIds = [...members].map(({ clientId }) => clientId ?? 'unknown')
      throw clientErrors.GROUP_RUNNING({ group: to, members: clientIds })
    }
    const progress = ofTopics((await consumedQueues(this.#needs, from, topic)).queues)
    if (dryRun) return progress
    const groups = await this.#groups.list({ system: true })
    if (!groups.some(({ groupName }) => groupName === to)) await this.#groups.create(to)
    for (const { queue, consumerOffset } of progress) await this.commit(to, queue, consumerOffset)
    return progress
  }

  /** Throws `RESET_INVALID`, also for a future time, which brokers would take for the end. */
  #timestampOf(group: string, topic: string, to: ResetTarget): number {
    checkGroup(group)
    checkTopic(topic)
    if (to === 'last') return END
    const timestamp = to === 'first' ? 0 : to instanceof Date ? to.getTime() : to
    const problem = !(Number.isSafeInteger(timestamp) && timestamp >= 0)
      ? `${describe(to)} is no time: a valid Date, milliseconds since the epoch, 'first' or 'last' is needed`
      : timestamp > this.#needs.clock.now()
        ? `${new Date(timestamp).toISOString()} is in the future; 'last' skips everything there is`
        : undefined
    if (problem !== undefined) throw clientErrors.RESET_INVALID({ group, topic, problem })
    return timestamp
  }

  /**
   * The topic's route brings the address of a broker that is not known yet. Brokers answer 0 for a topic that does not
   * exist; nameservers do not know all topics of RocketMQ itself.
   */
  async #brokerOf({ topic, brokerName }: MessageQueue): Promise<string> {
    const { routes } = this.#needs
    if (!isSystemTopic(topic) || routes.addressOf(brokerName) === undefined) await routes.existing(topic)
    return brokerName
  }
}

/** It is created. */
function ofNewGroup(error: unknown): undefined {
  if (!isRocketeerError(error, 'GROUP_UNKNOWN')) throw error
}

function fieldsOf({ topic, queueId, brokerName }: MessageQueue) {
  return { topic, queueId, bname: brokerName }
}
