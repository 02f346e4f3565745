import type { Client, Message } from '@rocketeer/client'
import { option, parseOptions, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { AuditFile, type DiscardPlan, readPlan } from './audit-file.js'
import { checkNobodyConsumes, type GroupInTopic, membersIn, positionsOf } from './group-in-topic.js'

/** What `discardBacklog` takes. */
export interface DiscardOptions {
  group: string
  topic: string
  /** Messages stored before this time, a `Date` or milliseconds since the epoch; `'last'`: all there are now. */
  olderThan: Date | number | 'last'
  /** The file that will say what was discarded; it must not exist. Needed unless `dryRun` is set. */
  audit?: string | undefined
  /** True: the audit file has the bodies, too, as base64. Default false. */
  withBody?: boolean | undefined
  /**
   * True: discards while members of the group run, which brokers tell of the new offsets. Only with a time, and only where
   * no queue of the group is beyond it already. Default false.
   */
  whileRunning?: boolean | undefined
  /** True: counts, and changes nothing. Default false. */
  dryRun?: boolean | undefined
  onProgress?: ((progress: { done: number; total: number }) => void) | undefined
  /** Aborting it ends the discard before any offset is moved; it rejects with the reason. */
  signal?: AbortSignal | undefined
}

/** What was discarded in one queue. */
export type DiscardedQueue = DiscardPlan['queues'][number]

/** What `discardBacklog` did, or would do. */
export interface DiscardOutcome {
  readonly messages: number
  readonly queues: readonly DiscardedQueue[]
}

const schema = z
  .strictObject({
    group: z.string(),
    topic: z.string(),
    olderThan: z.union([option.time(), z.literal('last')]),
    audit: z.string().min(1).optional(),
    withBody: z.boolean().default(false),
    whileRunning: z.boolean().default(false),
    dryRun: z.boolean().default(false),
    onProgress: z
      .custom<(progress: { done: number; total: number }) => void>(
        (value) => typeof value === 'function',
        'a function is needed',
      )
      .optional(),
    signal: z.instanceof(AbortSignal).optional(),
  })
  .refine(
    ({ dryRun, audit }) => dryRun || audit !== undefined,
    'give "audit", the file to note what is discarded',
  )
  .refine(
    ({ whileRunning, olderThan }) => !whileRunning || olderThan !== 'last',
    '"whileRunning" needs a time: what comes in meanwhile would be discarded without a note',
  ) satisfies z.ZodType<unknown, DiscardOptions>

type DiscardConfig = Readonly<z.output<typeof schema>>

/** A broker gives no more with one pull. */
const PULL_MESSAGES_MAX = 32

const STOP_FIRST = 'Stop them first: they would go on where they are, and commit that over the new offsets.'
const BEYOND = 'In some queues they are beyond that time and would consume messages again. Stop them first.'

/**
 * Has a group skip what it has not consumed of a topic, after every skipped message is noted in a file that is on the disk.
 * `restoreDiscarded` takes it back. The messages stay at the broker, and other groups get them. Rejects with
 * `BACKLOG_NOT_CONSUMED`, `BACKLOG_GROUP_RUNNING`, `OPTION_INVALID`, the client's errors, or those of the file; until it
 * resolves, offsets may have moved in some queues only, which the file knows all the same.
 */
export async function discardBacklog(client: Client, options: DiscardOptions): Promise<DiscardOutcome> {
  const config = parseOptions(schema, options, 'discardBacklog')
  const consumed = { client: givenClient(client, 'discardBacklog'), group: config.group, topic: config.topic }
  const queues = await plannedQueues(consumed, config)
  const total = queues.reduce((sum, { from, to }) => sum + to - from, 0)
  if (config.dryRun) return { messages: total, queues }
  const toldTime =
    (await runsOnPurpose(consumed, config)) && config.olderThan !== 'last' ? config.olderThan : undefined
  const plan: DiscardPlan = {
    type: 'discard',
    version: 1,
    group: config.group,
    topic: config.topic,
    at: new Date().toISOString(),
    olderThan: config.olderThan === 'last' ? null : new Date(config.olderThan).toISOString(),
    queues: [...queues],
  }
  const audit = await AuditFile.create(config.audit!, plan)
  try {
    const messages = await noteMessages({ client, config, audit, total }, queues)
    await audit.flush()
    config.signal?.throwIfAborted()
    await move(consumed, queues, toldTime)
    await audit.end(messages)
    return { messages, queues }
  } finally {
    await audit.close()
  }
}

const restoreSchema = z.strictObject({ dryRun: z.boolean().default(false) })

/** What `restoreDiscarded` does to one queue. */
export interface RestoredQueue {
  readonly queue: DiscardedQueue['queue']
  /** Where the group is now. */
  readonly now: number | undefined
  /** Where it was before the discard, or the oldest message that is kept. */
  readonly to: number
}

/**
 * Sets a group back to where it was before the discard that wrote the file: it gets those messages that are kept, and what
 * it consumed behind them once more. Rejects with `AUDIT_INVALID`, `BACKLOG_GROUP_RUNNING`, or the client's errors.
 */
export async function restoreDiscarded(
  client: Client,
  file: string,
  options: { dryRun?: boolean | undefined } = {},
): Promise<{ readonly plan: DiscardPlan; readonly queues: readonly RestoredQueue[] }> {
  givenClient(client, 'restoreDiscarded')
  const { dryRun } = parseOptions(restoreSchema, options, 'restoreDiscarded')
  const plan = await readPlan(file)
  const { group, topic } = plan
  const { offsets } = client.admin()
  const queues = await Promise.all(
    plan.queues
      .filter(({ from, to }) => to > from)
      .map(async ({ queue, before, from }) => {
        const [now, first] = await Promise.all([offsets.committed(group, queue), offsets.min(queue)])
        return { queue, now, to: Math.max(before ?? from, first) }
      }),
  )
  if (!dryRun) {
    await checkNobodyConsumes({ client, group, topic }, STOP_FIRST)
    for (const { queue, to } of queues) await offsets.commit(group, queue, to)
  }
  return { plan, queues }
}

async function plannedQueues(
  consumed: GroupInTopic,
  { olderThan }: DiscardConfig,
): Promise<DiscardedQueue[]> {
  const { offsets } = consumed.client.admin()
  return Promise.all(
    (await positionsOf(consumed)).map(async ({ queue, first, next, end }) => {
      const from = next ?? first
      const at = olderThan === 'last' || from >= end ? end : Math.min(await offsets.at(queue, olderThan), end)
      const to =
        olderThan === 'last' ? end : await sharpened(consumed.client, { queue, from, at, end }, olderThan)
      return { queue, before: next ?? null, from, to: Math.max(from, to) }
    }),
  )
}

/**
 * Brokers answer with the nearest message when none is as new as the time: whether the last one is old enough is seen in
 * itself.
 */
async function sharpened(
  client: Client,
  { queue, from, at, end }: { queue: DiscardedQueue['queue']; from: number; at: number; end: number },
  olderThan: Date | number,
): Promise<number> {
  if (at < end - 1 || end <= from) return at
  const { messages } = await client.pull(queue, end - 1, { messagesMax: 1 })
  const last = messages.at(-1)
  return last !== undefined && last.storeTimestamp < Number(olderThan) ? end : Math.min(at, end - 1)
}

/**
 * Whether members run that are to be told. Rejects with `BACKLOG_GROUP_RUNNING` when that was not asked for, or when a
 * queue is beyond the time already: members are told a time, not offsets, and would go back there.
 */
async function runsOnPurpose(consumed: GroupInTopic, config: DiscardConfig): Promise<boolean> {
  const { whileRunning, olderThan } = config
  if (!whileRunning || olderThan === 'last') {
    await checkNobodyConsumes(consumed, STOP_FIRST)
    return false
  }
  const { client, group, topic } = consumed
  const plan = await client.admin().offsets.planReset(group, topic, olderThan)
  if (plan.some(({ again = 0 }) => again > 0)) await checkNobodyConsumes(consumed, BEYOND)
  return (await membersIn(consumed)).length > 0
}

interface Noting {
  readonly client: Client
  readonly config: DiscardConfig
  readonly audit: AuditFile
  readonly total: number
}

async function noteMessages(noting: Noting, queues: readonly DiscardedQueue[]): Promise<number> {
  const { client, config, audit, total } = noting
  let messages = 0
  let passed = 0
  for (const { queue, from, to } of queues) {
    for (let next = from; next < to; ) {
      config.signal?.throwIfAborted()
      const batch = await client.pull(queue, next, { messagesMax: Math.min(PULL_MESSAGES_MAX, to - next) })
      const found = batch.messages.filter(({ queueOffset }: Message) => queueOffset < to)
      await audit.addMessages(found, config.withBody)
      messages += found.length
      const after = Math.min(Math.max(found.at(-1)?.queueOffset ?? 0, batch.nextOffset - 1, next) + 1, to)
      passed += after - next
      next = after
      config.onProgress?.({ done: passed, total })
    }
  }
  return messages
}

async function move(
  { client, group, topic }: GroupInTopic,
  queues: readonly DiscardedQueue[],
  toldTime: Date | number | undefined,
): Promise<void> {
  const { offsets } = client.admin()
  if (toldTime !== undefined) await offsets.reset(group, topic, toldTime)
  else for (const { queue, from, to } of queues) if (to > from) await offsets.commit(group, queue, to)
}
