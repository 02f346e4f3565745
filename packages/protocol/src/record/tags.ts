import { javaHashCode } from '../java/hash-code.js'

/** What a consume queue keeps of a tag; 0 when there is none. Apache: MessageExtBrokerInner.tagsString2tagsCode. */
export function tagsCodeOf(tags: string | undefined): number {
  return tags ? javaHashCode(tags) : 0
}
