import { protocolErrors } from '../errors.js'
import {
  type EndTransactionTrace,
  type PubTrace,
  type RecallTrace,
  type SubAfterTrace,
  type SubBeforeTrace,
  TRACE_MESSAGE_TYPES,
  TRACE_TRANSACTION_STATES,
  type TraceEntry,
  type TraceMessageType,
} from './trace-entry.js'

/** Between the fields of an entry. Apache: TraceConstants.CONTENT_SPLITOR. */
const FIELD_MARK = '\u0001'
/** Behind each entry. Apache: TraceConstants.FIELD_SPLITOR. */
const END_MARK = '\u0002'
/** Java's text for a missing value. An empty last field would stop Apache's decoder. */
const ABSENT = 'null'

type FieldsOf<Entry> = Entry extends TraceEntry ? readonly Exclude<keyof Entry, 'type'>[] : never

interface Layout {
  readonly fields: readonly string[]
  /** Fields old clients write; the others may be missing at the end. */
  readonly fieldsMin: number
}

const layout = <Entry extends TraceEntry>(fields: FieldsOf<Entry>, fieldsMin = fields.length): Layout => ({
  fields: fields as readonly string[],
  fieldsMin,
})

/** The order on the wire, behind the entry's type. Apache: TraceDataEncoder. */
const LAYOUTS: Readonly<Record<TraceEntry['type'], Layout>> = {
  Pub: layout<PubTrace>([
    'timeStamp',
    'regionId',
    'groupName',
    'topic',
    'msgId',
    'tags',
    'keys',
    'storeHost',
    'bodyLength',
    'costTime',
    'msgType',
    'offsetMsgId',
    'success',
  ]),
  SubBefore: layout<SubBeforeTrace>([
    'timeStamp',
    'regionId',
    'groupName',
    'requestId',
    'msgId',
    'retryTimes',
    'keys',
  ]),
  SubAfter: layout<SubAfterTrace>(
    ['requestId', 'msgId', 'costTime', 'success', 'keys', 'contextCode', 'timeStamp', 'groupName'],
    5,
  ),
  EndTransaction: layout<EndTransactionTrace>([
    'timeStamp',
    'regionId',
    'groupName',
    'topic',
    'msgId',
    'tags',
    'keys',
    'storeHost',
    'msgType',
    'transactionId',
    'transactionState',
    'fromTransactionCheck',
  ]),
  Recall: layout<RecallTrace>(['timeStamp', 'regionId', 'groupName', 'topic', 'msgId', 'success']),
}

/** Clients before 4.4 leave out the field before the last. */
const OLD_PUB_FIELDS = LAYOUTS.Pub.fields.length - 1

/** One entry as text, its end mark included: a trace message's body is any number of them in UTF-8. */
export function encodeTraceEntry(entry: TraceEntry): string {
  const values = entry as unknown as Readonly<Record<string, Value>>
  const { type } = entry
  const parts: string[] = [type]
  for (const field of LAYOUTS[type].fields) parts.push(encodeField(field, values[field]))
  return parts.join(FIELD_MARK) + END_MARK
}

/** The keys of a trace message: the id and the keys of the message that the entry is about. */
export function traceKeysOf(entry: TraceEntry): string[] {
  const keys = 'keys' in entry ? entry.keys : undefined
  if (!keys) return [printable(entry.msgId)]
  return `${printable(entry.msgId)} ${printable(keys)}`.split(' ').filter(Boolean)
}

/**
 * The entries in the body of a trace message; types of later versions are skipped, as Apache does. Throws
 * `BODY_MALFORMED`. Apache: TraceDataEncoder.decoderFromTraceDataString.
 */
export function decodeTraceData(body: Buffer): TraceEntry[] {
  const text = body.toString('utf8')
  const entries: TraceEntry[] = []
  for (let start = 0; start < text.length; ) {
    let end = text.indexOf(END_MARK, start)
    if (end < 0) end = text.length
    const entry = decodeEntry(text.slice(start, end), entries.length)
    if (entry) entries.push(entry)
    start = end + 1
  }
  return entries
}

function decodeEntry(line: string, index: number): TraceEntry | undefined {
  const [type, ...values] = line.split(FIELD_MARK)
  if (type === undefined || !Object.hasOwn(LAYOUTS, type)) return undefined
  const { fields, fieldsMin } = LAYOUTS[type as TraceEntry['type']]
  if (type === 'Pub' && values.length === OLD_PUB_FIELDS) values.splice(-1, 0, '')
  if (values.length < fieldsMin) throw malformed(index, `${type} has ${values.length} fields`)
  const entry: Record<string, unknown> = { type }
  for (const [at, field] of fields.entries()) {
    const value = values[at]
    // Entries of a cloud provider's clients end with an empty field.
    if (value === undefined || (value === '' && at >= fieldsMin)) break
    const decoded = decodeField(field, value)
    if (decoded === INVALID) throw malformed(index, `"${field}" of ${type} is ${JSON.stringify(value)}`)
    if (decoded !== undefined) entry[field] = decoded
  }
  return entry as unknown as TraceEntry
}

type Value = string | number | boolean | undefined

function encodeField(field: string, value: Value): string {
  switch (field) {
    case 'tags':
    case 'keys':
      return value ? printable(value as string) : ABSENT
    case 'msgId':
      return printable(value as string)
    case 'msgType':
      return String(TRACE_MESSAGE_TYPES.indexOf(value as TraceMessageType))
    default:
      return value === undefined ? ABSENT : String(value)
  }
}

const INVALID = Symbol('invalid')

function decodeField(field: string, value: string): unknown {
  switch (field) {
    case 'tags':
    case 'keys':
      return value === ABSENT || value === '' ? undefined : value
    case 'msgType':
      return TRACE_MESSAGE_TYPES[wholeNumber(value) ?? -1] ?? INVALID
    case 'transactionState':
      return TRACE_TRANSACTION_STATES.find((state) => state === value) ?? INVALID
    case 'success':
    case 'fromTransactionCheck':
      return value === 'true'
    case 'timeStamp':
    case 'bodyLength':
    case 'costTime':
    case 'retryTimes':
    case 'contextCode':
      return wholeNumber(value) ?? INVALID
    default:
      return value
  }
}

/** Negative when a clock was set back; more than 15 digits are no time or size. */
function wholeNumber(text: string): number | undefined {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : undefined
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these two part the fields and entries
const MARKS = /[\u0001\u0002]/g

/** A foreign producer's ids, tags and keys may hold any character; names and addresses are checked elsewhere. */
function printable(text: string): string {
  return text.includes(FIELD_MARK) || text.includes(END_MARK) ? text.replace(MARKS, ' ') : text
}

function malformed(index: number, reason: string) {
  return protocolErrors.BODY_MALFORMED({ body: 'trace data', reason: `in entry ${index}, ${reason}` })
}
