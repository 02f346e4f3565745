import { UsageError } from './failure.js'

/** Far above any limit of a broker for a message; input without line feeds must not fill the memory. */
export const LINE_BYTES_MAX = 64 * 1024 * 1024

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/**
 * The lines of a stream as the bytes they are. A line ends at LF or CRLF and nowhere else: not at a lone CR, nor at U+2028,
 * where Node's readline ends one too since version 24.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield lineOf([...parts, chunk.subarray(start, end)])
      parts = []
      bytes = 0
      start = end + 1
    }
    parts.push(chunk.subarray(start))
    bytes += chunk.length - start
    if (bytes > LINE_BYTES_MAX)
      throw new UsageError(`a line of the input is longer than ${LINE_BYTES_MAX} bytes`)
  }
  if (bytes > 0) yield lineOf(parts)
}

function lineOf(parts: readonly Uint8Array[]): Buffer {
  const line = Buffer.concat(parts)
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line
}
