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
/** No consumer notes more of them. */
export const FAILED_ATTEMPTS_MAX = 100
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
  const members: string[] = []
  const errors: EncodedHistory['errors'] = []
  const encoded: EncodedHistory = {
    attempts: attempts.map(({ at, error, member, durationMs, reconsumeTimes }) => [
      at,
      reconsumeTimes,
      durationMs,
      memberPlaceIn(members, member),
      errorPlaceIn(errors, error),
    ]),
    errors,
    members,
    ...(dropped > 0 && { dropped }),
    ...(replays.length > 0 && { replays: replays.slice(-REPLAYS_MAX) }),
  }
  return JSON.stringify(encoded)
}

function memberPlaceIn(members: string[], member: string): number {
  const place = members.indexOf(member)
  return place >= 0 ? place : members.push(member) - 1
}

function errorPlaceIn(errors: EncodedHistory['errors'], { name, message }: FailedAttempt['error']): number {
  const place = errors.findIndex((known) => known[0] === name && known[1] === message)
  return place >= 0 ? place : errors.push([name, message]) - 1
}

/** Undefined for a text that is no such history, or too long for one: anybody can set a property. */
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
  if (attempts.length > FAILED_ATTEMPTS_MAX) return undefined
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
  const fitting = (candidate: FailureHistory) => {
    const encoded = encodeFailureHistory(candidate)
    return Buffer.byteLength(encoded) <= bytesMax ? encoded : undefined
  }
  const whole = fitting(history)
  if (whole !== undefined) return whole
  const middle = Math.max(0, history.attempts.length - 2)
  const shorter = leastThatFits(middle, (count) => fitting(withoutAttempts(history, 1, count)))
  if (shorter !== undefined) return shorter
  for (let kept = withoutAttempts(history, 1, middle); ; kept = withoutAttempts(kept, 0, 1)) {
    for (const bytes of SHORT_TEXT_BYTES) {
      const encoded = fitting(withShortTexts(kept, bytes))
      if (encoded !== undefined) return encoded
    }
    if (kept.attempts.length <= 1) return undefined
  }
}

/**
 * What `encode` gives for the lowest count from 1 to `countMax` for which it gives something, found by halving: a broker
 * does this for whoever asks, so it may not take long.
 */
function leastThatFits(countMax: number, encode: (count: number) => string | undefined): string | undefined {
  let found: string | undefined
  for (let [low, high] = [1, countMax]; low <= high; ) {
    const count = (low + high) >> 1
    const encoded = encode(count)
    if (encoded === undefined) low = count + 1
    else {
      found = encoded
      high = count - 1
    }
  }
  return found
}

/** The history with one attempt more, and those after the first left out that are above `attemptsMax`. */
export function withAttempt(
  history: FailureHistory,
  attempt: FailedAttempt,
  attemptsMax: number,
): FailureHistory {
  const longer = { ...history, attempts: [...history.attempts, attempt] }
  const tooMany = Math.max(0, longer.attempts.length - attemptsMax)
  return withoutAttempts(longer, attemptsMax > 1 ? 1 : 0, tooMany)
}

/** The history with the mark that a replay gave the message to the group again. */
export function withReplay(history: FailureHistory, at: number): FailureHistory {
  return { ...history, replays: [...history.replays, at].slice(-REPLAYS_MAX) }
}

function withoutAttempts(history: FailureHistory, start: number, count: number): FailureHistory {
  const attempts = history.attempts.toSpliced(start, count)
  return { ...history, attempts, dropped: history.dropped + count }
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
