// node redis-contract.mjs INSTALLED LIBRARY URL: what contract.mjs is for databases, for `redis` and `ioredis`.
import { redisStore } from '../../packages/toolkit/dist/idempotency/index.js'
import { storeContract } from '../../packages/toolkit/dist/idempotency/testing/index.js'
import { runChecks } from './checks.mjs'
import { openRedis } from './redis-clients.mjs'

const [installed, library, url] = process.argv.slice(2)
const { redis, close } = await openRedis(library, url, installed)
await runChecks(storeContract, redisStore(redis))
await close()
