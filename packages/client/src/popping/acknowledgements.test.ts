import { ManualClock } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'
import { BatchAckMessageRequestBody } from '@rocketeer/protocol/commands'
import { beforeEach, describe, expect, it } from 'vitest'
import { answerError } from '../answers.js'
import { clientErrors } from '../errors.js'
import { Problems } from '../problems.js'
import type { Brokers } from '../routing/brokers.js'
import { poppedMessage } from '../testing/popped-message.js'
import { Acknowledgements } from './acknowledgements.js'

describe('acknowledgements', () => {
  let clock: ManualClock
  /** What the broker was asked, and how it answers. */
  let asked: { command: string; offsets: number[]; answer: (failure?: unknown) => void }[]
  let settled: [offset: number, acknowledged: boolean][]
  let acknowledgements: Acknowledgements

  beforeEach(() => {
    clock = new ManualClock(0)
    asked = []
    settled = []
    const call = (
      _: string,
      command: { name: string },
      fields: { offset?: number },
      { body }: { body?: Buffer } = {},
    ) =>
      new Promise<unknown>((resolve, reject) => {
        const offsets = body ? offsetsIn(body) : [fields.offset!]
        const answer = (failure?: unknown) => (failure === undefined ? resolve({}) : reject(failure))
        asked.push({ command: command.name, offsets, answer })
      })
    acknowledgements = new Acknowledgements({
      group: 'g',
      brokers: { call } as unknown as Brokers,
      clock,
      onOutcome: ({ handle }, acknowledged) => settled.push([handle.queueOffset, acknowledged]),
      problems: new Problems(() => undefined),
    })
  })

  function add(...offsets: number[]): Promise<void> {
    for (const queueOffset of offsets) acknowledgements.add(poppedMessage({ queueOffset }))
    return turns()
  }

  it('of one turn share a request, and those made during it go with the next', async () => {
    await add(0, 1, 9)
    await add(2)
    await add(3)
    expect(asked.map(({ command, offsets }) => [command, offsets])).toEqual([
      ['BATCH_ACK_MESSAGE', [0, 1, 9]],
    ])
    asked[0]!.answer()
    await turns()
    expect(asked[1]!.offsets).toEqual([2, 3])
    expect(settled).toEqual([
      [0, true],
      [1, true],
      [9, true],
    ])
    asked[1]!.answer()
    await add(4)
    expect(asked[2]).toMatchObject({ command: 'ACK_MESSAGE', offsets: [4] })
  })

  it('begin anew at whatever moment the last request ends', async () => {
    for (let moment = 0; moment < 20; moment++) {
      await add(2 * moment)
      asked.at(-1)!.answer()
      for (let tick = 0; tick < moment; tick++) await undefined
      await add(2 * moment + 1)
      asked.at(-1)!.answer()
      await turns()
      expect(settled).toHaveLength(2 * moment + 2)
    }
  })

  it('go one by one to a broker that does not know batches', async () => {
    await add(0, 1)
    asked[0]!.answer(
      answerError({
        command: 'BATCH_ACK_MESSAGE',
        brokerName: 'a',
        address: 'h:1',
        answer: ResponseCode.REQUEST_CODE_NOT_SUPPORTED,
      }),
    )
    await turns()
    expect(asked.slice(1).map(({ command, offsets }) => [command, offsets])).toEqual([
      ['ACK_MESSAGE', [0]],
      ['ACK_MESSAGE', [1]],
    ])
    for (const { answer } of asked.slice(1)) answer()
    await add(2, 3)
    expect(asked.slice(3).map(({ command }) => command)).toEqual(['ACK_MESSAGE', 'ACK_MESSAGE'])
    expect(settled).toHaveLength(2)
  })

  it('are tried again while the broker is away, as long as the message is ours', async () => {
    acknowledgements.add(poppedMessage({ queueOffset: 0 }, 5_000))
    acknowledgements.add(poppedMessage({ queueOffset: 1 }, 1_500))
    await turns()
    for (const second of [1, 2]) {
      asked.at(-1)!.answer(clientErrors.BROKER_UNKNOWN({ brokerName: 'a' }))
      await turns()
      await clock.advance(1_000)
      expect(asked).toHaveLength(second + 1)
    }
    expect(settled).toEqual([])
    asked.at(-1)!.answer(clientErrors.BROKER_UNKNOWN({ brokerName: 'a' }))
    await turns()
    expect(settled).toEqual([[1, false]])
    await clock.advance(1_000)
    expect(asked.at(-1)).toMatchObject({ command: 'ACK_MESSAGE', offsets: [0] })
    asked.at(-1)!.answer()
    await turns()
    expect(settled).toEqual([
      [1, false],
      [0, true],
    ])
  })

  it('are not tried again when refused, and once more at most when closing', async () => {
    await add(0)
    asked[0]!.answer(
      answerError({
        command: 'ACK_MESSAGE',
        brokerName: 'a',
        address: 'h:1',
        answer: ResponseCode.MESSAGE_ILLEGAL,
        remark: 'forged',
      }),
    )
    await turns()
    expect(settled).toEqual([[0, false]])
    await add(1)
    asked[1]!.answer(clientErrors.BROKER_UNKNOWN({ brokerName: 'a' }))
    await turns()
    const closed = acknowledgements.close()
    await turns()
    asked[2]!.answer(clientErrors.BROKER_UNKNOWN({ brokerName: 'a' }))
    await closed
    expect(settled).toEqual([
      [0, false],
      [1, false],
    ])
  })

  it('are kept apart by check point', async () => {
    acknowledgements.add(poppedMessage({ queueOffset: 7, startOffset: 7, popTime: 1 }))
    acknowledgements.add(poppedMessage({ queueOffset: 8, startOffset: 7, popTime: 2 }))
    acknowledgements.add(poppedMessage({ queueOffset: 900_000, startOffset: 7 }))
    await turns()
    expect(asked.map(({ command, offsets }) => [command, offsets])).toEqual([['ACK_MESSAGE', [900_000]]])
    asked[0]!.answer()
    await turns()
    expect(asked[1]).toMatchObject({ command: 'BATCH_ACK_MESSAGE', offsets: [7, 8] })
  })
})

function offsetsIn(body: Buffer): number[] {
  return BatchAckMessageRequestBody.decode(body).acks.flatMap(({ so, b }) =>
    [...Buffer.from(b!, 'base64')].flatMap((byte, at) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => so + at * 8 + bit),
    ),
  )
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
