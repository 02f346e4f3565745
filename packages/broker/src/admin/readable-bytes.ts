/** `1.5 GiB`. Apache: MixAll.humanReadableByteCount. */
export function readableBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const exponent = Math.floor(Math.log(bytes) / Math.log(1024))
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`
}
