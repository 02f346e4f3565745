import { protocolErrors } from '../errors.js'

/**
 * JSON as fastjson and fastjson2 write it. Beyond the standard they leave whole-number keys unquoted
 * (`{0:"10.0.0.1:10911"}`) and use objects as keys (`{{"topic":"t","queueId":0}:{…}}`), which no ordinary parser
 * accepts. They also accept a trailing comma, single quotes and bare names; so does this parser.
 */
export type JavaJson = null | boolean | number | string | JavaJson[] | JavaObject

/**
 * Entries in the order of the text: a Map, because keys may be objects and names like `__proto__` are ordinary keys.
 */
export type JavaObject = Map<JavaJson, JavaJson>

/** Apache's bodies are at most 8 levels deep. */
const DEPTH_MAX = 64

/** Throws `BODY_MALFORMED` with `what` and the index of the character. */
export function parseJavaJson(text: string, what: string): JavaJson {
  return new Reader(text, what).document()
}

class Reader {
  readonly #text: string
  readonly #what: string
  #at = 0
  #depth = 0

  constructor(text: string, what: string) {
    this.#text = text
    this.#what = what
  }

  document(): JavaJson {
    const value = this.#value()
    if (this.#next() !== '') throw this.#malformed('more text follows its end')
    return value
  }

  /** Skips white space and returns the next character, '' at the end, without taking it. */
  #next(): string {
    while (this.#at < this.#text.length && isSpace(this.#text.charCodeAt(this.#at))) this.#at++
    return this.#text.charAt(this.#at)
  }

  #take(expected: string): boolean {
    if (this.#next() !== expected) return false
    this.#at++
    return true
  }

  #value(): JavaJson {
    switch (this.#next()) {
      case '{':
        return this.#nested(() => this.#object())
      case '[':
        return this.#nested(() => this.#array())
      case '"':
      case "'":
        return this.#string()
      default:
        return this.#word()
    }
  }

  #nested<Value>(read: () => Value): Value {
    if (++this.#depth > DEPTH_MAX) throw this.#malformed(`it is nested deeper than ${DEPTH_MAX} levels`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): JavaObject {
    const entries: JavaObject = new Map()
    while (!this.#take('}')) {
      if (entries.size > 0 && !this.#take(',')) throw this.#malformed('"," or "}" is missing')
      if (this.#take('}')) break
      const key = this.#value()
      if (!this.#take(':')) throw this.#malformed('":" is missing')
      entries.set(key, this.#value())
    }
    return entries
  }

  #array(): JavaJson[] {
    const items: JavaJson[] = []
    while (!this.#take(']')) {
      if (items.length > 0 && !this.#take(',')) throw this.#malformed('"," or "]" is missing')
      if (this.#take(']')) break
      items.push(this.#value())
    }
    return items
  }

  #string(): string {
    const quote = this.#text.charAt(this.#at)
    let start = ++this.#at
    let read = ''
    while (true) {
      const character = this.#text.charAt(this.#at)
      if (character === '') throw this.#malformed('a string does not end')
      if (character === quote) return read + this.#text.slice(start, this.#at++)
      if (character === '\\') {
        read += this.#text.slice(start, this.#at) + this.#escaped()
        start = this.#at
      } else this.#at++
    }
  }

  #escaped(): string {
    const letter = this.#text.charAt(this.#at + 1)
    if (letter === 'u' || letter === 'x') {
      const digits = this.#text.slice(this.#at + 2, this.#at + (letter === 'u' ? 6 : 4))
      if (!/^(?:[0-9a-f]{4}|[0-9a-f]{2})$/i.test(digits)) throw this.#malformed('an escape is not hex')
      this.#at += 2 + digits.length
      return String.fromCharCode(Number.parseInt(digits, 16))
    }
    const character = ESCAPES[letter]
    if (character === undefined) throw this.#malformed(`the escape \\${letter} is unknown`)
    this.#at += 2
    return character
  }

  /** A number, true, false, null, or a bare name as a key. */
  #word(): JavaJson {
    const start = this.#at
    while (this.#at < this.#text.length && isWordCharacter(this.#text.charCodeAt(this.#at))) this.#at++
    const word = this.#text.slice(start, this.#at)
    if (word === '') throw this.#malformed('a value is missing')
    if (word === 'null') return null
    if (word === 'true') return true
    if (word === 'false') return false
    // fastjson marks numbers with Java's type letters under WriteClassName, which a peer may have set.
    if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[LSBFD]?$/.test(word)) return Number.parseFloat(word)
    if (/^[A-Za-z_$]/.test(word)) return word
    throw this.#malformed(`"${word.slice(0, 40)}" is neither a number nor a name`)
  }

  #malformed(reason: string) {
    return protocolErrors.BODY_MALFORMED({ body: this.#what, reason: `${reason} (at character ${this.#at})` })
  }
}

const ESCAPES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  '"': '"',
  "'": "'",
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '0': '\0',
})

function isSpace(unit: number): boolean {
  return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
}

/** Letters, digits and `+ - . _ $`. */
function isWordCharacter(unit: number): boolean {
  return (
    (unit >= 0x30 && unit <= 0x39) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x61 && unit <= 0x7a) ||
    unit === 0x2b ||
    unit === 0x2d ||
    unit === 0x2e ||
    unit === 0x5f ||
    unit === 0x24
  )
}
