import { TIMER_SLOT_MS_MAX } from '@rocketeer/protocol/record'

/** The keys of cancelled messages, for the slots that are not delivered completely. */
export class CancelledTimers {
  /** `TIMER_OUT_MS` of the slot → keys. */
  readonly #slots = new Map<number, Set<string>>()

  /** `key` is a unique key, perhaps with `topic+` in front. Apache: TimerMessageStore.buildDeleteKey. */
  add(outAt: number, key: string): void {
    const keys = this.#slots.get(outAt)
    if (keys) keys.add(key)
    else this.#slots.set(outAt, new Set([key]))
  }

  has(outAt: number, topic: string, uniqueKey: string | undefined): boolean {
    const keys = this.#slots.get(outAt)
    if (keys === undefined || uniqueKey === undefined) return false
    return keys.has(uniqueKey) || keys.has(`${topic}+${uniqueKey}`)
  }

  /** Forgets the slots that ended before `time`. */
  forgetBefore(time: number): void {
    for (const outAt of this.#slots.keys()) {
      if (outAt + TIMER_SLOT_MS_MAX < time) this.#slots.delete(outAt)
    }
  }
}
