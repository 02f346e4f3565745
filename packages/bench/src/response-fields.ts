import { Serialization } from '@rocketeer/protocol'
import type { ScannedResponse } from './response-scanner.js'

/** A field of whole digits in the header of an answer. */
export function numberIn(response: ScannedResponse, name: Buffer): number {
  const { buffer } = response
  let position = valueAt(response, name)
  let value = 0
  for (let digit = buffer[position]! - 48; digit >= 0 && digit <= 9; digit = buffer[++position]! - 48) {
    value = value * 10 + digit
  }
  return value
}

const MESSAGE_ID = Buffer.from('msgId')

/** Where a message lies in the log: the last 16 hexadecimal digits of the message id that a send is answered with. */
export function physicalOffsetIn(response: ScannedResponse): number {
  const { buffer } = response
  const start = valueAt(response, MESSAGE_ID)
  let end = start
  while (isHexDigit(buffer[end]!)) end++
  return Number.parseInt(buffer.toString('latin1', end - 16, end), 16)
}

function valueAt({ buffer, start, serialization }: ScannedResponse, name: Buffer): number {
  // Between the name and its value are `":"` in JSON and four bytes of length in a binary header.
  const gap = serialization === Serialization.JSON ? 3 : 4
  return buffer.indexOf(name, start) + name.length + gap
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 70)
}
