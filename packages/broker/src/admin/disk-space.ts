import { statfs } from 'node:fs/promises'

export interface DiskSpace {
  readonly totalBytes: number
  readonly freeBytes: number
  /** 0 to 1 in steps of a hundredth, rounded up. Apache: UtilAll.getDiskPartitionSpaceUsedPercent. */
  readonly usedRatio: number
}

export async function diskSpace(path: string): Promise<DiskSpace> {
  const { bsize, blocks, bfree, bavail } = await statfs(path)
  const used = blocks - bfree
  return {
    totalBytes: blocks * bsize,
    freeBytes: bfree * bsize,
    usedRatio: used + bavail > 0 ? Math.ceil((used * 100) / (used + bavail)) / 100 : 0,
  }
}

/** `1.5 GiB`. Apache: MixAll.humanReadableByteCount. */
export function readableBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const exponent = Math.floor(Math.log(bytes) / Math.log(1024))
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`
}
