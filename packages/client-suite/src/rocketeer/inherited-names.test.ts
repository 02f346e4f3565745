import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connect } from '@rocketeer/client'
import { startServer } from '@rocketeer/server'
import { eventually } from '@rocketeer/test-kit'
import { expect, it } from 'vitest'

/** Names that every object inherits: a table that is an object would have them before anybody sets them. */
const NAMES = ['__proto__', 'constructor', 'toString']

it('topics and groups may have the names that objects inherit, also after a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rocketeer-names-'))
  try {
    {
      await using server = await startServer({ directory })
      await using client = await connect({ nameservers: [...server.nameservers] })
      for (const name of NAMES) {
        await client.admin().topics.create(name, { queues: 1 })
        await client.producer({ group: name }).send({ topic: name, key: name, tag: name, body: 'first' })
        expect(await consumed(client, name)).toEqual(['first'])
      }
    }
    await using server = await startServer({ directory })
    await using client = await connect({ nameservers: [...server.nameservers] })
    const admin = client.admin()
    expect(await admin.topics.list()).toEqual([...NAMES].sort())
    for (const name of NAMES) {
      await client.producer({ group: name }).send({ topic: name, key: name, tag: name, body: 'second' })
      // The group's offset was kept: the first message does not come again.
      expect(await consumed(client, name)).toEqual(['second'])
      expect(await admin.messages.byKey(name, name)).toHaveLength(2)
      expect((await admin.groups.lag(name)).lag).toBe(0)
      await admin.groups.delete(name)
      await admin.topics.delete(name)
    }
    expect(await admin.topics.list()).toEqual([])
    expect(await admin.groups.list()).toEqual([])
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})

/** What a consumer gets before it is closed, which commits its offsets. */
async function consumed(client: Client, name: string): Promise<string[]> {
  const bodies: string[] = []
  await using consumer = client.consumer({
    group: name,
    subscribe: Object.fromEntries([[name, name]]),
    startFrom: 'first',
    handle: (message) => void bodies.push(message.text()),
  })
  await consumer.ready
  await eventually(() => bodies.length > 0)
  return bodies
}
