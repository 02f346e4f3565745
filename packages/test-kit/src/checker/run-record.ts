import type {
  DeliveryFacts,
  DisturbanceFacts,
  Fate,
  Moment,
  Outcome,
  RunEvent,
  SendingFacts,
} from './run-events.js'

export interface Sent extends SendingFacts {
  readonly began: Moment
  readonly fate: Fate
  /** Undefined: it never got an answer, nor failed. */
  readonly answered: Moment | undefined
}

export interface Delivery extends DeliveryFacts {
  readonly began: Moment
  readonly ended: Moment | undefined
  /** `unfinished` when the member was killed, or the run ended, before. */
  readonly outcome: Outcome | 'unfinished'
}

export interface Disturbance extends DisturbanceFacts {
  readonly began: Moment
  /** Undefined while it lasts. */
  readonly over: Moment | undefined
}

type Writable<Facts> = { -readonly [Name in keyof Facts]: Facts[Name] }

let marks = 0

/** Everything that was sent, delivered and disturbed in a run, as it happened; what a verdict is found from. */
export class RunRecord {
  readonly sent = new Map<string, Sent>()
  readonly deliveries: Delivery[] = []
  readonly disturbances: Disturbance[] = []
  readonly #now: () => Moment
  readonly #onEvent: ((event: RunEvent) => void) | undefined
  readonly #openDeliveries = new Map<string, Writable<Delivery>>()
  readonly #openDisturbances = new Map<string, Writable<Disturbance>>()

  /** `onEvent` hears of what happens here, for a program that tells another. */
  constructor(now: () => Moment, onEvent?: (event: RunEvent) => void) {
    this.#now = now
    this.#onEvent = onEvent
  }

  /** Call before the message is sent; what it returns when it is known what becomes of it, again when that changes. */
  sending(facts: SendingFacts): (fate: Fate) => void {
    this.#tell({ event: 'sending', ...facts, ...this.#now() })
    return (fate) => this.#tell({ event: 'answered', id: facts.id, fate, ...this.#now() })
  }

  /** Call when a handler gets a message, and what it returns when the handler is through. */
  delivering(facts: DeliveryFacts): (outcome: Outcome) => void {
    const delivery = `${facts.member}#${marks++}`
    this.#tell({ event: 'began', delivery, ...facts, ...this.#now() })
    return (outcome) => this.#tell({ event: 'ended', delivery, outcome, ...this.#now() })
  }

  /** Call before the disturbance, and what it returns when it is over. */
  disturbing(facts: DisturbanceFacts): () => void {
    const disturbance = `${facts.what}#${marks++}`
    this.#tell({ event: 'disturbed', disturbance, ...facts, ...this.#now() })
    return () => this.#tell({ event: 'over', disturbance, ...this.#now() })
  }

  /** Takes an event from elsewhere: each producer's and each member's in their order, of several in any. */
  add(event: RunEvent): void {
    const moment = { time: event.time, tick: event.tick }
    switch (event.event) {
      case 'sending': {
        const { id, order, notBefore } = event
        if (this.sent.has(id)) throw new Error(`the run sends "${id}" twice`)
        this.sent.set(id, {
          id,
          ...(order && { order }),
          ...(notBefore !== undefined && { notBefore }),
          began: moment,
          fate: 'possible',
          answered: undefined,
        })
        break
      }
      case 'answered': {
        const sent = this.sent.get(event.id)
        if (!sent) throw new Error(`an answer for "${event.id}", which was not sent`)
        this.sent.set(event.id, { ...sent, fate: event.fate, answered: moment })
        break
      }
      case 'began': {
        const { id, group, member, queue, queueOffset, reconsumeTimes } = event
        const facts = { id, group, member, queue, queueOffset, reconsumeTimes }
        const delivery = { ...facts, began: moment, ended: undefined, outcome: 'unfinished' as const }
        this.#openDeliveries.set(event.delivery, delivery)
        this.deliveries.push(delivery)
        break
      }
      case 'ended': {
        const delivery = this.#openDeliveries.get(event.delivery)
        if (delivery) Object.assign(delivery, { ended: moment, outcome: event.outcome })
        this.#openDeliveries.delete(event.delivery)
        break
      }
      case 'disturbed': {
        const { what, member } = event
        const disturbance = { what, ...(member !== undefined && { member }), began: moment, over: undefined }
        this.#openDisturbances.set(event.disturbance, disturbance)
        this.disturbances.push(disturbance)
        break
      }
      case 'over': {
        const disturbance = this.#openDisturbances.get(event.disturbance)
        if (disturbance) disturbance.over = moment
        this.#openDisturbances.delete(event.disturbance)
        break
      }
    }
  }

  #tell(event: RunEvent): void {
    this.add(event)
    this.#onEvent?.(event)
  }
}
