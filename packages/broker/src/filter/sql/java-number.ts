/**
 * Numbers as Apache's evaluation knows them: a literal is a Java int, long or double, and what it is compared with is
 * read as the same type. A long is a bigint only where a number would not be exact; the two compare with `<` and `>`.
 */
export interface JavaNumber {
  readonly type: 'int' | 'long' | 'double'
  readonly value: number | bigint
}

const INT_MAX = 2147483647
const LONG_MAX = 9223372036854775807n
/** Every whole number of so many characters is exact as a double. */
const EXACT_CHARS_MAX = 15

const WHOLE = /^[+-]?\d+$/
/** Spaces around and a type letter behind are allowed. Apache: Double.valueOf; its hexadecimal form is not read here. */
const DOUBLE = /^[\0- ]*([+-]?)(?:(NaN|Infinity)|((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))[dDfF]?[\0- ]*$/

/** A literal without point, with or without its L; undefined when it does not fit a long. */
export function wholeLiteral(text: string): JavaNumber | undefined {
  const value = parseWhole(text.replace(/l$/i, ''))
  if (value === undefined) return undefined
  return { type: value <= INT_MAX ? 'int' : 'long', value }
}

export function negated({ type, value }: JavaNumber): JavaNumber {
  return { type, value: -value }
}

/** What Java's Integer.valueOf, Long.valueOf or Double.valueOf reads; undefined where they throw. */
export function parseAs(type: JavaNumber['type'], text: string): number | bigint | undefined {
  if (type === 'double') return parseDouble(text)
  const value = parseWhole(text)
  if (type === 'long' || value === undefined) return value
  return value > INT_MAX || value < -INT_MAX - 1 ? undefined : value
}

export function parseDouble(text: string): number | undefined {
  const match = DOUBLE.exec(text)
  if (match === null) return undefined
  const size = Number(match[2] ?? match[3])
  return match[1] === '-' ? -size : size
}

/** Below, at or above 0. Two numbers of different types meet as doubles when one of them is one. */
export function compareNumbers(left: JavaNumber, right: JavaNumber): number {
  const asDoubles = left.type === 'double' || right.type === 'double'
  return asDoubles
    ? compareDoubles(Number(left.value), Number(right.value))
    : compareWhole(left.value, right.value)
}

export function compareWhole(left: number | bigint, right: number | bigint): number {
  if (left < right) return -1
  return left > right ? 1 : 0
}

/** NaN equals itself and is above everything; -0.0 is below 0.0. Apache: Double.compareTo. */
export function compareDoubles(left: number, right: number): number {
  if (left < right) return -1
  if (left > right) return 1
  if (Object.is(left, right)) return 0
  if (left === right) return Object.is(left, -0) ? -1 : 1
  return Number.isNaN(left) ? 1 : -1
}

function parseWhole(text: string): number | bigint | undefined {
  if (!WHOLE.test(text)) return undefined
  if (text.length <= EXACT_CHARS_MAX) return Number(text)
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text)
  return value > LONG_MAX || value < -LONG_MAX - 1n ? undefined : value
}
