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
  /** Undefined when the send neither got an answer nor failed. */
  readonly answered: Moment | undefined
}

export interface Delivery extends DeliveryFacts {
  readonly began: Moment
  readonly ended: Moment | undefined
  /** `unfinished` when the member was killed or the run ended first. */
  readonly outcome: Outcome | 'unfinished'
}

export interface Disturbance extends DisturbanceFacts {
  readonly began: Moment
  /** Undefined while it lasts. */
  readonly over: Moment | undefined
}

type Writable<Facts> = { -readonly [Name in keyof Facts]: Facts[Name] }

/** Numbers deliveries and disturbances, so that each has a name of its own in the events. */
let marks = 0

/**
 * Everything that was sent, delivered and disturbed in a run, in the order of the events; `judge` finds the verdict.
 */
export class RunRecord {
  readonly sent = new Map<string, Sent>()
  readonly deliveries: Delivery[] = []
  readonly disturbances: Disturbance[] = []
  readonly #now: () => Moment
  readonly #onEvent: ((event: RunEvent) => void) | undefined
  readonly #openDeliveries = new Map<string, Writable<Delivery>>()
  readonly #openDisturbances = new Map<string, Writable<Disturbance>>()

  /** Calls `onEvent` with each event, for a child program that reports its own to its parent. */
  constructor(now: () => Moment, onEvent?: (event: RunEvent) => void) {
    this.#now = now
    this.#onEvent = onEvent
  }

  /** To be called before the message is sent; the result, when the fate is known, and again when the fate changes. */
  sending(facts: SendingFacts): (fate: Fate) => void {
    this.#record({ event: 'sending', ...facts, ...this.#now() })
    return (fate) => this.#record({ event: 'answered', id: facts.id, fate, ...this.#now() })
  }

  /** To be called when a handler gets a message; the result, when the handler ends. */
  delivering(facts: DeliveryFacts): (outcome: Outcome) => void {
    const delivery = `${facts.member}#${marks++}`
    this.#record({ event: 'began', delivery, ...facts, ...this.#now() })
    return (outcome) => this.#record({ event: 'ended', delivery, outcome, ...this.#now() })
  }

  /** To be called before the disturbance; the result, when the disturbance is over. */
  disturbing(facts: DisturbanceFacts): () => void {
    const disturbance = `${facts.what}#${marks++}`
    this.#record({ event: 'disturbed', disturbance, ...facts, ...this.#now() })
    return () => this.#record({ event: 'over', disturbance, ...this.#now() })
  }

  /**
   * Adds an event from elsewhere. The events of one producer or member come in their order, those of several in any.
   */
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

  #record(event: RunEvent): void {
    this.add(event)
    this.#onEvent?.(event)
  }
}
