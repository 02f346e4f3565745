import {
  encodeFrame,
  type FieldCodec,
  type FieldTable,
  type FieldValues,
  FrameWriter,
  Serialization,
  SystemTopic,
} from '@rocketeer/protocol'
import { endTransaction, PullSysFlag, pullMessage, sendMessageV2 } from '@rocketeer/protocol/commands'
import { PropertyName, SysFlag } from '@rocketeer/protocol/record'
import type { MessageKind, Scenario } from './scenario.js'

/** Ten digits, as every opaque of this program has, so that a JSON header keeps its length. */
const OPAQUE_BASE = 1_000_000_000

/** One request, encoded in advance; what differs between requests is patched into a copy. */
export interface RequestTemplate {
  readonly frame: Buffer
  readonly serialization: Serialization
  readonly opaqueAt: number
  /** Where the digits that differ between requests begin. */
  readonly digitsAt: number
  /** Where a commit has the physical offset of its half message; -1 in other requests. */
  readonly physicalOffsetAt: number
}

/** The last 8 digits are patched for each message, because every real client numbers its messages. */
const UNIQUE_KEY = '7F00000100002A139A5518B499999999'
const UNIQUE_KEY_DIGITS = 8

/** Offsets are patched, too: twelve digits with leading zeros, which every broker accepts. */
const OFFSET_DIGITS = 12
const QUEUE_OFFSET = 999_999_999_999
const PHYSICAL_OFFSET = 888_888_888_888

const PRODUCER_GROUP = 'bench-producer'

/** Properties of the messages of each kind. */
const PROPERTIES: Readonly<Record<MessageKind, string>> = {
  normal: '',
  delayed: `${PropertyName.DELAY_LEVEL}\u00011\u0002`,
  timed: `${PropertyName.TIMER_DELAY_MS}\u00011000\u0002`,
  transaction: `${PropertyName.TRANSACTION_PREPARED}\u0001true\u0002${PropertyName.PRODUCER_GROUP}\u0001${PRODUCER_GROUP}\u0002`,
}

/** Properties for SQL92 filters. */
const FILTERED = 'amount\u000150\u0002region\u0001eu\u0002'
const EXPRESSION = "amount BETWEEN 10 AND 90 AND region IN ('eu', 'us')"

export interface TemplateOptions {
  readonly topic: string
  readonly queueId: number
  readonly serialization: Serialization
}

/** A SEND_MESSAGE_V2 as Java producers send it, with a body of `bodyBytes`. */
export function sendTemplate(
  options: TemplateOptions & Pick<Scenario, 'bodyBytes' | 'kind' | 'filter'>,
): RequestTemplate {
  const { kind, filter } = options
  const fields: FieldValues<FieldTable> = {
    producerGroup: PRODUCER_GROUP,
    topic: options.topic,
    defaultTopic: SystemTopic.AUTO_CREATE,
    defaultTopicQueueNums: 4,
    queueId: options.queueId,
    sysFlag: kind === 'transaction' ? SysFlag.TRANSACTION_PREPARED : 0,
    bornTimestamp: Date.now(),
    flag: 0,
    properties:
      `UNIQ_KEY\u0001${UNIQUE_KEY}\u0002WAIT\u0001true\u0002` +
      PROPERTIES[kind] +
      (filter === 'sql' ? FILTERED : ''),
    reconsumeTimes: 0,
    unitMode: false,
    batch: false,
  }
  const body = Buffer.alloc(options.bodyBytes, 'x')
  return encode(options.serialization, sendMessageV2, { fields, marker: UNIQUE_KEY, body })
}

/** A PULL_MESSAGE of up to `messagesMax` messages that is answered at once. */
export function pullTemplate(
  options: TemplateOptions & Pick<Scenario, 'filter'> & { messagesMax: number },
): RequestTemplate {
  const bySql = options.filter === 'sql'
  const fields: FieldValues<FieldTable> = {
    consumerGroup: 'bench-consumer',
    topic: options.topic,
    queueId: options.queueId,
    queueOffset: QUEUE_OFFSET,
    maxMsgNums: options.messagesMax,
    // The expression comes with the request, so that no heartbeat is needed before it.
    sysFlag: PullSysFlag.SUBSCRIPTION,
    commitOffset: 0,
    suspendTimeoutMillis: 0,
    subscription: bySql ? EXPRESSION : '*',
    subVersion: 0,
    expressionType: bySql ? 'SQL92' : 'TAG',
  }
  return encode(options.serialization, pullMessage, { fields, marker: String(QUEUE_OFFSET) })
}

/** An END_TRANSACTION that commits, `frameBytes` long: brokers do not look at its body. */
export function commitTemplate(
  options: Pick<TemplateOptions, 'topic' | 'serialization'> & { frameBytes: number },
): RequestTemplate {
  const fields: FieldValues<FieldTable> = {
    topic: options.topic,
    producerGroup: PRODUCER_GROUP,
    tranStateTableOffset: QUEUE_OFFSET,
    commitLogOffset: PHYSICAL_OFFSET,
    commitOrRollback: SysFlag.TRANSACTION_COMMIT,
    fromTransactionCheck: false,
    msgId: '',
  }
  const encoded = (bodyBytes: number) => {
    const body = Buffer.alloc(bodyBytes, 'x')
    return encode(options.serialization, endTransaction, { fields, marker: String(QUEUE_OFFSET), body })
  }
  return encoded(options.frameBytes - encoded(0).frame.length)
}

interface TemplateParts {
  readonly fields: FieldValues<FieldTable>
  /** Text of the header whose last digits are patched. */
  readonly marker: string
  readonly body?: Buffer
}

function encode(
  serialization: Serialization,
  // biome-ignore lint/suspicious/noExplicitAny: codecs of several commands come here; only their encoding is used
  { code, request }: { code: number; request: FieldCodec<any> },
  { fields, marker, body }: TemplateParts,
): RequestTemplate {
  const writer = new FrameWriter()
  encodeFrame(writer, { code, opaque: OPAQUE_BASE, flag: 0, serialization }, request, fields, body)
  const frame = Buffer.concat(writer.take())
  const digits = marker === UNIQUE_KEY ? UNIQUE_KEY_DIGITS : OFFSET_DIGITS
  const opaqueAt = serialization === Serialization.ROCKETMQ ? 13 : frame.indexOf(String(OPAQUE_BASE))
  const physicalOffsetAt = frame.indexOf(String(PHYSICAL_OFFSET))
  return {
    frame,
    serialization,
    opaqueAt,
    digitsAt: frame.indexOf(marker) + marker.length - digits,
    physicalOffsetAt,
  }
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

/** Writes the offset to pull from, or that of the half message to commit. */
export function patchQueueOffset(
  template: RequestTemplate,
  copy: Buffer,
  start: number,
  offset: number,
): void {
  patchDigits(copy, start + template.digitsAt, OFFSET_DIGITS, offset)
}

/** Writes the physical offset of the half message to commit. */
export function patchPhysicalOffset(
  template: RequestTemplate,
  copy: Buffer,
  start: number,
  offset: number,
): void {
  patchDigits(copy, start + template.physicalOffsetAt, OFFSET_DIGITS, offset)
}

function patchDigits(buffer: Buffer, start: number, digits: number, value: number): void {
  let rest = value
  for (let position = start + digits - 1; position >= start; position--) {
    buffer[position] = 48 + (rest % 10)
    rest = Math.floor(rest / 10)
  }
}
