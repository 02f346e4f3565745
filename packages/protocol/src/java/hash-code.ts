/** Java's String.hashCode: what consume queues keep of a tag, and the index file of a key (without its sign). */
export function javaHashCode(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return hash
}
