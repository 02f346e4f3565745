import sqlite from 'node-sqlite3-wasm'
import { openDatabase } from '../databases/database.js'

const TRY_EVERY_MS = 20

/**
 * Takes the table of effects away from a service, as a migration does that went wrong: every statement on it fails. Returns
 * what gives it back.
 */
export async function hideTable(url: string): Promise<() => Promise<void>> {
  await execute(url, 'ALTER TABLE effects RENAME TO effects_in_migration')
  return () => execute(url, 'ALTER TABLE effects_in_migration RENAME TO effects')
}

async function execute(url: string, sql: string): Promise<void> {
  if (url.startsWith('sqlite:')) return executeInFile(url.slice('sqlite:'.length), sql)
  const database = await openDatabase(url)
  try {
    await database.run(sql)
  } finally {
    await database.close()
  }
}

/** The service that has the file open goes on, so its lock is left alone. */
async function executeInFile(path: string, sql: string): Promise<void> {
  for (;;) {
    const connection = new sqlite.Database(path)
    try {
      connection.exec(sql)
      return
    } catch (error) {
      // The service writes just now.
      if (!/locked/.test(String(error))) throw error
    } finally {
      connection.close()
    }
    await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS))
  }
}
