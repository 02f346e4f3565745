/** A SQL92 condition on the properties of messages; `sql()` makes one. Apache: MessageSelector.bySql. */
export class SqlExpression {
  constructor(readonly text: string) {}

  toString(): string {
    return this.text
  }
}

/** What a template may hold; a list of strings is for IN. */
export type SqlValue = string | number | bigint | boolean | readonly string[]

/**
 * Subscribes by properties instead of tags: `subscribe: { orders: sql("amount > 100 AND region IN ('eu', 'us')") }`.
 * As a template it quotes what is put in: sql`amount > ${least} AND region IN ${regions}`. Brokers evaluate it; a
 * mistake is reported when the consumer starts.
 *
 * Properties are texts, and the literal says how one is read: `amount > 100` reads a whole number of 32 bits, `amount >
 * 3000000000` one of 64, `amount > 100.0` a double. A text that cannot be read so does not match: '150.5' only the last.
 */
export function sql(text: string): SqlExpression
export function sql(texts: TemplateStringsArray, ...values: SqlValue[]): SqlExpression
export function sql(texts: string | TemplateStringsArray, ...values: SqlValue[]): SqlExpression {
  if (typeof texts === 'string') return new SqlExpression(texts)
  return new SqlExpression(
    texts.map((text, i) => text + (i < values.length ? literal(values[i]!) : '')).join(''),
  )
}

function literal(value: SqlValue): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  if (typeof value === 'object') return `(${value.map(literal).join(', ')})`
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${value} cannot be written in a SQL92 expression`)
  return String(value).toUpperCase()
}
