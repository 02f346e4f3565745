import * as zlib from 'node:zlib'

type Crc32 = (data: Buffer, value?: number) => number

/** Node has crc32 since 20.15; older 20.x take the table below. */
const native = (zlib as { crc32?: Crc32 }).crc32

const table = new Uint32Array(256)
for (let byte = 0; byte < 256; byte++) {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  table[byte] = value
}

export const crc32: Crc32 =
  native ??
  ((data, initial = 0) => {
    let value = ~initial
    for (const byte of data) value = (value >>> 8) ^ table[(value ^ byte) & 0xff]!
    return ~value >>> 0
  })

/** The checksum a record holds of its body: CRC-32 without the sign bit. Apache: UtilAll.crc32. */
export function bodyCrc(body: Buffer): number {
  return crc32(body) & 0x7fffffff
}
