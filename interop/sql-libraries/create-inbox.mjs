// node create-inbox.mjs INSTALLED LIBRARY WHERE
import { sqlInbox } from '../../packages/toolkit/dist/idempotency/index.js'
import { open } from './databases.mjs'

const [installed, library, where] = process.argv.slice(2)
const { database, close } = await open(library, where, installed)
await sqlInbox(database).createTables()
await close()
