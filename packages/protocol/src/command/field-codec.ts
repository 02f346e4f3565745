import { assert } from '@rocketeer/foundation'
import { protocolErrors } from '../errors.js'
import type { Field, FieldTable, FieldValues } from './field.js'

/**
 * Header fields (`extFields`) as they arrived; `FieldCodec.decode` reads them. Binary fields stay in the receive
 * buffer until then, because most of a request's cost is making strings of them.
 */
export type HeaderFields =
  | { readonly kind: 'json'; readonly fields: Readonly<Record<string, unknown>> }
  | { readonly kind: 'binary'; readonly buffer: Buffer; readonly start: number; readonly end: number }

interface FieldPlan {
  readonly name: string
  readonly wireName: string
  readonly key: Buffer
  readonly field: Field<unknown>
  /** The field's bit in the set of fields that a header has. */
  readonly bit: number
  /**
   * Topics, groups and broker names repeat from request to request: while the bytes are the same, the last text is used
   * again.
   */
  readonly lastBytes: Buffer
  lastLength: number
  lastText: string
}

/** Longer texts, such as properties, differ from message to message. */
const REMEMBERED_BYTES_MAX = 48
const FIELDS_MAX = 31

const FALSE = Buffer.from('false')
const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

/**
 * Decodes the header fields of one command and knows their names on the wire; made once per command, from its
 * description.
 */
export class FieldCodec<Table extends FieldTable> {
  readonly plans: readonly FieldPlan[]
  readonly #command: string
  readonly #template: Record<string, unknown> = {}
  readonly #requiredBits: number
  /** Plans by the hash of their wire name, to find a binary field without making a string of its name. */
  readonly #byKeyHash = new Map<number, FieldPlan[]>()

  constructor(command: string, table: Table) {
    this.#command = command
    this.plans = Object.entries(table).map(([name, field], index) => {
      const wireName = field.wireName ?? name
      const lastBytes = Buffer.alloc(REMEMBERED_BYTES_MAX)
      return {
        name,
        wireName,
        key: Buffer.from(wireName),
        field,
        bit: 1 << index,
        lastBytes,
        lastLength: 0,
        lastText: '',
      }
    })
    assert(this.plans.length <= FIELDS_MAX, `${command} has more than ${FIELDS_MAX} fields`)
    let requiredBits = 0
    for (const plan of this.plans) {
      if (plan.field.required) requiredBits |= plan.bit
      this.#template[plan.name] = plan.field.defaultValue
      const hash = keyHash(plan.key, 0, plan.key.length)
      this.#byKeyHash.set(hash, [...(this.#byKeyHash.get(hash) ?? []), plan])
    }
    this.#requiredBits = requiredBits
    fixHiddenClass(this.#template)
  }

  /** Throws `HEADER_FIELD_MISSING` or `HEADER_FIELD_INVALID`; fields without a description are skipped. */
  decode(header: HeaderFields): FieldValues<Table> {
    const values = { ...this.#template }
    const seen =
      header.kind === 'json'
        ? this.#decodeJson(header.fields, values)
        : this.#decodeBinary(header.buffer, header.start, header.end, values)
    if ((seen & this.#requiredBits) !== this.#requiredBits) throw this.#missing(seen)
    return values as FieldValues<Table>
  }

  /** Returns the bits of the fields that the header has. */
  #decodeJson(fields: Readonly<Record<string, unknown>>, values: Record<string, unknown>): number {
    let seen = 0
    for (const plan of this.plans) {
      const value = fields[plan.wireName]
      if (value === undefined || value === null) continue
      values[plan.name] = this.#parse(plan, String(value))
      seen |= plan.bit
    }
    return seen
  }

  /** Each field: | name length 2 | name | value length 4 | value |. Apache: RocketMQSerializable.mapDeserialize. */
  #decodeBinary(buffer: Buffer, start: number, end: number, values: Record<string, unknown>): number {
    let seen = 0
    let position = start
    while (position < end) {
      if (position + 2 > end) throw this.#cutShort()
      const keyStart = position + 2
      const keyEnd = keyStart + buffer.readUInt16BE(position)
      if (keyEnd + 4 > end) throw this.#cutShort()
      const valueStart = keyEnd + 4
      const valueBytes = buffer.readInt32BE(keyEnd)
      position = valueStart + valueBytes
      if (valueBytes < 0 || position > end) throw this.#cutShort()
      const plan = this.#find(buffer, keyStart, keyEnd)
      if (plan === undefined) continue
      values[plan.name] = this.#read(plan, buffer, valueStart, position)
      seen |= plan.bit
    }
    return seen
  }

  #find(buffer: Buffer, start: number, end: number): FieldPlan | undefined {
    const plans = this.#byKeyHash.get(keyHash(buffer, start, end))
    if (plans === undefined) return undefined
    for (const plan of plans)
      if (plan.key.length === end - start && sameBytes(plan.key, buffer, start, end)) return plan
    return undefined
  }

  #read(plan: FieldPlan, buffer: Buffer, start: number, end: number): unknown {
    if (plan.field.kind === 'text') return readText(plan, buffer, start, end)
    if (plan.field.kind === 'boolean') {
      if (end - start === 5 && sameBytes(FALSE, buffer, start, end)) return false
    } else if (end > start && end - start <= 15) {
      const value = readDecimal(buffer, start, end)
      if (value !== undefined && (plan.field.kind === 'int64' || value <= INT32_MAX)) return value
    }
    return this.#parse(plan, buffer.toString('latin1', start, end))
  }

