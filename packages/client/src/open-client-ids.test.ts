import { describe, expect, it } from 'vitest'
import { claimClientId } from './open-client-ids.js'

const inUse = expect.objectContaining({ code: 'CLIENT_ID_IN_USE' })

describe('a client id', () => {
  it('belongs to one open client of each cluster', () => {
    const release = claimClientId('my-app', ['a:1', 'b:1'])
    expect(() => claimClientId('my-app', ['b:1'])).toThrow(inUse)
    const others = [claimClientId('my-app', ['c:1']), claimClientId('other', ['a:1'])]
    release()
    const again = claimClientId('my-app', ['b:1'])
    expect(() => claimClientId('my-app', ['c:1'])).toThrow(inUse)
    for (const each of [again, ...others]) each()
    claimClientId('my-app', ['c:1'])()
  })
})
