/** One handling of a message that failed. */
export interface FailedAttempt {
  /** When it failed, milliseconds since the epoch, by the clock of the member. */
  readonly at: number
  /** Name and text of what the handler threw, bounded and without control characters. */
  readonly error: { readonly name: string; readonly message: string }
  /** The client id of the consumer. */
  readonly member: string
  /** How long the handler had the message. */
  readonly durationMs: number
  /** How many times the message had been delivered again before; 0 at the first delivery. */
  readonly reconsumeTimes: number
}

/** The failed attempts at a message, as far as they were noted and there was room for them. */
export interface FailureHistory {
  /** Oldest first. */
  readonly attempts: readonly FailedAttempt[]
  /** Attempts between the first and the last that were left out for lack of room. */
  readonly dropped: number
  /** When the message was given to the group again as a dead letter, milliseconds since the epoch, oldest first; the last eight. */
  readonly replays: readonly number[]
}

/** A broker takes no longer one. */
export const FAILURE_HISTORY_BYTES_MAX = 8 * 1024
const REPLAYS_MAX = 8

export const NO_FAILURES: FailureHistory = { attempts: [], dropped: 0, replays: [] }

/** The form of the property: attempts name their member and error by the place in `members` and `errors`, as most are the same. */
interface EncodedHistory {
  /** `[at, reconsumeTimes, durationMs, member, error]` */
  attempts: [number, number, number, number, number][]
  /** `[name, message]` */
  errors: [string, string][]
  members: string[]
  dropped?: number
  replays?: readonly number[]
}

/** The property's value. JSON escapes what separates properties. */
export function encodeFailureHistory({ attempts, dropped, replays }: FailureHistory): string {
  const members = new Map<string, number>()
  const errors = new Map<string, number>()
  const encoded: EncodedHistory = {
    attempts: attempts.map(({ at, error, member, durationMs, reconsumeTimes }) => [
      at,
      reconsumeTimes,
      durationMs,
      placeIn(members, member),
      placeIn(errors, JSON.stringify([error.name, error.message])),
    ]),
    errors: [...errors.keys()].map((error) => JSON.parse(error)),
    members: [...members.keys()],
    ...(dropped > 0 && { dropped }),
    ...(replays.length > 0 && { replays: replays.slice(-REPLAYS_MAX) }),
  }
  return JSON.stringify(encoded)
}

function placeIn(places: Map<string, number>, text: string): number {
  const place = places.get(text) ?? places.size
  places.set(text, place)
  return place
}

/** Undefined for a text that is no such history: anybody can set a property. */
export function decodeFailureHistory(encoded: string): FailureHistory | undefined {
  let value: Partial<Record<keyof EncodedHistory, unknown>> | null
  try {
    value = JSON.parse(encoded)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { attempts, errors, members, dropped = 0, replays = [] } = value
  if (!Array.isArray(attempts) || !Array.isArray(errors) || !Array.isArray(members)) return undefined
  if (!isCount(dropped) || !Array.isArray(replays) || !replays.every(isCount)) return undefined
  const decoded = attempts.map((attempt) => attemptOf(attempt, errors, members))
  if (decoded.includes(undefined)) return undefined
  return { attempts: decoded as FailedAttempt[], dropped, replays }
}

function attemptOf(
  attempt: unknown,
  errors: readonly unknown[],
  members: readonly unknown[],
): FailedAttempt | undefined {
  if (!Array.isArray(attempt) || !attempt.every(isCount)) return undefined
  const [at, reconsumeTimes, durationMs, memberPlace, errorPlace] = attempt as EncodedHistory['attempts'][0]
  const member = members[memberPlace]
  const error = errors[errorPlace]
  if (typeof member !== 'string' || !Array.isArray(error)) return undefined
  const [name, message] = error
  if (typeof name !== 'string' || typeof message !== 'string') return undefined
  return { at, error: { name, message }, member, durationMs, reconsumeTimes }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** To this many bytes error texts are cut, step by step, before one of the last two attempts is given up. */
const SHORT_TEXT_BYTES = [128, 64, 32]

/**
 * The property's value in at most `bytesMax` bytes: without attempts from the middle, oldest first, if need be; then with
 * shorter texts; then without the first one. Undefined where not even the last one has room.
 */
export function fitFailureHistory(history: FailureHistory, bytesMax: number): string | undefined {
  let fitting = history
  for (let encoded = encodeFailureHistory(fitting); ; encoded = encodeFailureHistory(fitting)) {
    if (Buffer.byteLength(encoded) <= bytesMax) return encoded
    if (fitting.attempts.length <= 2) break
    fitting = withoutAttempt(fitting, 1)
  }
  for (let kept = fitting; ; kept = withoutAttempt(kept, 0)) {
    for (const bytes of SHORT_TEXT_BYTES) {
      const encoded = encodeFailureHistory(withShortTexts(kept, bytes))
      if (Buffer.byteLength(encoded) <= bytesMax) return encoded
    }
    if (kept.attempts.length <= 1) return undefined
  }
}

/** The history with one attempt more, and those after the first left out that are above `attemptsMax`. */
export function withAttempt(
  history: FailureHistory,
  attempt: FailedAttempt,
  attemptsMax: number,
): FailureHistory {
  let longer: FailureHistory = { ...history, attempts: [...history.attempts, attempt] }
  while (longer.attempts.length > attemptsMax) longer = withoutAttempt(longer, attemptsMax > 1 ? 1 : 0)
  return longer
}

/** The history with the mark that a replay gave the message to the group again. */
export function withReplay(history: FailureHistory, at: number): FailureHistory {
  return { ...history, replays: [...history.replays, at].slice(-REPLAYS_MAX) }
}

function withoutAttempt(history: FailureHistory, index: number): FailureHistory {
  return { ...history, attempts: history.attempts.toSpliced(index, 1), dropped: history.dropped + 1 }
}

function withShortTexts(history: FailureHistory, bytesMax: number): FailureHistory {
  const attempts = history.attempts.map((attempt) => ({
    ...attempt,
    member: cutText(attempt.member, bytesMax),
    error: {
      name: cutText(attempt.error.name, bytesMax),
      message: cutText(attempt.error.message, bytesMax),
    },
  }))
  return { ...history, attempts }
}

/** The text in at most `bytesMax` bytes of UTF-8, without half a character at the end. */
export function cutText(text: string, bytesMax: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= bytesMax) return text
  let end = bytesMax
  // Bytes within a character are 10xxxxxx.
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
