// node contract.mjs INSTALLED LIBRARY WHERE: runs what the pieces rely on, and what they do with it, and prints one JSON
// line for each check.
import { sqlInbox } from '../../packages/toolkit/dist/idempotency/index.js'
import { storeContract } from '../../packages/toolkit/dist/idempotency/testing/index.js'
import { databaseContract } from '../../packages/toolkit/dist/sql/testing/index.js'
import { tablesContract } from '../../packages/toolkit/dist/testing/index.js'
import { runChecks } from './checks.mjs'
import { open } from './databases.mjs'

const [installed, library, where] = process.argv.slice(2)
const { database, close } = await open(library, where, installed)
await runChecks(databaseContract, database)
const inbox = sqlInbox(database)
await Promise.all([inbox.createTables(), inbox.createTables()])
await runChecks(storeContract, inbox)
// What libraries give differs, and what databases do: the pieces run once on each database, and each library as above.
if (['mysql2', 'pg', 'node-sqlite'].includes(library)) await runChecks(tablesContract, database)
await close()
