import { join } from 'node:path'
import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { isRocketeerError, systemClock } from '@rocketeer/foundation'
import { JournalDirectory } from './journal-directory.js'
import { Outcome } from './journal-file.js'
import { type JournaledMessage, messagesOf, type ReadJournalOptions } from './read-journal.js'

const DROPPED_NAME = 'dropped.jsonl'

/** Which messages to drop from a journal, and why. */
export interface JournalDrop extends ReadJournalOptions {
  /** Called for each message; of a batch all go when one does. */
  drop: (message: JournaledMessage) => boolean
  /** Kept with what is dropped, in the file `dropped.jsonl` of the journal. */
  reason: string
}

/**
 * Drops messages from a journal that no process has open: nobody will get them. Resolves to what was dropped, of which
 * `dropped.jsonl` keeps a line each, with the body. Rejects with `JOURNAL_IN_USE` or `JOURNAL_FAILED`.
 */
export async function dropFromJournal(
  directory: string,
  { drop, reason, files = nodeFileSystem }: JournalDrop,
): Promise<JournaledMessage[]> {
  const needs = { files, directory, bytesMax: Number.POSITIVE_INFINITY, clock: systemClock, report }
  const { journal, waiting } = await JournalDirectory.open(needs)
  try {
    const dropped: JournaledMessage[] = []
    for (const each of [...waiting, ...(await journal.listSetAside())]) {
      const messages = messagesOf(each.record)
      if (!messages.some(drop)) continue
      await keepLines(files, directory, messages, reason)
      await journal.note([each.entry], Outcome.DROPPED)
      dropped.push(...messages)
    }
    return dropped
  } finally {
    await journal.close()
  }
}

/** Damage is for `verifyJournal` to tell; a drop that is not noted is none. */
function report(error: unknown): void {
  if (isRocketeerError(error, 'JOURNAL_NOT_NOTED')) throw error
}

async function keepLines(
  files: FileSystem,
  directory: string,
  messages: readonly JournaledMessage[],
  reason: string,
): Promise<void> {
  const droppedAt = Date.now()
  const lines = messages.map((message) =>
    JSON.stringify({ droppedAt, reason, ...message, body: message.body.toString('base64') }),
  )
  const text = Buffer.from(`${lines.join('\n')}\n`)
  const file = await files.open(join(directory, DROPPED_NAME), 'create')
  try {
    await file.write(text, 0, text.length, file.sizeSync().bytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}
