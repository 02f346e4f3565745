import { createHash } from 'node:crypto'

/** Apache: AllocateMessageQueueConsistentHash's default. */
const VIRTUAL_NODES = 10

/** Members on a ring of 32-bit hashes; a key belongs to the first member at or after its hash. Apache: ConsistentHashRouter. */
export class ConsistentHashRing {
  readonly #nodes: { hash: number; member: string }[]

  constructor(members: readonly string[]) {
    const byHash = new Map<number, string>()
    for (const member of members) {
      for (let replica = 0; replica < VIRTUAL_NODES; replica++)
        byHash.set(hashOf(`${member}-${replica}`), member)
    }
    this.#nodes = [...byHash].map(([hash, member]) => ({ hash, member })).sort((a, b) => a.hash - b.hash)
  }

  ownerOf(key: string): string | undefined {
    const hash = hashOf(key)
    return (this.#nodes.find((node) => node.hash >= hash) ?? this.#nodes[0])?.member
  }
}

/** The first 4 bytes of MD5, as Apache's MD5Hash. */
function hashOf(key: string): number {
  return createHash('md5').update(key).digest().readUInt32BE(0)
}
