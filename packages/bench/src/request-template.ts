import {
  encodeFrame,
  type FieldCodec,
  type FieldTable,
  type FieldValues,
  FrameWriter,
  pullMessage,
  Serialization,
  sendMessageV2,
} from '@rocketeer/protocol'

/** Has ten digits, as every opaque of this program, so that a JSON header keeps its length. */
const OPAQUE_BASE = 1_000_000_000

/** One request encoded in advance; what differs from one to the next is patched into a copy. */
export interface RequestTemplate {
  readonly frame: Buffer
  readonly serialization: Serialization
  readonly opaqueAt: number
  /** Where the digits are that differ from request to request. */
  readonly digitsAt: number
}

/** The end of it, 8 digits, is patched per message: every real client numbers its messages. */
const UNIQUE_KEY = '7F00000100002A139A5518B499999999'
const UNIQUE_KEY_DIGITS = 8

const QUEUE_OFFSET = 999_999_999_999
const QUEUE_OFFSET_DIGITS = 12

export interface TemplateOptions {
  readonly topic: string
  readonly queueId: number
  readonly serialization: Serialization
}

/** A SEND_MESSAGE_V2 as Java producers send it, with a body of `bodyBytes`. */
export function sendTemplate(options: TemplateOptions & { bodyBytes: number }): RequestTemplate {
  const fields: FieldValues<FieldTable> = {
    producerGroup: 'bench-producer',
    topic: options.topic,
    defaultTopic: 'TBW102',
    defaultTopicQueueNums: 4,
    queueId: options.queueId,
    sysFlag: 0,
    bornTimestamp: Date.now(),
    flag: 0,
    properties: `UNIQ_KEY\u0001${UNIQUE_KEY}\u0002WAIT\u0001true\u0002`,
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
  }
  const body = Buffer.alloc(options.bodyBytes, 'x')
  return encode(options.serialization, sendMessageV2.code, sendMessageV2.request, fields, UNIQUE_KEY, body)
}

/** A PULL_MESSAGE of up to `messagesMax` messages of every tag that is answered at once. */
export function pullTemplate(options: TemplateOptions & { messagesMax: number }): RequestTemplate {
  const fields: FieldValues<FieldTable> = {
    consumerGroup: 'bench-consumer',
    topic: options.topic,
    queueId: options.queueId,
    queueOffset: QUEUE_OFFSET,
    maxMsgNums: options.messagesMax,
    // SUBSCRIPTION: the expression comes with the request, so no heartbeat is needed before.
    sysFlag: 4,
    commitOffset: 0,
    suspendTimeoutMillis: 0,
    subscription: '*',
    subVersion: 0,
    expressionType: 'TAG',
  }
  return encode(options.serialization, pullMessage.code, pullMessage.request, fields, String(QUEUE_OFFSET))
}

function encode(
  serialization: Serialization,
  code: number,
  // biome-ignore lint/suspicious/noExplicitAny: codecs of two commands come here; only their encoding is used
  codec: FieldCodec<any>,
  fields: FieldValues<FieldTable>,
  marker: string,
  body?: Buffer,
): RequestTemplate {
  const writer = new FrameWriter()
  encodeFrame(writer, { code, opaque: OPAQUE_BASE, flag: 0, serialization }, codec, fields, body)
  const frame = Buffer.concat(writer.take())
  const digits = marker === UNIQUE_KEY ? UNIQUE_KEY_DIGITS : QUEUE_OFFSET_DIGITS
  const opaqueAt = serialization === Serialization.ROCKETMQ ? 13 : frame.indexOf(String(OPAQUE_BASE))
  return { frame, serialization, opaqueAt, digitsAt: frame.indexOf(marker) + marker.length - digits }
}

/** Writes the opaque of `slot` into the copy of `template` that begins at `start`. */
export function patchOpaque(template: RequestTemplate, copy: Buffer, start: number, slot: number): void {
  const opaque = OPAQUE_BASE + slot
  const at = start + template.opaqueAt
  if (template.serialization === Serialization.ROCKETMQ) copy.writeInt32BE(opaque, at)
  else patchDigits(copy, at, 10, opaque)
}

export function slotOf(opaque: number): number {
  return opaque - OPAQUE_BASE
}

/** Writes the number of a message into its unique key. */
export function patchUniqueKey(template: RequestTemplate, copy: Buffer, start: number, number: number): void {
  patchDigits(copy, start + template.digitsAt, UNIQUE_KEY_DIGITS, number)
}

/** Writes the offset to pull from; leading zeros are as good as none to every broker. */
export function patchQueueOffset(
  template: RequestTemplate,
  copy: Buffer,
  start: number,
  offset: number,
): void {
  patchDigits(copy, start + template.digitsAt, QUEUE_OFFSET_DIGITS, offset)
}

function patchDigits(buffer: Buffer, start: number, digits: number, value: number): void {
  let rest = value
  for (let position = start + digits - 1; position >= start; position--) {
    buffer[position] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
