/** What one send takes of the room for those that wait. */
export interface FollowingSend {
  /** Sends of one lane are in order; without a lane any number run at the same time. */
  readonly lane: string | undefined
  readonly messages: number
  readonly bytes: number
  readonly send: () => Promise<void>
}

/** The most that waits at the same time. */
export interface FollowingLimits {
  readonly messagesMax: number
  readonly bytesMax: number
}

/** Sends that nobody waits for, lane by lane, and no more of them than there is room for. */
export class FollowingSends {
  readonly #limits: FollowingLimits
  /** The last send of each lane that has some. */
  readonly #lanes = new Map<string, Promise<void>>()
  readonly #underway = new Set<Promise<void>>()
  #messages = 0
  #bytes = 0

  constructor(limits: FollowingLimits) {
    this.#limits = limits
  }

  /** Messages whose send is not over. */
  get messages(): number {
    return this.#messages
  }

  /** Resolves when what the lane has now is over; undefined when it has nothing. */
  last(lane: string | undefined): Promise<void> | undefined {
    return lane === undefined ? undefined : this.#lanes.get(lane)
  }

  /** Resolves when the send is over, however it ended; undefined, and nothing is sent, when there is no room. */
  add({ lane, messages, bytes, send }: FollowingSend): Promise<void> | undefined {
    const { messagesMax, bytesMax } = this.#limits
    // One that is larger than all the room goes alone.
    if (this.#messages > 0 && (this.#messages + messages > messagesMax || this.#bytes + bytes > bytesMax))
      return undefined
    this.#messages += messages
    this.#bytes += bytes
    const before = this.last(lane)
    const running: Promise<void> = (before === undefined ? send() : before.then(send)).finally(() => {
      this.#messages -= messages
      this.#bytes -= bytes
      this.#underway.delete(running)
      if (lane !== undefined && this.#lanes.get(lane) === running) this.#lanes.delete(lane)
    })
    this.#underway.add(running)
    if (lane !== undefined) this.#lanes.set(lane, running)
    return running
  }

  /** Resolves when everything that was added until now is over. */
  async drained(): Promise<void> {
    await Promise.all(this.#underway)
  }
}
