import { createRequire } from 'node:module'
import { join } from 'node:path'

/** A connected client of `redis` or `ioredis`. */
export async function openRedis(library, url, installed) {
  const load = createRequire(join(installed, 'package.json'))
  if (library === 'ioredis') {
    const { Redis } = load('ioredis')
    const redis = new Redis(url)
    return { redis, close: () => redis.quit() }
  }
  const redis = load('redis').createClient({ url })
  redis.on('error', () => {})
  await redis.connect()
  return { redis, close: () => redis.close() }
}
