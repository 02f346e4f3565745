import { compareText } from '../routing/message-queue.js'
import type { DeadLetter } from './dead-letter.js'

/** Dead letters that died of the same error. */
export interface DeadLetterCause {
  /** The error's name and, grouped by message, its text with `<n>` for numbers and `<id>` for ids; otherwise no text. */
  error: { name: string; message: string }
  /** How many dead letters. */
  count: number
  /** When the first and the last of them became dead letters, milliseconds since the epoch. */
  firstAt: number
  lastAt: number
  /** The text of the last one's error as it was. */
  example: string
  /** The topics they were sent to, sorted. */
  topics: string[]
  /** Keys of the last ones, up to five. */
  keys: string[]
}

/** Dead letters of a group by what they died of. */
export interface DeadLetterCauses {
  /** How many there are in all. */
  count: number
  /** The most frequent first; at most 1,000. */
  causes: DeadLetterCause[]
  /** How many have a cause that is not among these. */
  others: number
  /** How many say nothing of why they died: their consumer noted nothing. */
  unexplained: number
}

const CAUSES_MAX = 1_000
const KEYS_MAX = 5

/** Groups dead letters as they are read, so that none has to be kept. */
export class CauseTable {
  readonly #byMessage: boolean
  readonly #causes = new Map<string, DeadLetterCause>()
  #count = 0
  #others = 0
  #unexplained = 0

  constructor(by: 'error' | 'message') {
    this.#byMessage = by === 'message'
  }

  add({ message, error, since }: DeadLetter): void {
    this.#count++
    if (error === undefined) {
      this.#unexplained++
      return
    }
    const text = this.#byMessage ? normalised(error.message) : ''
    const group = `${error.name}\n${text}`
    const cause = this.#causes.get(group) ?? {
      error: { name: error.name, message: text },
      ...{ count: 0, firstAt: since, lastAt: since, example: '', topics: [], keys: [] },
    }
    if (cause.count === 0 && this.#causes.size >= CAUSES_MAX) {
      this.#others++
      return
    }
    this.#causes.set(group, cause)
    cause.count++
    cause.firstAt = Math.min(cause.firstAt, since)
    if (since >= cause.lastAt) cause.example = error.message
    cause.lastAt = Math.max(cause.lastAt, since)
    if (!cause.topics.includes(message.topic)) cause.topics.push(message.topic)
    if (message.key !== undefined)
      cause.keys = [message.key, ...cause.keys.filter((key) => key !== message.key)].slice(0, KEYS_MAX)
  }

  get result(): DeadLetterCauses {
    const causes = [...this.#causes.values()].map((cause) => ({
      ...cause,
      topics: cause.topics.sort(compareText),
    }))
    return {
      count: this.#count,
      causes: causes.sort((a, b) => b.count - a.count || b.lastAt - a.lastAt),
      others: this.#others,
      unexplained: this.#unexplained,
    }
  }
}

const UUID = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi
/** Eight digits and more of a hexadecimal number, letters among them; a word such as `defaced` is shorter. */
const HEX_ID = /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{8,}\b/gi
const NUMBER = /\d+(?:[.,:_]\d+)*/g

/** The text without what differs from message to message. */
export function normalised(text: string): string {
  return text.replace(UUID, '<id>').replace(HEX_ID, '<id>').replace(NUMBER, '<n>')
}
