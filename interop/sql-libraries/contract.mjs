// node contract.mjs INSTALLED LIBRARY WHERE: runs what the pieces rely on and prints one JSON line for each check.
import { databaseContract } from '../../packages/toolkit/dist/sql/testing/index.js'
import { open } from './databases.mjs'

const [installed, library, where] = process.argv.slice(2)
const { database, close } = await open(library, where, installed)
for (const { name, run } of databaseContract) {
  const error = await run(database).then(
    () => undefined,
    (failure) => failure.stack ?? String(failure),
  )
  console.log(JSON.stringify({ event: 'check', name, error }))
}
await close()
