import { ResponseCode } from '@rocketeer/protocol'
import {
  getMaxOffset,
  getMinOffset,
  invokeBrokerToResetOffset,
  queryConsumerOffset,
  ResetOffsetBody,
  searchOffsetByTimestamp,
  updateConsumerOffset,
} from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import { checkGroup } from '../messages/names.js'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './admin-needs.js'

/** Of a queue; reading them needs no group. */
export async function minOffset(needs: AdminNeeds, queue: MessageQueue): Promise<number> {
  return (await needs.brokers.call(await brokerOf(needs, queue), getMinOffset, fieldsOf(queue))).fields.offset
}

/** One more than the offset of the last message. */
export async function maxOffset(needs: AdminNeeds, queue: MessageQueue): Promise<number> {
  const fields = { ...fieldsOf(queue), committed: true }
  return (await needs.brokers.call(await brokerOf(needs, queue), getMaxOffset, fields)).fields.offset
}

/** The first message stored at or after `timestamp`, milliseconds since the epoch. */
export async function offsetAt(needs: AdminNeeds, queue: MessageQueue, timestamp: number): Promise<number> {
  const fields = { ...fieldsOf(queue), timestamp }
  return (await needs.brokers.call(await brokerOf(needs, queue), searchOffsetByTimestamp, fields)).fields
    .offset
}

/** Undefined when the group never committed in this queue. */
export async function committedOffset(
  needs: AdminNeeds,
  group: string,
  queue: MessageQueue,
): Promise<number | undefined> {
  const fields = { ...fieldsOf(queue), consumerGroup: group }
  const options = { accept: [ResponseCode.QUERY_NOT_FOUND] }
  const response = await needs.brokers.call(
    await brokerOf(needs, queue),
    queryConsumerOffset,
    fields,
    undefined,
    options,
  )
  return response.code === ResponseCode.SUCCESS ? response.fields.offset : undefined
}

/** Only while nobody in the group is running: a running consumer commits its own offset over this one. */
export async function setCommittedOffset(
  needs: AdminNeeds,
  group: string,
  queue: MessageQueue,
  offset: number,
): Promise<void> {
  checkGroup(group)
  const fields = { ...fieldsOf(queue), consumerGroup: group, commitOffset: offset }
  await needs.brokers.call(await brokerOf(needs, queue), updateConsumerOffset, fields)
}

/**
 * Sets a group, running or not, to the messages stored at or after a time (-1: the end) in all queues of a topic.
 * Brokers tell running consumers. Apache: mqadmin resetOffsetByTime.
 */
export async function resetOffset(
  needs: AdminNeeds,
  group: string,
  topic: string,
  timestamp: number,
): Promise<[queue: MessageQueue, offset: number][]> {
  checkGroup(group)
  checkResetTime(needs, group, topic, timestamp)
  const { brokerNames } = await needs.routes.existing(topic)
  const fields = { group, topic, queueId: -1, timestamp, isForce: true }
  const tables = await Promise.all(
    brokerNames.map(async (name) => {
      const response = await needs.brokers.call(name, invokeBrokerToResetOffset, fields)
      return ResetOffsetBody.decode(response.body).offsetTable
    }),
  )
  return tables.flat()
}

/** Throws `RESET_INVALID`: brokers would take a time to come for the end. */
export function checkResetTime({ clock }: AdminNeeds, group: string, topic: string, timestamp: number): void {
  const problem = Number.isNaN(timestamp)
    ? 'the time is none'
    : timestamp > clock.now()
      ? `${new Date(timestamp).toISOString()} is in the future; 'end' skips everything there is`
      : undefined
  if (problem !== undefined) throw clientErrors.RESET_INVALID({ group, topic, problem })
}

function fieldsOf({ topic, queueId, brokerName }: MessageQueue) {
  return { topic, queueId, bname: brokerName }
}

async function brokerOf({ routes }: AdminNeeds, { topic, brokerName }: MessageQueue): Promise<string> {
  if (routes.addressOf(brokerName) === undefined) await routes.existing(topic)
  return brokerName
}
