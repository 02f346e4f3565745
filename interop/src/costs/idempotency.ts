/** What an idempotent handler costs on each database: `node interop/dist/main.js idempotency`. */
import { join } from 'node:path'
import { MariadbServer, PostgresServer, RedisServer, TemporaryDirectory } from '@rocketeer/test-kit'
import { runtimes } from '../programs/runtimes.js'
import { libraryProgram } from '../programs/sql-libraries.js'

const LIMIT_MS = 600_000

async function measure(library: string, args: readonly string[], node?: string): Promise<void> {
  const program = await libraryProgram('measure.mjs', [library, ...args], node)
  for (const line of await program.succeeded({ withinMs: LIMIT_MS })) console.log(line)
}

await using mariadb = await MariadbServer.start()
await using postgres = await PostgresServer.start()
await using redis = await RedisServer.start()
await using home = await TemporaryDirectory.create()
await measure('mysql2', [`${mariadb.url}/mysql`, redis.url])
await measure('pg', [postgres.url, redis.url])
const modern = runtimes().find((node) => /node-(22|24)\b/.test(node))
if (modern) await measure('node-sqlite', [join(home.path, 'data.sqlite')], modern)
