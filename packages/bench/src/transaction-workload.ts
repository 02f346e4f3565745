import { ResponseCode } from '@rocketeer/protocol'
import {
  commitTemplate,
  patchPhysicalOffset,
  patchQueueOffset,
  patchUniqueKey,
  type RequestTemplate,
  sendTemplate,
} from './request-template.js'
import { numberIn, physicalOffsetIn } from './response-fields.js'
import type { ScannedResponse } from './response-scanner.js'
import type { Scenario } from './scenario.js'
import { QUEUES, type Workload, type WorkloadOptions } from './workload.js'

const QUEUE_OFFSET = Buffer.from('queueOffset')

interface HalfMessage {
  readonly queueOffset: number
  readonly physicalOffset: number
}

/** Sends half messages and commits each as soon as it is answered. A message counts with its commit. */
export class TransactionWorkload implements Workload {
  readonly frameBytes: number
  readonly #halves: RequestTemplate[]
  readonly #commit: RequestTemplate
  /** What each slot has to commit with its next request; nothing: it sends the next half message. */
  readonly #toCommit: (HalfMessage | undefined)[] = []
  #sent = 0

  constructor(options: WorkloadOptions & Pick<Scenario, 'bodyBytes'>) {
    this.#halves = Array.from({ length: QUEUES }, (_, queueId) =>
      sendTemplate({ ...options, queueId, kind: 'transaction', filter: 'tag' }),
    )
    this.frameBytes = this.#halves[0]!.frame.length
    this.#commit = commitTemplate({ ...options, frameBytes: this.frameBytes })
  }

  template(slot: number): RequestTemplate {
    return this.#toCommit[slot] ? this.#commit : this.#halves[slot % QUEUES]!
  }

  patch(slot: number, copy: Buffer, start: number): void {
    const half = this.#toCommit[slot]
    if (half === undefined) {
      patchUniqueKey(this.template(slot), copy, start, this.#sent++)
      return
    }
    patchQueueOffset(this.#commit, copy, start, half.queueOffset)
    patchPhysicalOffset(this.#commit, copy, start, half.physicalOffset)
  }

  accept(slot: number, response: ScannedResponse): number | undefined {
    const wasCommit = this.#toCommit[slot] !== undefined
    this.#toCommit[slot] = undefined
    if (response.code !== ResponseCode.SUCCESS) return undefined
    if (wasCommit) return 1
    this.#toCommit[slot] = {
      queueOffset: numberIn(response, QUEUE_OFFSET),
      physicalOffset: physicalOffsetIn(response),
    }
    return 0
  }
}
