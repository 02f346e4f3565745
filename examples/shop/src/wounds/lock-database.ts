import sqlite from 'node-sqlite3-wasm'

const TRY_EVERY_MS = 20

/** Takes an exclusive lock of a SQLite file, as a backup that hangs does: nobody else can write. Returns its end. */
export async function lockDatabase(url: string): Promise<() => Promise<void>> {
  const connection = new sqlite.Database(url.slice('sqlite:'.length))
  for (;;) {
    try {
      connection.exec('BEGIN EXCLUSIVE')
      break
    } catch {
      // The service writes just now.
      await new Promise((resolve) => setTimeout(resolve, TRY_EVERY_MS))
    }
  }
  return async () => {
    connection.exec('ROLLBACK')
    connection.close()
  }
}
