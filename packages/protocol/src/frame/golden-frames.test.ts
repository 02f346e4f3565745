import { describe, expect, it } from 'vitest'
import { RequestCode } from '../codes/request-code.js'
import type { FieldTable } from '../command/field.js'
import type { FieldCodec } from '../command/field-codec.js'
import { commandsByName, golden } from '../testing/golden-file.js'
import { encodeFrame } from './encode-frame.js'
import { decodeFrame, type Frame, isResponse } from './frame.js'
import { FrameWriter } from './frame-writer.js'
import { RESPONSE_FLAG, Serialization } from './serialization.js'

/** Fields that every Apache request header inherits and no known peer sets (RpcRequestHeader, TopicRequestHeader). */
const INHERITED = new Set(['ns', 'nsd', 'oway', 'lo', 'bname'])

function decoded(hex: string): Frame {
  const bytes = Buffer.from(hex, 'hex')
  expect(bytes.readInt32BE(0)).toBe(bytes.length - 4)
  return decodeFrame(bytes, 4, bytes.length)
}

function textsOf(codec: FieldCodec<FieldTable>, values: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const { name, wireName } of codec.plans) {
    if (values[name] !== undefined) texts[wireName] = String(values[name])
  }
  return texts
}

/** The binary header has 16 bits for the code: Apache's own codes above 32,767 (pop) do not survive it. */
function codeOnTheWire(command: keyof typeof RequestCode, serialization: string): number {
  const code = RequestCode[command]
  return serialization === 'ROCKETMQ' ? (code << 16) >> 16 : code
}

describe('frames Apache 5.5.0 encoded', () => {
  for (const sample of golden.frames) {
    it(`${sample.command} ${sample.header} ${sample.serialization}`, () => {
      const command = commandsByName.get(sample.command)!
      const codec = sample.response ? command.response : command.request
      const frame = decoded(sample.hex)
      expect(frame.code).toBe(sample.response ? 0 : codeOnTheWire(sample.command, sample.serialization))
      expect(frame.opaque).toBe(sample.opaque)
      expect(isResponse(frame)).toBe(sample.response)
      expect(frame.remark).toBe(sample.response ? 'répondu' : undefined)
      expect(frame.body.toString()).toBe(sample.response ? '' : 'body')
      expect(frame.version).toBe(513)

      const values = codec.decode(frame.fields) as Record<string, unknown>
      const described = new Set(codec.plans.map((plan) => plan.wireName))
      const expected = Object.entries(sample.fields).filter(
        ([name]) => described.has(name) || !INHERITED.has(name),
      )
      expect(textsOf(codec, values)).toMatchObject(Object.fromEntries(expected))
    })

    it(`${sample.command} ${sample.header} ${sample.serialization}, encoded by us, has the same fields`, () => {
      const command = commandsByName.get(sample.command)!
      const codec = sample.response ? command.response : command.request
      const frame = decoded(sample.hex)
      const values = codec.decode(frame.fields)
      const writer = new FrameWriter()
      const flag = sample.response ? RESPONSE_FLAG : 0
      const serialization = Serialization[sample.serialization]
      encodeFrame(
        writer,
        { code: frame.code, opaque: 7, flag, remark: frame.remark, serialization },
        codec,
        values,
        frame.body,
      )
      const ours = decoded(Buffer.concat(writer.take()).toString('hex'))
      expect(codec.decode(ours.fields)).toEqual(values)
      expect(ours).toMatchObject({ code: frame.code, opaque: 7, flag, remark: frame.remark, serialization })
      expect(ours.body.equals(frame.body)).toBe(true)
    })
  }
})

it('codes that do not fit a binary header travel with a JSON one', () => {
  const writer = new FrameWriter()
  const head = { code: RequestCode.ACK_MESSAGE, opaque: 7, flag: 0, serialization: Serialization.ROCKETMQ }
  encodeFrame(writer, head, undefined, undefined)
  const ours = decoded(Buffer.concat(writer.take()).toString('hex'))
  expect(ours).toMatchObject({ code: RequestCode.ACK_MESSAGE, serialization: Serialization.JSON })
})

describe('the golden file', () => {
  it('has every command with header fields, in both serializations', () => {
    const covered = new Set(
      golden.frames.map((sample) => `${sample.command} ${sample.serialization} ${sample.response}`),
    )
    // Their fields are put into the frame by hand in Apache: no header class to encode.
    const withoutClass = new Set(['HEART_BEAT', 'SWITCH_TIMER_ENGINE', 'SET_COMMITLOG_READ_MODE'])
    // Apache's answer has no fields.
    const oursAlone = new Set(['GET_CONSUME_STATS'])
    for (const command of commandsByName.values()) {
      if (withoutClass.has(command.name)) continue
      for (const serialization of ['JSON', 'ROCKETMQ']) {
        if (command.request.plans.length > 0)
          expect(covered).toContain(`${command.name} ${serialization} false`)
        if (command.response.plans.length > 0 && !oursAlone.has(command.name))
          expect(covered).toContain(`${command.name} ${serialization} true`)
      }
    }
  })
})
