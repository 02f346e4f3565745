import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import { checked, type Logger, z } from '@rocketeer/foundation'
import type { SavedTopicEnds, TopicEnd } from '@rocketeer/store'
import { ConfigFile, readConfigFile } from './config-file.js'

/** What the file holds, the topic deleted last at the end. A file of ours: Apache's broker neither reads nor writes it. */
const content = z.object({
  deletedTopics: z.array(
    z.object({
      topic: z.string(),
      physicalOffset: z.number(),
      /** Queue id → queue offset. */
      queues: z.record(z.string(), z.number()),
    }),
  ),
})

export interface TopicEndsFileNeeds {
  /** The broker's root directory; the file is `config/deletedTopics.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly logger: Logger
}

/**
 * Reads where deleted topics ended, for the store, which saves it again with each topic that is deleted. Throws
 * `CONFIG_FILE_BROKEN`.
 */
export async function openTopicEnds(needs: TopicEndsFileNeeds): Promise<SavedTopicEnds> {
  const path = join(needs.directory, 'config', 'deletedTopics.json')
  const saved = (await readConfigFile({ ...needs, path, decode })) ?? new Map()
  let current: ReadonlyMap<string, TopicEnd> = saved
  const file = new ConfigFile({ files: needs.files, path, encode: () => encode(current) })
  return {
    saved,
    save(ends) {
      current = ends
      return file.save()
    },
  }
}

function decode(text: Buffer): ReadonlyMap<string, TopicEnd> {
  const { deletedTopics } = checked(content, JSON.parse(text.toString()))
  return new Map(
    deletedTopics.map(({ topic, physicalOffset, queues }) => [
      topic,
      {
        physicalOffset,
        queues: new Map(Object.entries(queues).map(([queueId, offset]) => [Number(queueId), offset])),
      },
    ]),
  )
}

function encode(ends: ReadonlyMap<string, TopicEnd>): string {
  const deletedTopics = [...ends].map(([topic, { physicalOffset, queues }]) => ({
    topic,
    physicalOffset,
    queues: Object.fromEntries(queues),
  }))
  return JSON.stringify({ deletedTopics }, null, '\t')
}
