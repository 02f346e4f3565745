/** Java's long as a number; exact up to 2^53. */
export function readInt64(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position) * 0x1_0000_0000 + buffer.readUInt32BE(position + 4)
}

/** A safe integer, negative ones too, as Java's long; faster than going through BigInt. */
export function writeInt64(target: Buffer, position: number, value: number): void {
  target.writeInt32BE(Math.floor(value / 0x1_0000_0000), position)
  target.writeUInt32BE(value >>> 0, position + 4)
}
