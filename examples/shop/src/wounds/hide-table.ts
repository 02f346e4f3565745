import sqlite from 'node-sqlite3-wasm'

const TRY_EVERY_MS = 20

/**
 * Takes the table of effects away from a service, as a migration does that went wrong: every statement on it fails. Returns
 * what gives it back. The database is a file, which nobody can stop.
 */
export async function hideTable(url: string): Promise<() => Promise<void>> {
  const path = url.slice('sqlite:'.length)
  await execute(path, 'ALTER TABLE effects RENAME TO effects_in_migration')
  return () => execute(path, 'ALTER TABLE effects_in_migration RENAME TO effects')
}

async function execute(path: string, sql: string): Promise<void> {
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
