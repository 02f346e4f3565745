import type { MessageQueue } from '@rocketeer/client'
import type { Side } from '../clusters/clusters.js'

/** In what two clusters can differ. */
export type DifferenceKind = 'missing' | 'different' | 'extra' | 'outOfOrder'

/** Where a copy of a message lies. */
export interface CopyAt {
  readonly queue: MessageQueue
  readonly queueOffset: number
}

/** One message in which the clusters differ. */
export interface DifferenceExample {
  readonly kind: DifferenceKind
  readonly messageId: string
  readonly key: string | undefined
  /** Where the old cluster has it. */
  readonly from: CopyAt | undefined
  /** Where the new cluster has it. */
  readonly to: CopyAt | undefined
  /** Of `different`: what differs, such as `['body', 'tag']`. */
  readonly fields: readonly string[]
}

/** How the messages of a topic in a time differ between two clusters. */
export interface TopicComparison {
  readonly topic: string
  /** Milliseconds since the epoch; undefined: from the oldest message on. */
  readonly since: number | undefined
  readonly until: number
  /** Messages stored in that time. */
  readonly messages: Readonly<Record<Side, number>>
  /** In the old cluster, and not in the new one. */
  readonly missing: number
  /** In both, with another body, tag, keys, properties, flag or order key. */
  readonly different: number
  /** In the new cluster, and not in the old one. */
  readonly extra: number
  /** Behind a later message of their order key in the new cluster, or in another queue than that. */
  readonly outOfOrder: number
  /** Further copies of a message: no difference, since consumers drop what they have by its id. */
  readonly doubled: Readonly<Record<Side, number>>
  /** Nothing missing, different, extra or out of order. */
  readonly isEqual: boolean
  readonly examples: readonly DifferenceExample[]
}

/** Counts differences, and keeps the first ones of each kind. */
export class Differences {
  readonly counts: Record<DifferenceKind, number> = { missing: 0, different: 0, extra: 0, outOfOrder: 0 }
  readonly messages: Record<Side, number> = { from: 0, to: 0 }
  readonly doubled: Record<Side, number> = { from: 0, to: 0 }
  readonly examples: DifferenceExample[] = []
  readonly #examplesMax: number
  readonly #kept: Record<DifferenceKind, number> = { missing: 0, different: 0, extra: 0, outOfOrder: 0 }

  constructor(examplesMax: number) {
    this.#examplesMax = examplesMax
  }

  /** Counts one more. `example` is asked for one while there are few. */
  async add(kind: DifferenceKind, example: () => Promise<Omit<DifferenceExample, 'kind'>>): Promise<void> {
    this.counts[kind]++
    if (this.#kept[kind] >= this.#examplesMax) return
    this.#kept[kind]++
    this.examples.push({ kind, ...(await example()) })
  }

  /** Examples of one kind stand together. */
  comparisonOf(
    topic: string,
    { since, until }: { since?: number | undefined; until: number },
  ): TopicComparison {
    const { counts, messages, doubled } = this
    const kinds = Object.keys(counts)
    const examples = this.examples.sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
    const isEqual = Object.values(counts).every((count) => count === 0)
    return { topic, since, until, messages, ...counts, doubled, isEqual, examples }
  }
}
