import { ResponseCode, Serialization } from '@rocketeer/protocol'
import {
  patchQueueOffset,
  patchUniqueKey,
  pullTemplate,
  type RequestTemplate,
  sendTemplate,
} from './request-template.js'
import type { ScannedResponse } from './response-scanner.js'

/** Queues of the topic that are used; as many as a topic made on demand has. */
const QUEUES = 4

/** What the slots of a load send, and what their answers are worth. A slot is one request in flight. */
export interface Workload {
  /** All templates of a workload have the same length. */
  template(slot: number): RequestTemplate
  /** Patches what differs from the slot's request before. */
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
  readonly #templates: RequestTemplate[]
  #sent = 0

  constructor(options: WorkloadOptions & { bodyBytes: number }) {
    this.#templates = Array.from({ length: QUEUES }, (_, queueId) => sendTemplate({ ...options, queueId }))
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

/** Reads the queues from their beginning to their end, again and again; each slot on its own. */
export class PullWorkload implements Workload {
  readonly #templates: RequestTemplate[]
  readonly #offsets: number[] = []

  constructor(options: WorkloadOptions & { messagesMax: number }) {
    this.#templates = Array.from({ length: QUEUES }, (_, queueId) => pullTemplate({ ...options, queueId }))
  }

  template(slot: number): RequestTemplate {
    return this.#templates[slot % QUEUES]!
  }

  patch(slot: number, copy: Buffer, start: number): void {
    patchQueueOffset(this.template(slot), copy, start, this.#offsets[slot] ?? 0)
  }

  accept(slot: number, response: ScannedResponse): number | undefined {
    const before = this.#offsets[slot] ?? 0
    if (response.code === ResponseCode.SUCCESS) {
      const next = nextBeginOffset(response)
      this.#offsets[slot] = next
      return next - before
    }
    // The end of the queue; anything else at offset 0 is an error.
    if (before === 0) return undefined
    this.#offsets[slot] = 0
    return 0
  }
}

function nextBeginOffset({ buffer, start, serialization }: ScannedResponse): number {
  // Between the name and its digits are `":"` in JSON and four bytes of length in a binary header.
  const gap = serialization === Serialization.JSON ? 3 : 4
  let position = buffer.indexOf(NEXT_BEGIN_OFFSET, start) + NEXT_BEGIN_OFFSET.length + gap
  let value = 0
  for (let digit = buffer[position]! - 48; digit >= 0 && digit <= 9; digit = buffer[++position]! - 48) {
    value = value * 10 + digit
  }
  return value
}
