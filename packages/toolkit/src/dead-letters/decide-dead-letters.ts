import type { Client, DeadLetter, Message } from '@rocketeer/client'
import { parseOptions, z } from '@rocketeer/foundation'
import { givenClient } from '../given.js'
import { decisionsOf, isAbout, type NotedDecision, noteDecisions } from './decision-notes.js'

const functionOf = <Type>() => z.custom<Type>((value) => typeof value === 'function', 'a function is needed')

/** What `decideDeadLetters` takes. */
export interface DecideOptions {
  group: string
  /** `parked`: not replayed by itself, but by a replay of those that are parked; `dropped`: not needed, never replayed. */
  state: 'parked' | 'dropped'
  /** Why, for whoever reads it later; up to 1,000 characters. */
  reason: string
  /** Which of the dead letters that wait for a replay. */
  accept: (deadLetter: DeadLetter) => boolean
  /** True: notes nothing, but counts, and calls `onDecided`. Default false. */
  dryRun?: boolean | undefined
  /** Called for each one, before its decision is noted. */
  onDecided?: ((deadLetter: DeadLetter) => void) | undefined
  /** Aborting it stops; what was decided stays decided. */
  signal?: AbortSignal | undefined
}

const REASON_CHARACTERS_MAX = 1_000
const NOTED_AT_ONCE = 64

const schema = z.strictObject({
  group: z.string(),
  state: z.enum(['parked', 'dropped']),
  reason: z.string().max(REASON_CHARACTERS_MAX).regex(/\S/, 'whoever reads it later needs a reason'),
  accept: functionOf<(deadLetter: DeadLetter) => boolean>(),
  dryRun: z.boolean().default(false),
  onDecided: functionOf<(deadLetter: DeadLetter) => void>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
}) satisfies z.ZodType<unknown, DecideOptions>

/**
 * Parks or drops dead letters of a group: replays leave them out, and its dead-letter workers take the decision over into
 * their outcomes. The decision is kept in the cluster, as a message of the topic `DLQ_DECISIONS_<group>`, and the dead
 * letter stays where it is. Resolves to how many were decided; those of which the same was decided before do not count.
 * Rejects with `OPTION_INVALID` or the client's error.
 */
export async function decideDeadLetters(client: Client, options: DecideOptions): Promise<number> {
  givenClient(client, 'decideDeadLetters')
  const config = parseOptions(schema, options, 'decideDeadLetters')
  const { group, state, reason, signal } = config
  const known = await decisionsOf(client, group)
  let count = 0
  let notes: Omit<NotedDecision, 'decidedAt'>[] = []
  const note = async () => {
    if (!config.dryRun && notes.length > 0) await noteDecisions(client, group, notes)
    notes = []
  }
  for await (const deadLetter of client.admin().deadLetters.read(group)) {
    if (signal?.aborted) break
    const { message } = deadLetter
    const before = known.get(message.messageId)
    if ((isAbout(before, message) && before.state === state) || !config.accept(deadLetter)) continue
    config.onDecided?.(deadLetter)
    count++
    notes.push(decisionAbout(message, state, reason))
    if (notes.length === NOTED_AT_ONCE) await note()
  }
  await note()
  return count
}

/** The decision about a dead letter, to be noted. */
export function decisionAbout(
  { messageId, topic, key, replayTimes: replays, queue, queueOffset }: Message,
  state: NotedDecision['state'],
  reason: string,
): Omit<NotedDecision, 'decidedAt'> {
  return { messageId, state, reason, topic, key, replays, queue, queueOffset }
}
