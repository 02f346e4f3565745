import { protocolErrors } from '../errors.js'
import type { HeaderFields } from '../frame/frame.js'
import type { Field, FieldTable, FieldValues } from './field.js'

interface FieldPlan {
  readonly name: string
  readonly wireName: string
  readonly key: Buffer
  readonly field: Field<unknown>
}

const INT32_MIN = -(2 ** 31)
const INT32_MAX = 2 ** 31 - 1

/** Reads and names the header fields of one command; made once per command from its description. */
export class FieldCodec<Table extends FieldTable> {
  readonly plans: readonly FieldPlan[]
  readonly #command: string
  readonly #template: Record<string, unknown> = {}
  readonly #byWireName = new Map<string, FieldPlan>()
  /** Plans by the hash of their wire name, to find a binary field without making a string of its name. */
  readonly #byKeyHash = new Map<number, FieldPlan[]>()

  constructor(command: string, table: Table) {
    this.#command = command
    this.plans = Object.entries(table).map(([name, field]) => {
      const wireName = field.wireName ?? name
      return { name, wireName, key: Buffer.from(wireName), field }
    })
    for (const plan of this.plans) {
      this.#template[plan.name] = plan.field.defaultValue
      this.#byWireName.set(plan.wireName, plan)
      const hash = keyHash(plan.key, 0, plan.key.length)
      this.#byKeyHash.set(hash, [...(this.#byKeyHash.get(hash) ?? []), plan])
    }
  }

  /** Throws `HEADER_FIELD_MISSING` or `HEADER_FIELD_INVALID`; fields nobody described are passed over. */
  decode(header: HeaderFields): FieldValues<Table> {
    const values = { ...this.#template }
    if (header.kind === 'json') this.#decodeJson(header.fields, values)
    else this.#decodeBinary(header.buffer, header.start, header.end, values)
    for (const plan of this.plans) {
      if (plan.field.required && values[plan.name] === undefined) {
        throw protocolErrors.HEADER_FIELD_MISSING({ command: this.#command, field: plan.wireName })
      }
    }
    return values as FieldValues<Table>
  }

  #decodeJson(fields: Readonly<Record<string, unknown>>, values: Record<string, unknown>): void {
    for (const plan of this.plans) {
      const value = fields[plan.wireName]
      if (value !== undefined && value !== null) values[plan.name] = this.#parse(plan, String(value))
    }
  }

  /** Each field: | name length 2 | name | value length 4 | value |. Apache: RocketMQSerializable.mapDeserialize. */
  #decodeBinary(buffer: Buffer, start: number, end: number, values: Record<string, unknown>): void {
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
      if (plan) values[plan.name] = this.#read(plan, buffer, valueStart, position)
    }
  }

  #find(buffer: Buffer, start: number, end: number): FieldPlan | undefined {
    const plans = this.#byKeyHash.get(keyHash(buffer, start, end))
    if (plans === undefined) return undefined
    return plans.find((plan) => {
      for (let i = 0; i < plan.key.length; i++) if (plan.key[i] !== buffer[start + i]) return false
      return true
    })
  }

  #read(plan: FieldPlan, buffer: Buffer, start: number, end: number): unknown {
    if (plan.field.kind === 'text') return buffer.toString('utf8', start, end)
    if (plan.field.kind !== 'boolean' && end > start && end - start <= 15) {
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

  #invalid(plan: FieldPlan, reason: string) {
    return protocolErrors.HEADER_FIELD_INVALID({ command: this.#command, field: plan.wireName, reason })
  }

  #cutShort() {
    return protocolErrors.FRAME_MALFORMED({
      reason: `a header field of ${this.#command} runs past the header's end`,
    })
  }
}

/** Different for the names one command has; equal hashes are told apart byte by byte. */
function keyHash(buffer: Buffer, start: number, end: number): number {
  const length = end - start
  if (length === 0) return 0
  return (length << 24) ^ (buffer[start]! << 16) ^ (buffer[start + (length >> 1)]! << 8) ^ buffer[end - 1]!
}

/** Unsigned decimal digits without the detour over a string, or undefined when there is anything else. */
function readDecimal(buffer: Buffer, start: number, end: number): number | undefined {
  let value = 0
  for (let i = start; i < end; i++) {
    const digit = buffer[i]! - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value
}
