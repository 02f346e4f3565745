import { type Message, type MessageToSend, type Producer, toSendAgain } from '@rocketeer/client'
import { parseOptions } from '@rocketeer/foundation'
import { givenClients } from '../../given.js'
import type { Clusters } from '../clusters/clusters.js'
import { type CopyMissingOptions, copyMissingSchema } from './compare-options.js'
import { compared } from './compare-topics.js'
import { hasUniqueId } from './message-identity.js'
import type { TopicComparison } from './topic-comparison.js'

/** What `copyMissing` found and did. */
export interface CopiedMissing {
  /** As it was before. */
  readonly comparison: TopicComparison
  /** Messages sent to the new cluster. */
  readonly copied: number
}

/**
 * Sends what the new cluster misses of a topic, with the same id, key, tag, properties and order key. Consumers there get
 * these messages late, behind later ones of their order key. May be repeated: what is there is not sent again. Swap the
 * clusters for the way back. Rejects as `compareTopics` and sends do; what was copied until then stays.
 */
export async function copyMissing(clusters: Clusters, options: CopyMissingOptions): Promise<CopiedMissing> {
  const { dryRun, ...config } = parseOptions(copyMissingSchema, options, 'copyMissing')
  givenClients(clusters, 'copyMissing')
  if (dryRun) return { comparison: await compared(clusters, config), copied: 0 }
  await using producer = clusters.to.producer({ sendTimeoutMs: 10_000, messageBytesMax: 64 * 1024 * 1024 })
  let copied = 0
  const comparison = await compared(clusters, config, async (message) => {
    await copy(producer, message)
    copied++
  })
  return { comparison, copied }
}

async function copy(producer: Producer, message: Message): Promise<void> {
  const { orderKey, messageId } = message
  // A priority chooses the queue, which an order key does, too.
  const { priority, ...content } = toSendAgain(message)
  const again: MessageToSend = {
    ...content,
    ...(orderKey === undefined && priority !== undefined && { priority }),
    ...(hasUniqueId(message) && { messageId }),
  }
  await producer.send(again, orderKey === undefined ? {} : { orderKey })
}
