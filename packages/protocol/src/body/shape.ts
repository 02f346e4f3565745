import { protocolErrors } from '../errors.js'
import type { JavaJson } from './java-json.js'

/**
 * How keys that are whole numbers are written: without quotes, as Java does by default, or with quotes, for peers that
 * read only standard JSON.
 */
export type JsonStyle = 'java' | 'standard'

/** How one value of a body is read from and written to Java's JSON. */
export interface Shape<Value> {
  /** Throws `BODY_MALFORMED`; `where` is the path of the value in its text. */
  read(json: JavaJson, where: string): Value
  write(value: Value, style: JsonStyle): string
  /**
   * The value of a missing (or null) field, like the initializer of the Java field; without it the field is required.
   */
  readonly missing?: () => Value
}

export type ValueOf<Of> = Of extends Shape<infer Value> ? Value : never

export const string = (missing?: string): Shape<string> => ({
  read: (json, where) => {
    if (typeof json === 'string') return json
    if (typeof json === 'number' || typeof json === 'boolean') return String(json)
    throw malformed(where, 'is not text')
  },
  write: (value) => JSON.stringify(value),
  ...(missing === undefined ? {} : { missing: () => missing }),
})

/** Java `int` and `long`; beyond 2^53 it saturates at the largest exact number. */
export const integer = (missing = 0): Shape<number> => ({
  read: (json, where) => {
    const value = numberOf(json, where)
    if (!Number.isInteger(value)) throw malformed(where, `is ${value}, a whole number is needed`)
    return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value))
  },
  write: (value) => String(value),
  missing: () => missing,
})

/** Java `double`, written like fastjson2 does: whole ones with a decimal point, NaN and infinity as null. */
export const decimal = (): Shape<number> => ({
  read: numberOf,
  write: (value) => {
    if (!Number.isFinite(value)) return 'null'
    return Number.isInteger(value) ? value.toFixed(1) : String(value)
  },
  missing: () => 0,
})

export const flag = (missing = false): Shape<boolean> => ({
  read: (json, where) => {
    if (typeof json === 'boolean') return json
    if (json === 'true' || json === 1) return true
    if (json === 'false' || json === 0) return false
    throw malformed(where, 'is neither true nor false')
  },
  write: (value) => String(value),
  missing: () => missing,
})

/** Java's lists and sets. */
export const list = <Item>(item: Shape<Item>): Shape<Item[]> => ({
  read: (json, where) => {
    if (!Array.isArray(json)) throw malformed(where, 'is not a list')
    return json.map((each, index) => item.read(each, `${where}[${index}]`))
  },
  write: (items, style) => `[${items.map((each) => item.write(each, style)).join(',')}]`,
  missing: () => [],
})

/** A map with text or whole numbers as keys; Java writes numbers without quotes. */
export const mapOf = <Key extends string | number, Value>(
  key: Shape<Key>,
  value: Shape<Value>,
): Shape<Map<Key, Value>> => ({
  read: (json, where) => new Map(readEntries(json, where, key, value)),
  write: (map, style) => writeEntries(map, key, value, style),
  missing: () => new Map(),
})

/** A map whose keys are objects, as a list of pairs: a JavaScript Map would not find an equal object again. */
export const pairs = <Key, Value>(key: Shape<Key>, value: Shape<Value>): Shape<[Key, Value][]> => ({
  read: (json, where) => readEntries(json, where, key, value),
  write: (entries, style) => writeEntries(entries, key, value, style),
  missing: () => [],
})

export function nullable<Value>(inner: Shape<Value>): Shape<Value | undefined> {
  return {
    read: inner.read,
    write: (value, style) => (value === undefined ? 'null' : inner.write(value, style)),
    missing: () => undefined,
  }
}

// biome-ignore lint/suspicious/noExplicitAny: a field's value type only matters through ObjectValue
export type Shapes = Readonly<Record<string, Shape<any>>>

type OptionalName<Fields extends Shapes> = {
  [Name in keyof Fields]: undefined extends ValueOf<Fields[Name]> ? Name : never
}[keyof Fields]

export type ObjectValue<Fields extends Shapes> = {
  [Name in Exclude<keyof Fields, OptionalName<Fields>>]: ValueOf<Fields[Name]>
} & { [Name in OptionalName<Fields>]?: ValueOf<Fields[Name]> }

/**
 * A Java bean. Fields without a description are skipped when read. Fields are written in the order of their names, as
 * fastjson2 does, and those that are `undefined` are left out, as it leaves out nulls.
 */
export function object<Fields extends Shapes>(fields: Fields): Shape<ObjectValue<Fields>> {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    read: (json, where) => {
      if (!(json instanceof Map)) throw malformed(where, 'is not an object')
      const value: Record<string, unknown> = {}
      for (const [name, shape] of sorted) value[name] = readField(json.get(name), shape, `${where}.${name}`)
      return value as ObjectValue<Fields>
    },
    write: (value, style) => {
      const written: string[] = []
      for (const [name, shape] of sorted) {
        const field = (value as Record<string, unknown>)[name]
        if (field !== undefined) written.push(`"${name}":${shape.write(field, style)}`)
      }
      return `{${written.join(',')}}`
    },
  }
}

function readField<Value>(json: JavaJson | undefined, shape: Shape<Value>, where: string): Value {
  if (json !== undefined && json !== null) return shape.read(json, where)
  if (shape.missing === undefined) throw malformed(where, 'is missing')
  return shape.missing()
}

function readEntries<Key, Value>(
  json: JavaJson,
  where: string,
  key: Shape<Key>,
  value: Shape<Value>,
): [Key, Value][] {
  if (!(json instanceof Map)) throw malformed(where, 'is not an object')
  const entries: [Key, Value][] = []
  for (const [jsonKey, jsonValue] of json) {
    if (jsonValue === null) continue
    entries.push([key.read(jsonKey, `a key of ${where}`), value.read(jsonValue, `a value of ${where}`)])
  }
  return entries
}

function writeEntries<Key, Value>(
  entries: Iterable<readonly [Key, Value]>,
  key: Shape<Key>,
  value: Shape<Value>,
  style: JsonStyle,
): string {
  const written: string[] = []
  for (const [each, its] of entries) {
    const name = key.write(each, style)
    const quoted = style === 'standard' && typeof each === 'number' ? `"${name}"` : name
    written.push(`${quoted}:${value.write(its, style)}`)
  }
  return `{${written.join(',')}}`
}

/** Accepts numbers in quotes, too, because keys of standard JSON are quoted. */
function numberOf(json: JavaJson, where: string): number {
  if (typeof json === 'number') return json
  if (typeof json === 'string' && /^[+-]?\d+(?:\.\d+)?$/.test(json)) return Number(json)
  throw malformed(where, 'is not a number')
}

function malformed(where: string, reason: string) {
  const [body = where] = where.replace(/^a (?:key|value) of /, '').split(/[.[]/)
  return protocolErrors.BODY_MALFORMED({ body, reason: `${where} ${reason}` })
}
