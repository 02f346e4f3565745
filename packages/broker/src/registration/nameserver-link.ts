import { type Clock, type Logger, messageOf, type Timer } from '@rocketeer/foundation'
import type { TopicConfig } from '@rocketeer/protocol/bodies'

/** What to tell a nameserver: some topics, or everything. */
export type Announcement = 'all' | ReadonlyMap<string, TopicConfig>

interface Needs {
  address: string
  clock: Clock
  logger: Logger
  /** Sends an announcement; rejects when the nameserver did not accept it. */
  send: (address: string, announcement: Announcement) => Promise<void>
}

const RETRY_MS_MIN = 1000
/** A nameserver that was restarted should not stay empty for long; asking it costs nearly nothing. */
const RETRY_MS_MAX = 5000

/**
 * Keeps one nameserver informed. Announcements are sent one at a time and in order; what comes up meanwhile is sent
 * together afterwards. After a failure everything is announced again, soon at first and then less often.
 * Not made of `Rounds`: a change is announced at once also during the pause after a failure, and its sender waits for it.
 */
export class NameserverLink {
  readonly address: string
  readonly #needs: Needs
  #waiting: Announcement | undefined
  #sending: Promise<void> | undefined
  #retry: Timer | undefined
  #retryMs = RETRY_MS_MIN
  #registered = false
  #acceptedAt = 0
  #closed = false

  constructor(needs: Needs) {
    this.address = needs.address
    this.#needs = needs
  }

  /** True while the nameserver is believed to know this broker. */
  get registered(): boolean {
    return this.#registered
  }

  /** Resolves when this announcement has been accepted or has failed; never rejects. */
  announce(announcement: Announcement): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#waiting = merged(this.#waiting, announcement)
    this.#sending ??= this.#sendAll()
    return this.#sending
  }

  /** The connection ended: the nameserver has dropped this broker, or is gone itself. */
  lost(): void {
    if (!this.#registered || this.#closed) return
    this.#registered = false
    // At once, in real time: a connection may have ended while an injected clock stood still. Not in a tight loop.
    if (performance.now() - this.#acceptedAt > RETRY_MS_MIN) this.announce('all')
    else this.#retryLater()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#retry?.cancel()
    this.#waiting = undefined
    await this.#sending
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting !== undefined) {
      const announcement = this.#registered ? this.#waiting : 'all'
      this.#waiting = undefined
      try {
        await this.#needs.send(this.address, announcement)
        this.#accepted()
      } catch (error) {
        this.#failed(error, announcement)
      }
    }
    // Reset before the promise resolves: what is announced in between would wait for the next announcement.
    this.#sending = undefined
  }

  #accepted(): void {
    this.#retry?.cancel()
    this.#retryMs = RETRY_MS_MIN
    if (!this.#registered)
      this.#needs.logger.info({ nameserver: this.address }, 'registered with a nameserver')
    this.#registered = true
    this.#acceptedAt = performance.now()
  }

  #failed(error: unknown, announcement: Announcement): void {
    this.#registered = false
    this.#waiting = undefined
    if (this.#closed) return
    // A nameserver that was restarted refuses single topics: it must hear everything first.
    if (announcement !== 'all') this.#waiting = 'all'
    else {
      const { logger } = this.#needs
      const facts = { nameserver: this.address, reason: messageOf(error) }
      if (this.#retryMs === RETRY_MS_MIN)
        logger.warn(facts, 'could not register with a nameserver, still trying')
      else logger.debug(facts, 'could not register with a nameserver')
      this.#retryLater()
    }
  }

  #retryLater(): void {
    this.#retry?.cancel()
    this.#retry = this.#needs.clock.after(this.#retryMs, () => this.announce('all'))
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2)
  }
}

function merged(waiting: Announcement | undefined, announcement: Announcement): Announcement {
  if (waiting === undefined) return announcement
  if (waiting === 'all' || announcement === 'all') return 'all'
  return new Map([...waiting, ...announcement])
}
