import { QueryConsumeQueueResponseBody, queryConsumeQueue } from '@rocketeer/protocol/commands'
import type { MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './cluster.js'

/** What records take in the commit log. */
export interface RecordBytes {
  bytes: number
  /** False for an estimate. */
  exact: boolean
}

/** Up to so many records each one is counted; of more, samples. A broker of ours gives no more with one request. */
const EXACT_MAX = 1_000
const SAMPLES = 8
const SAMPLE_RECORDS = 100

/** The bytes of the records of one queue from `from` up to `to`, of which the consume queue tells the sizes. */
export async function recordBytes(
  needs: AdminNeeds,
  queue: MessageQueue,
  { from, to }: { from: number; to: number },
): Promise<RecordBytes> {
  const count = to - from
  if (count <= 0) return { bytes: 0, exact: true }
  if (count <= EXACT_MAX) return allOf(needs, queue, { from, to })
  const step = (count - SAMPLE_RECORDS) / (SAMPLES - 1)
  const starts = Array.from({ length: SAMPLES }, (_, index) => from + Math.floor(step * index))
  const samples = await Promise.all(starts.map((start) => sizesFrom(needs, queue, start, SAMPLE_RECORDS)))
  const sizes = samples.flat()
  const average = sizes.length === 0 ? 0 : sum(sizes) / sizes.length
  return { bytes: Math.round(average * count), exact: false }
}

async function allOf(
  needs: AdminNeeds,
  queue: MessageQueue,
  { from, to }: { from: number; to: number },
): Promise<RecordBytes> {
  let bytes = 0
  for (let next = from; next < to; ) {
    const sizes = await sizesFrom(needs, queue, next, to - next)
    // Deleted meanwhile.
    if (sizes.length === 0) return { bytes, exact: false }
    bytes += sum(sizes)
    next += sizes.length
  }
  return { bytes, exact: true }
}

async function sizesFrom(
  { brokers }: AdminNeeds,
  { topic, queueId, brokerName }: MessageQueue,
  index: number,
  count: number,
): Promise<number[]> {
  const response = await brokers.call(brokerName, queryConsumeQueue, { topic, queueId, index, count })
  const { queueData } = QueryConsumeQueueResponseBody.decode(response.body)
  return (queueData ?? []).map(({ physicSize }) => physicSize)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
