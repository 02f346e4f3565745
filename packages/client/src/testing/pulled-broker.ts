import { ResponseCode } from '@rocketeer/protocol'
import { searchOffsetByTimestamp } from '@rocketeer/protocol/commands'
import { encodedRecord, encodeHost } from '@rocketeer/protocol/record'
import type { Brokers } from '../routing/brokers.js'

/** Store timestamp of every message. */
export const STORED_AT = 2

/** A pull that waits for the test's answer. */
interface AskedPull {
  fields: { topic: string; queueId: number; queueOffset: number; commitOffset: number; sysFlag: number }
  options: { brokerId?: number; signal?: AbortSignal }
  /** Messages at these offsets of the queue; without any it says that there is nothing new. */
  answer(offsets: readonly number[], suggestWhichBrokerId?: number): Promise<void>
  /** These bytes; the queue goes on at `nextOffset`. */
  answerWith(body: Buffer, nextOffset: number): Promise<void>
  /** There is nothing at the offset of the pull; the queue ends at 100 unless told otherwise. */
  moveTo(offset: number, maxOffset?: number): Promise<void>
  fail(error: unknown): Promise<void>
}

/** Brokers whose answers to pulls a unit test gives one by one. */
export class PulledBroker {
  readonly pulls: AskedPull[] = []
  /** The answer to every search for the offset at a time, and the times that were searched for. */
  offsetAtTime = 0
  readonly searchedTimes: number[] = []

  get brokers(): Brokers {
    return { call: (...call: unknown[]) => this.#call(call) } as unknown as Brokers
  }

  /** The last one made. */
  get pull(): AskedPull {
    return this.pulls.at(-1)!
  }

  #call([, command, fields, options]: unknown[]): Promise<unknown> {
    if (command === searchOffsetByTimestamp) {
      this.searchedTimes.push((fields as { timestamp: number }).timestamp)
      return Promise.resolve({ fields: { offset: this.offsetAtTime } })
    }
    return new Promise((resolve, reject) => {
      const asked = fields as AskedPull['fields']
      const respond = (
        code: number,
        nextBeginOffset: number,
        body: Buffer,
        { suggestWhichBrokerId = 0, maxOffset = 100 } = {},
      ) => {
        resolve({
          code,
          fields: { nextBeginOffset, minOffset: 0, maxOffset, suggestWhichBrokerId },
          body,
        })
        return turns()
      }
      this.pulls.push({
        fields: asked,
        options: options as AskedPull['options'],
        answer: (offsets, suggested) => {
          const next = (offsets.at(-1) ?? asked.queueOffset - 1) + 1
          const code = offsets.length > 0 ? ResponseCode.SUCCESS : ResponseCode.PULL_NOT_FOUND
          return respond(code, next, Buffer.concat(offsets.map((offset) => recordAt(asked, offset))), {
            suggestWhichBrokerId: suggested,
          })
        },
        answerWith: (body, nextOffset) => respond(ResponseCode.SUCCESS, nextOffset, body),
        moveTo: (offset, maxOffset) =>
          respond(ResponseCode.PULL_OFFSET_MOVED, offset, Buffer.alloc(0), { maxOffset }),
        fail: (error) => {
          reject(error)
          return turns()
        },
      })
    })
  }
}

/** Long enough for what an answer sets going, as long as it needs no sockets and timers. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** A record of the queue at an offset, as brokers send it. */
export function recordAt(
  { topic, queueId }: { topic: string; queueId: number },
  queueOffset: number,
): Buffer {
  const stamp = { queueOffset, physicalOffset: 1_000 + queueOffset, storeTimestamp: STORED_AT }
  const message = {
    topic,
    queueId,
    flag: 0,
    sysFlag: 0,
    bornTimestamp: 1,
    bornHost: encodeHost('10.0.0.1', 5000),
    storeHost: encodeHost('10.0.0.2', 10911),
    reconsumeTimes: 0,
    preparedTransactionOffset: 0,
    body: Buffer.from(`m${queueOffset}`),
    properties: '',
  }
  return encodedRecord(message, stamp)
}
