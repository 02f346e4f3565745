import type { MessageToSend, Producer } from '@rocketeer/client'
import { type Clock, isRocketeerError, sleep } from '@rocketeer/foundation'
import { isHopeless } from '../../sending/is-hopeless.js'

/** A message on its way. */
interface Waiting {
  readonly message: MessageToSend
  /** Another send, of another key, that has to come first. */
  readonly after: Promise<void> | undefined
  readonly onStored: () => void
  /** Called when the message is too long. Returns a shorter one, or undefined to leave it out; what it throws ends the lane. */
  readonly shorten: (error: unknown) => MessageToSend | undefined
}

const RETRY_MS_FIRST = 100
const RETRY_MS_MAX = 5_000

export interface OrderedSendsOptions {
  readonly producer: Pick<Producer, 'send'>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Called for each failed attempt; the message is sent again. */
  readonly onProblem: (error: unknown, message: MessageToSend) => void
  /** Called for a message that no attempt can bring through; its key stands still. */
  readonly onHopeless: (error: unknown) => void
  /** Called whenever a broker has stored a message. */
  readonly onStored: () => void
}

/**
 * Sends the messages of one order key one after the other, and those of different keys at the same time. One that fails
 * is tried until it is stored, so none of its key overtakes it.
 */
export class OrderedSends {
  readonly #options: OrderedSendsOptions
  /** The messages that wait behind the one that is being sent, by order key. */
  readonly #lanes = new Map<string, Waiting[]>()
  /** Order keys with a message that was given up: nothing of theirs may go out any more. */
  readonly #ended = new Set<string>()
  #underway = 0

  constructor(options: OrderedSendsOptions) {
    this.#options = options
  }

  /** Messages that no broker has stored, and that are not given up. */
  get underway(): number {
    return this.#underway
  }

  send(orderKey: string, waiting: Waiting): void {
    if (this.#ended.has(orderKey)) return
    this.#underway++
    const lane = this.#lanes.get(orderKey)
    if (lane) {
      lane.push(waiting)
      return
    }
    const opened = [waiting]
    this.#lanes.set(orderKey, opened)
    void this.#run(orderKey, opened)
  }

  async #run(orderKey: string, lane: Waiting[]): Promise<void> {
    for (let next = lane[0]; next !== undefined; next = lane[0]) {
      if (next.after) await next.after
      if (!(await this.#deliver(orderKey, next))) {
        this.#ended.add(orderKey)
        this.#underway -= lane.length
        return
      }
      lane.shift()
      this.#underway--
      next.onStored()
      this.#options.onStored()
    }
    this.#lanes.delete(orderKey)
  }

  /** Resolves to false when it is given up, because of the signal or for good. */
  async #deliver(orderKey: string, waiting: Waiting): Promise<boolean> {
    const { producer, clock, signal, onProblem, onHopeless } = this.#options
    let message: MessageToSend | undefined = waiting.message
    for (let pauseMs = RETRY_MS_FIRST; message !== undefined; pauseMs = Math.min(pauseMs * 2, RETRY_MS_MAX)) {
      if (signal.aborted) return false
      try {
        await producer.send(message, { orderKey })
        return true
      } catch (error) {
        if (signal.aborted) return false
        if (!isHopeless(error)) {
          onProblem(error, message)
          await sleep(clock, pauseMs, signal).catch(() => {})
          continue
        }
        try {
          if (!isTooLarge(error) || message !== waiting.message) throw error
          message = waiting.shorten(error)
        } catch (hopeless) {
          onHopeless(hopeless)
          return false
        }
      }
    }
    return true
  }
}

/** For this client, or for the broker, whose limit may be lower. */
function isTooLarge(error: unknown): boolean {
  if (isRocketeerError(error, 'MESSAGE_TOO_LARGE')) return true
  return isRocketeerError(error, 'BROKER_REFUSED') && error.details.answerName === 'MESSAGE_ILLEGAL'
}
