/**
 * Reads the text of a Java properties file: `key=value`, `key: value` or `key value`, comments behind `#` or `!`, lines
 * continued by a trailing backslash, `\uXXXX` escapes. The last of several equal keys wins. Java: Properties.load.
 */
export function parseJavaProperties(text: string): Map<string, string> {
  const properties = new Map<string, string>()
  for (const line of logicalLines(text)) {
    const end = keyEnd(line)
    const value = line.slice(end).replace(/^[ \t\f]*[=:]?[ \t\f]*/, '')
    properties.set(unescaped(line.slice(0, end)), unescaped(value).trim())
  }
  return properties
}

/** Lines without comments and blanks, continued ones joined. */
function logicalLines(text: string): string[] {
  const lines: string[] = []
  let joined = ''
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)) {
    const line = raw.replace(/^[ \t\f]+/, '')
    if (joined === '' && (line === '' || line.startsWith('#') || line.startsWith('!'))) continue
    const backslashes = /\\*$/.exec(line)![0].length
    if (backslashes % 2 === 1) {
      joined += line.slice(0, -1)
      continue
    }
    lines.push(joined + line)
    joined = ''
  }
  if (joined !== '') lines.push(joined)
  return lines
}

function keyEnd(line: string): number {
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '\\') i++
    else if (/[=: \t\f]/.test(line[i]!)) return i
  }
  return line.length
}

const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/g, (_, hex: string | undefined, char: string) =>
    hex === undefined ? (controls[char] ?? char) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
