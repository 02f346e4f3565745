import { protocolErrors } from '../errors.js'

/**
 * Reads the text of Java properties, as in broker.conf and in the bodies of GET_BROKER_CONFIG and its kin: `key=value`,
 * `key: value` or `key value`; comments behind `#` or `!`; a backslash at a line's end continues it; `\uXXXX`. The last
 * of several equal keys wins. Throws `BODY_MALFORMED` for an escape that is not hex. Java: Properties.load; Apache:
 * MixAll.string2Properties.
 */
export function parseJavaProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of logicalLines(text)) {
    const keyEnd = endOfKey(line)
    const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(line.slice(keyEnd))![0]
    properties.set(unescaped(line.slice(0, keyEnd)), unescaped(line.slice(keyEnd + separator.length)))
  }
  return properties
}

/**
 * One `key=value` line each, escaped so that `parseJavaProperties` and Java read the same values back; also beyond
 * ASCII, since Apache takes the bytes of the text for Latin-1.
 */
export function formatJavaProperties(properties: Iterable<readonly [string, string]>): string {
  let text = ''
  for (const [key, value] of properties)
    text += `${escaped(key, /[\\\s=:#!]|[^ -~]/g)}=${escapedValue(value)}\n`
  return text
}

/**
 * Lines without comments and blank lines; a continued line is joined with the next one, whose indentation is dropped.
 */
function* logicalLines(text: string): Generator<string> {
  let begun: string | undefined
  for (const raw of text.split(/\r\n|\r|\n/)) {
    const line = raw.replace(/^[ \t\f]+/, '')
    if (begun === undefined && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue
    const whole = (begun ?? '') + line
    if (endsInOddBackslash(line)) begun = whole.slice(0, -1)
    else {
      begun = undefined
      yield whole
    }
  }
  if (begun !== undefined && begun !== '') yield begun
}

function endsInOddBackslash(line: string): boolean {
  return (line.length - line.replace(/\\+$/, '').length) % 2 === 1
}

function endOfKey(line: string): number {
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++
    else if (' \t\f=:'.includes(line[at]!)) return at
  }
  return line.length
}

const READ: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }
const WRITTEN: Readonly<Record<string, string>> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' }

function unescaped(text: string): string {
  return text.replace(/\\(u[^\\]{0,4}|.)/gs, (_, sequence: string) => {
    if (!sequence.startsWith('u')) return READ[sequence] ?? sequence
    if (/^u[0-9a-f]{4}$/i.test(sequence)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16))
    throw protocolErrors.BODY_MALFORMED({
      body: 'Java properties',
      reason: `\\${sequence} is not an escape; a backslash itself is written twice`,
    })
  })
}

/** In a value only a leading space needs an escape. */
function escapedValue(value: string): string {
  return escaped(value, /\\|^ |[^ -~]/g)
}

function escaped(text: string, special: RegExp): string {
  return text.replace(special, (character) => {
    if (character >= ' ' && character <= '~') return `\\${character}`
    return WRITTEN[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