  #parse(plan: FieldPlan, value: string): unknown {
    switch (plan.field.kind) {
      case 'text':
        return value
      case 'boolean':
        return value.toLowerCase() === 'true'
      default:
        return this.#parseInteger(plan, value)
    }
  }

  #parseInteger(plan: FieldPlan, value: string): number {
    if (!/^[+-]?\d{1,19}$/.test(value))
      throw this.#invalid(plan, `is "${value.slice(0, 40)}", a whole number is needed`)
    const number = Number(value)
    if (plan.field.kind === 'int64') {
      return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, number))
    }
    if (number < INT32_MIN || number > INT32_MAX)
      throw this.#invalid(plan, `is ${value}, it must fit 32 bits`)
    return number
  }

  #missing(seen: number) {
    const plan = this.plans.find(({ field, bit }) => field.required && (seen & bit) === 0)
    return protocolErrors.HEADER_FIELD_MISSING({ command: this.#command, field: plan!.wireName })
  }

  #invalid(plan: FieldPlan, reason: string) {
    return protocolErrors.HEADER_FIELD_INVALID({ command: this.#command, field: plan.wireName, reason })
  }

  #cutShort() {
    return protocolErrors.FRAME_MALFORMED({
      reason: `a header field of ${this.#command} runs past the header's end`,
    })
  }
}

/**
 * V8 gives an object a new hidden class whenever a field changes from `undefined` to a number or a text. Putting a
 * value of each kind into every field of the template once leaves it with the class that fits all of them, and its
 * copies never change theirs.
 */
function fixHiddenClass(template: Record<string, unknown>): void {
  for (const name of Object.keys(template)) {
    const value = template[name]
    for (const other of [1, 0.5, '', value]) template[name] = other
  }
}

function readText(plan: FieldPlan, buffer: Buffer, start: number, end: number): string {
  const bytes = end - start
  if (bytes > REMEMBERED_BYTES_MAX) return buffer.toString('utf8', start, end)
  if (bytes === plan.lastLength && sameBytes(plan.lastBytes, buffer, start, end)) return plan.lastText
  for (let i = 0; i < bytes; i++) plan.lastBytes[i] = buffer[start + i]!
  plan.lastLength = bytes
  plan.lastText = buffer.toString('utf8', start, end)
  return plan.lastText
}

function sameBytes(bytes: Buffer, buffer: Buffer, start: number, end: number): boolean {
  const length = end - start
  for (let i = 0; i < length; i++) if (bytes[i] !== buffer[start + i]) return false
  return true
}

/** A hash that differs between most names of one command; names with equal hashes are compared byte by byte. */
function keyHash(buffer: Buffer, start: number, end: number): number {
  const length = end - start
  if (length === 0) return 0
  return (length << 24) ^ (buffer[start]! << 16) ^ (buffer[start + (length >> 1)]! << 8) ^ buffer[end - 1]!
}

/**
 * The number that unsigned decimal digits stand for, read without making a string; undefined when there is any other
 * byte.
 */
function readDecimal(buffer: Buffer, start: number, end: number): number | undefined {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = buffer[i]! - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}
