import { optionErrors } from '@rocketeer/foundation'
import { deadLetterTopicOf } from '@rocketeer/protocol'
import { checkGroup } from '../messages/names.js'
import { checkSettings } from './admin-settings.js'
import { type AdminNeeds, masterNames } from './cluster.js'
import { type DeadLetter, deadLetterOf } from './dead-letter.js'
import { CauseTable, type DeadLetterCauses } from './dead-letter-causes.js'
import { DeadLetterReader, type Positions, placeIn } from './dead-letter-reader.js'
import { type FailureQueue, failureQueues } from './failed-messages.js'

/** Which dead letters. */
export interface DeadLetterQuery {
  /** Those with this key. */
  key?: string | undefined
  /** Those that died of an error of this name. */
  error?: string | undefined
  /** Those that became dead letters at or after; milliseconds since the epoch. */
  since?: number | undefined
  /** At or before; milliseconds since the epoch. */
  until?: number | undefined
  /** Also those that a replay has gone past, as long as they are stored. By default those that wait for one. */
  replayed?: boolean | undefined
}

/** A part of the dead letters, and where the next one begins. */
export interface DeadLetterPage {
  /** In the order in which they became dead letters. */
  deadLetters: DeadLetter[]
  /** Give it as `cursor` for the next page; undefined after the last one. */
  cursor: string | undefined
}

/** Which page. */
export interface DeadLetterPageOptions extends DeadLetterQuery {
  /** The most dead letters on it, 32. */
  messagesMax?: number | undefined
  /** Of the page before; the first page without one. */
  cursor?: string | undefined
}

/** How to group. */
export interface DeadLetterCausesOptions extends DeadLetterQuery {
  /**
   * By the error's name and its text without numbers and ids, `'message'`, the default; or by its name alone, `'error'`.
   */
  by?: 'error' | 'message' | undefined
}

/** The dead letters of groups: what they are, and why they died. `admin.deadLetters` is one. */
export class DeadLettersAdmin {
  readonly #needs: AdminNeeds

  /** @internal */
  constructor(needs: AdminNeeds) {
    this.#needs = needs
  }

  /**
   * The dead letters of a group that there are now, in the order in which they became dead letters, read as they are asked
   * for. None for a group without any.
   */
  async *read(group: string, query: DeadLetterQuery = {}): AsyncGenerator<DeadLetter, void, void> {
    checkGroup(group)
    checkSettings('admin.deadLetters.read', 'deadLetterQuery', query)
    const queues = await this.#queues(group)
    const reader = this.#reader(queues, query)
    yield* deadLettersOf(reader, queues, query)
  }

  /** A page of them; reads on until it is full or there are no more. Rejects with `OPTION_INVALID`. */
  async page(group: string, options: DeadLetterPageOptions = {}): Promise<DeadLetterPage> {
    checkGroup(group)
    checkSettings('admin.deadLetters.page', 'deadLetterPage', options)
    const { messagesMax = 32, cursor, ...query } = options
    const queues = await this.#queues(group)
    const reader = this.#reader(queues, query, cursor === undefined ? {} : positionsIn(cursor))
    const deadLetters: DeadLetter[] = []
    for await (const each of deadLettersOf(reader, queues, query)) {
      if (deadLetters.push(each) >= messagesMax) break
    }
    const { positions } = reader
    return { deadLetters, cursor: positions && JSON.stringify(positions) }
  }

  /** What they died of, each error with how many there are and since when. Reads all of them. */
  async causes(group: string, options: DeadLetterCausesOptions = {}): Promise<DeadLetterCauses> {
    checkGroup(group)
    checkSettings('admin.deadLetters.causes', 'deadLetterCauses', options)
    const { by = 'message', ...query } = options
    const table = new CauseTable(by)
    for await (const each of this.read(group, query)) table.add(each)
    return table.result
  }

  async #queues(group: string): Promise<FailureQueue[]> {
    const names = await masterNames(this.#needs)
    return failureQueues(this.#needs, { group, topic: deadLetterTopicOf(group), names })
  }

  #reader(
    queues: readonly FailureQueue[],
    { replayed }: DeadLetterQuery,
    from: Positions = {},
  ): DeadLetterReader {
    const startOf = ({ queue, minOffset, consumerOffset }: FailureQueue) =>
      Math.max(from[placeIn(queue)] ?? 0, replayed ? minOffset : consumerOffset)
    return new DeadLetterReader(this.#needs, queues, startOf)
  }
}

async function* deadLettersOf(
  reader: DeadLetterReader,
  queues: readonly FailureQueue[],
  query: DeadLetterQuery,
): AsyncGenerator<DeadLetter, void, void> {
  const replayedUntil = new Map(queues.map(({ queue, consumerOffset }) => [placeIn(queue), consumerOffset]))
  for (let message = await reader.next(); message; message = await reader.next()) {
    const deadLetter = deadLetterOf(message, replayedUntil.get(placeIn(message.queue)) ?? 0)
    if (isWanted(deadLetter, query)) yield deadLetter
  }
}

function isWanted({ message, error, since }: DeadLetter, query: DeadLetterQuery): boolean {
  return (
    (query.key === undefined || message.keys.includes(query.key)) &&
    (query.error === undefined || error?.name === query.error) &&
    (query.since === undefined || since >= query.since) &&
    (query.until === undefined || since <= query.until)
  )
}

/** Throws `OPTION_INVALID`. */
function positionsIn(cursor: string): Positions {
  try {
    const positions: unknown = JSON.parse(cursor)
    if (typeof positions === 'object' && positions !== null) {
      if (Object.values(positions).every((position) => Number.isSafeInteger(position)))
        return positions as Positions
    }
  } catch {}
  const problems = ['"cursor": that of the page before is needed']
  throw optionErrors.OPTION_INVALID({ subject: 'admin.deadLetters.page', problems })
}
