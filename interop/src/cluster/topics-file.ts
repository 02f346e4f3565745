import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes a broker's topics.json, Apache's or ours, with `count` topics `<prefix>-0`, `<prefix>-1`, … of 2 queues. */
export async function writeTopics(storeDirectory: string, prefix: string, count: number): Promise<void> {
  const topicConfigTable: Record<string, object> = {}
  for (let index = 0; index < count; index++) {
    const topicName = `${prefix}-${index}`
    topicConfigTable[topicName] = {
      topicName,
      readQueueNums: 2,
      writeQueueNums: 2,
      perm: 6,
      topicFilterType: 'SINGLE_TAG',
      topicSysFlag: 0,
      order: false,
      attributes: {},
    }
  }
  const dataVersion = { stateVersion: 0, timestamp: Date.now(), counter: count }
  const folder = join(storeDirectory, 'config')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'topics.json'), JSON.stringify({ dataVersion, topicConfigTable }))
}
