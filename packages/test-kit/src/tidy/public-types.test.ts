import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportsOf, missingTypes } from './public-types.js'
import { readText } from './source-tree.js'

const client = 'packages/client/dist/index.d.ts'
const { exports } = JSON.parse(readText('packages/rocketeer/package.json')) as {
  exports: Record<string, { types: string }>
}
const rocketeer = Object.values(exports).map(({ types }) => join('packages/rocketeer', types))

describe('public types', () => {
  it('of the client can all be named by its users', () => {
    expect(missingTypes([client])).toEqual([])
  })

  it('of rocketeer can all be named by its users', () => {
    expect(missingTypes(rocketeer)).toEqual([])
  })

  it('of each door stand in the reference of the site', () => {
    const doors = Object.keys(exports).map((door) => (door === '.' ? 'rocketeer' : door.slice(2)))
    for (const door of doors)
      expect(readText(`site/doors/${door}.ts`)).toMatch(/^\/\*\* \S[^*]+\n \*\n \* @module rocketeer/)
  })

  it('are found at all', () => {
    const names = [...exportsOf(client).keys()]
    expect(names).toEqual(expect.arrayContaining(['connect', 'Client', 'MessageLife', 'TopicSettings']))
    // A door of its own, without what its types are made of.
    expect(missingTypes(['packages/client/dist/pull-consumer.d.ts'])).toContainEqual({
      by: 'PullConsumer',
      name: 'Message',
    })
  })
})
