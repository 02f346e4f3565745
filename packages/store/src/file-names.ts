/** A file is named after the offset of its first byte, in 20 digits. Apache: UtilAll.offset2FileName. */
export function fileNameOf(baseOffset: number): string {
  return String(baseOffset).padStart(20, '0')
}

/** The offset a file name stands for, or undefined for a file that is not ours. */
export function baseOffsetOf(fileName: string): number | undefined {
  return /^\d{20}$/.test(fileName) ? Number(fileName) : undefined
}
