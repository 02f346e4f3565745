import { createHash, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type FileSystem, nodeFileSystem, readReplaced, replaceFile } from '@rocketeer/files'
import type { PositionStore, RelayPosition } from './relay-position.js'

interface Stored {
  relay: string
  claim: string
  position: RelayPosition | undefined
}

/** Keeps each relay's position in a file of `directory`; for relays that run on one machine. */
export function filePositions(directory: string, files: FileSystem = nodeFileSystem): PositionStore {
  const pathOf = (relay: string) =>
    join(directory, `relay-${createHash('sha256').update(relay).digest('hex').slice(0, 16)}.json`)

  async function read(relay: string): Promise<Stored | undefined> {
    const decode = (bytes: Buffer) => JSON.parse(bytes.toString('utf8')) as Stored
    return (await readReplaced(files, { path: pathOf(relay), decode })).content
  }

  function write(stored: Stored): Promise<void> {
    const content = `${JSON.stringify(stored, null, 2)}\n`
    return replaceFile(files, { path: pathOf(stored.relay), content, backup: true })
  }

  return {
    async claim(relay) {
      const claim = randomUUID()
      const saved = (await read(relay))?.position
      await write({ relay, claim, position: saved })
      return {
        saved,
        async save(position) {
          if ((await read(relay))?.claim !== claim) return false
          await write({ relay, claim, position })
          return true
        },
      }
    },
  }
}
