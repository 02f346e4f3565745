/** How a header field's text is read. All header fields travel as text, in both serializations. */
export type FieldKind = 'text' | 'int32' | 'int64' | 'boolean'

/** One header field. `Value` is what handlers see; `undefined` is part of it when the field is optional. */
export interface Field<Value> {
  readonly kind: FieldKind
  /** Name on the wire when it differs from the property's. */
  readonly wireName: string | undefined
  readonly required: boolean
  readonly defaultValue: Value | undefined
}

type FieldOptions<Value> = {
  /** Name on the wire when it differs from the property's (SEND_MESSAGE_V2 uses single letters). */
  wire?: string
  /** The value of a missing field; peers then need not send it. */
  default?: Value
}

function field<Value>(kind: FieldKind, options: FieldOptions<Value>): Field<Value> {
  return {
    kind,
    wireName: options.wire,
    required: options.default === undefined,
    defaultValue: options.default,
  }
}

/** UTF-8 text. */
export const text = (options: FieldOptions<string> = {}): Field<string> => field('text', options)

/** Java `Integer`: whole number of 32 bits. */
export const int32 = (options: FieldOptions<number> = {}): Field<number> => field('int32', options)

/**
 * Java `Long`. Offsets, times and versions stay far below 2^53; a larger value (Java's `Long.MAX_VALUE` for "no end")
 * saturates at `Number.MAX_SAFE_INTEGER`.
 */
export const int64 = (options: FieldOptions<number> = {}): Field<number> => field('int64', options)

/** `true` or `false`. */
export const boolean = (options: FieldOptions<boolean> = {}): Field<boolean> => field('boolean', options)

/** A field that may be missing and then is `undefined`. */
export function optional<Value>(inner: Field<Value>): Field<Value | undefined> {
  return { ...inner, required: false }
}

/** The same fields under other names on the wire; every field must be named, so that none is forgotten. */
export function withWireNames<Table extends FieldTable>(
  table: Table,
  names: { readonly [Name in keyof Table]: string },
): Table {
  const renamed = Object.entries(table).map(([name, field]) => [name, { ...field, wireName: names[name] }])
  return Object.fromEntries(renamed) as Table
}

// biome-ignore lint/suspicious/noExplicitAny: a field's value type only matters through FieldValues
export type FieldTable = Readonly<Record<string, Field<any>>>

type OptionalName<Table extends FieldTable> = {
  [Name in keyof Table]: Table[Name] extends Field<infer Value>
    ? undefined extends Value
      ? Name
      : never
    : never
}[keyof Table]

/** What a decoded header looks like: every field present, missing optional ones `undefined`. */
export type FieldValues<Table extends FieldTable> = {
  [Name in Exclude<keyof Table, OptionalName<Table>>]: Table[Name] extends Field<infer Value> ? Value : never
} & { [Name in OptionalName<Table>]?: Table[Name] extends Field<infer Value> ? Value : never }
