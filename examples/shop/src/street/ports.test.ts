import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, it } from 'vitest'
import { Ports } from './ports.js'

it('gives streets that open at the same moment ports of their own', async () => {
  const streets = await Promise.all(Array.from({ length: 20 }, () => Ports.reserve()))
  const ports = streets.flatMap((each) => [each.of('nameserver'), each.of('broker'), each.of('logistics')])
  expect(new Set(ports).size).toBe(60)
  for (const each of streets) each.release()
})

it('leaves alone a block in which somebody else listens', async () => {
  const first = await Ports.reserve()
  const port = first.of('order')
  first.release()
  await using server = createServer().listen(port)
  await once(server, 'listening')
  const streets = await Promise.all(Array.from({ length: 40 }, () => Ports.reserve()))
  expect(streets.map((each) => each.of('order'))).not.toContain(port)
  for (const each of streets) each.release()
})
