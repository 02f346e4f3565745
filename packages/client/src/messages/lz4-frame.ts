const MAGIC = 0x184d2204
const SIZE_MASK = 0x7fffffff
const MIN_MATCH = 4

/**
 * Unpacks LZ4 frames, which is what Apache's Lz4Compressor writes. Layout: magic u32, FLG, BD, [content size u64],
 * header checksum u8; then blocks of `size u32` (highest bit set: not compressed), bytes, [checksum u32]; size 0 ends
 * the frame, [content checksum u32]. Checksums are not verified: the record has its own. Throws an Error on damage, or
 * beyond `bytesMax`.
 */
export function unpackLz4Frames(packed: Buffer, bytesMax: number): Buffer {
  const output = new Output(Math.min(bytesMax, packed.length * 4), bytesMax)
  let position = 0
  while (position < packed.length) position = unpackFrame(packed, position, output)
  return output.content
}

function unpackFrame(packed: Buffer, start: number, output: Output): number {
  if (packed.readUInt32LE(start) !== MAGIC) throw new Error('it is not an LZ4 frame')
  const flags = packed.readUInt8(start + 4)
  if (flags >> 6 !== 1) throw new Error(`its LZ4 frame has the unknown version ${flags >> 6}`)
  const [blockSums, contentSize, contentSum, dictionary] = [
    flags & 0x10,
    flags & 0x08,
    flags & 0x04,
    flags & 0x01,
  ]
  if (dictionary) throw new Error('the frame needs a dictionary')
  let position = start + 6 + (contentSize ? 8 : 0) + 1
  for (;;) {
    const header = packed.readUInt32LE(position)
    position += 4
    if (header === 0) break
    const end = position + (header & SIZE_MASK)
    if (end > packed.length) throw new Error('a block ends beyond the body')
    const block = packed.subarray(position, end)
    if (header > SIZE_MASK) output.append(block)
    else unpackBlock(block, output)
    position = end + (blockSums ? 4 : 0)
  }
  return position + (contentSum ? 4 : 0)
}

/**
 * Sequences of `token`, literals, and a match: a distance back into the output, and a number of bytes to repeat from
 * there. The last sequence has literals only.
 */
function unpackBlock(block: Buffer, output: Output): void {
  let position = 0
  const lengthFrom = (nibble: number): number => {
    let length = nibble
    if (nibble === 15) {
      let more: number
      do {
        more = block.readUInt8(position++)
        length += more
      } while (more === 255)
    }
    return length
  }
  while (position < block.length) {
    const token = block.readUInt8(position++)
    const literals = lengthFrom(token >> 4)
    if (position + literals > block.length) throw new Error('literals end beyond their block')
    output.append(block.subarray(position, position + literals))
    position += literals
    if (position === block.length) return
    const distance = block.readUInt16LE(position)
    position += 2
    output.repeat(distance, lengthFrom(token & 0x0f) + MIN_MATCH)
  }
}

/** A buffer that grows up to a limit and can repeat its own bytes. */
class Output {
  #bytes: Buffer
  #length = 0
  readonly #bytesMax: number

  constructor(bytesGuess: number, bytesMax: number) {
    this.#bytes = Buffer.allocUnsafe(bytesGuess)
    this.#bytesMax = bytesMax
  }

  get content(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  append(bytes: Buffer): void {
    this.#reserve(bytes.length)
    bytes.copy(this.#bytes, this.#length)
    this.#length += bytes.length
  }

  /** A match may overlap its own output: then its beginning is repeated. */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.#length) throw new Error('a match lies before the beginning')
    this.#reserve(count)
    const end = this.#length + count
    while (this.#length < end) {
      const from = this.#length - distance
      const step = Math.min(distance, end - this.#length)
      this.#bytes.copyWithin(this.#length, from, from + step)
      this.#length += step
    }
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    if (needed > this.#bytesMax) throw new Error(`it unpacks to more than ${this.#bytesMax} bytes`)
    const larger = Buffer.allocUnsafe(Math.min(this.#bytesMax, Math.max(needed, this.#bytes.length * 2)))
    this.#bytes.copy(larger, 0, 0, this.#length)
    this.#bytes = larger
  }
}
