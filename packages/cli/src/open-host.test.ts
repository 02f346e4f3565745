import { silentLogger } from '@rocketeer/foundation'
import { describe, expect, it } from 'vitest'
import { warnOfOpenHost } from './open-host.js'

function warningsOf(host: string): string[] {
  const texts: string[] = []
  warnOfOpenHost({ ...silentLogger, warn: (_, text) => texts.push(text) }, host, [9876, 10911])
  return texts
}

describe('warnOfOpenHost', () => {
  it.each(['127.0.0.1', '127.0.1.1', 'localhost', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1'])(
    'says nothing of %s, which only this machine reaches',
    (host) => {
      expect(warningsOf(host)).toEqual([])
    },
  )

  it.each(['0.0.0.0', '::', '10.0.0.5', 'fe80::1', 'mq.example.com'])('warns of %s', (host) => {
    expect(warningsOf(host)).toEqual([expect.stringContaining(host)])
    expect(warningsOf(host)[0]).toMatch(/nothing protects it.*port 9876 or 10911.*--host 127\.0\.0\.1/)
  })
})
