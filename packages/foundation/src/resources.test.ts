import { describe, expect, it } from 'vitest'
import { Resources } from './resources.js'

describe('Resources', () => {
  it('closes in reverse order, once', async () => {
    const closed: string[] = []
    const resources = new Resources()
    resources.use({ close: () => void closed.push('first opened') })
    resources.defer(async () => closed.push('second opened'))
    await resources.close()
    await resources.close()
    expect(closed).toEqual(['second opened', 'first opened'])
  })

  it('closes the others when one fails, then tells the first failure', async () => {
    const closed: string[] = []
    const resources = new Resources()
    resources.defer(() => closed.push('still closed'))
    resources.defer(() => {
      throw new Error('stuck')
    })
    await expect(resources.close()).rejects.toThrow('stuck')
    expect(closed).toEqual(['still closed'])
  })

  it('is disposed at the end of a block', async () => {
    let closed = false
    {
      await using resources = new Resources()
      resources.defer(() => {
        closed = true
      })
    }
    expect(closed).toBe(true)
  })
})
