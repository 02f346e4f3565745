/** Continues Java's String.hashCode of a text with another one. */
function extendHash(hash: number, text: string): number {
  let extended = hash
  for (let i = 0; i < text.length; i++) extended = (Math.imul(extended, 31) + text.charCodeAt(i)) | 0
  return extended
}

/** Hash of `topic#`: messages of one topic come in runs. */
export class KeyHasher {
  #topic: string | undefined
  #topicHash = 0

  /** What an index file keeps of `topic#key`. Apache: IndexFile.indexKeyHashMethod. */
  hash(topic: string, key: string): number {
    if (topic !== this.#topic) {
      this.#topic = topic
      this.#topicHash = extendHash(extendHash(0, topic), '#')
    }
    const hash = Math.abs(extendHash(this.#topicHash, key))
    // Java's Math.abs(Integer.MIN_VALUE) is negative, and counts as 0.
    return hash > 0x7fffffff ? 0 : hash
  }
}
