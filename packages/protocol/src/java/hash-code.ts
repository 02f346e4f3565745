/** Java's String.hashCode, which consume queues keep of tags, and the index file of keys (without the sign). */
export function javaHashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
