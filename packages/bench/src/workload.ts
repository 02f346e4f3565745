import { ResponseCode, type Serialization } from '@rocketeer/protocol'
import {
  patchQueueOffset,
  patchUniqueKey,
  pullTemplate,
  type RequestTemplate,
  sendTemplate,
} from './request-template.js'
import { numberIn } from './response-fields.js'
import type { ScannedResponse } from './response-scanner.js'
import type { Scenario } from './scenario.js'

/** Queues of the topic that are used; as many as a topic made on demand has. */
export const QUEUES = 4

/** What the slots of a load send, and how many messages their answers count for. A slot is one request in flight. */
export interface Workload {
  readonly frameBytes: number
  /** The template of the slot's next request; all of a workload have the same length. */
  template(slot: number): RequestTemplate
  /** Patches the fields in which that request differs from its template. */
  patch(slot: number, copy: Buffer, start: number): void
  /** The number of messages an answer stands for; undefined when it is an error. */
  accept(slot: number, response: ScannedResponse): number | undefined
}

export interface WorkloadOptions {
  readonly topic: string
  readonly serialization: Serialization
}

/** Sends messages of one size, round robin over the queues. */
export class SendWorkload implements Workload {
  readonly frameBytes: number
  readonly #templates: RequestTemplate[]
  #sent = 0

  constructor(options: WorkloadOptions & Pick<Scenario, 'bodyBytes' | 'kind' | 'filter'>) {
    this.#templates = Array.from({ length: QUEUES }, (_, queueId) => sendTemplate({ ...options, queueId }))
    this.frameBytes = this.#templates[0]!.frame.length
  }

  template(slot: number): RequestTemplate {
    return this.#templates[slot % QUEUES]!
  }

  patch(slot: number, copy: Buffer, start: number): void {
    patchUniqueKey(this.template(slot), copy, start, this.#sent++)
  }

  accept(_slot: number, response: ScannedResponse): number | undefined {
    return response.code === ResponseCode.SUCCESS ? 1 : undefined
  }
}

const NEXT_BEGIN_OFFSET = Buffer.from('nextBeginOffset')

/** Where a pull load reads in each queue: from `start` up to `end`, and again. */
export interface QueueRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads the given stretches of the queues again and again. All slots go on from one common offset: a consumer goes through its
 * queues at about the same pace, which brokers rely on when they read a commit log that holds all of them.
 */
export class PullWorkload implements Workload {
  readonly frameBytes: number
  readonly #templates: RequestTemplate[]
  readonly #messagesMax: number
  readonly #ranges: readonly QueueRange[]
  /** The last pull of each slot. */
  readonly #pulled: { queueId: number; offset: number }[] = []
  #queueId = 0
  #step = 0

  constructor(
    options: WorkloadOptions &
      Pick<Scenario, 'filter'> & { messagesMax: number; ranges: readonly QueueRange[] },
  ) {
    this.#messagesMax = options.messagesMax
    this.#ranges = options.ranges
    this.#templates = options.ranges.map((_, queueId) => pullTemplate({ ...options, queueId }))
    this.frameBytes = this.#templates[0]!.frame.length
  }

  template(slot: number): RequestTemplate {
    const next = this.#next()
    this.#pulled[slot] = next
    return this.#templates[next.queueId]!
  }

  patch(slot: number, copy: Buffer, start: number): void {
    const { queueId, offset } = this.#pulled[slot]!
    patchQueueOffset(this.#templates[queueId]!, copy, start, offset)
  }

  accept(slot: number, response: ScannedResponse): number | undefined {
    if (response.code !== ResponseCode.SUCCESS) return undefined
    return numberIn(response, NEXT_BEGIN_OFFSET) - this.#pulled[slot]!.offset
  }

  #next(): { queueId: number; offset: number } {
    const queueId = this.#queueId
    const { start, end } = this.#ranges[queueId]!
    const offset = start + this.#step * this.#messagesMax
    this.#queueId = (queueId + 1) % this.#ranges.length
    if (this.#queueId === 0) this.#step++
    if (offset < end) return { queueId, offset }
    this.#queueId = 0
    this.#step = 0
    return this.#next()
  }
}
