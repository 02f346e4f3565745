import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

const HOSTILE = 'a\u001b[2J\rb\u009b'

/** What a logger of a process of its own writes to its standard error. */
function logged(options: object): string {
  const module = new URL('./logger.js', import.meta.url).href
  const program = `
    const { createLogger } = await import(${JSON.stringify(module)})
    const text = ${JSON.stringify(HOSTILE)}
    createLogger(${JSON.stringify(options)}).warn({ clientId: text, err: new Error(text) }, text)`
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program])
  return stderr.toString()
}

describe('createLogger', () => {
  it('escapes control characters of texts, facts and errors', () => {
    const text = logged({ logLevel: 'info' })
    expect(text).toContain('WARN: a\\x1b[2J\\rb\\x9b')
    expect(text).toContain('Error: a\\x1b[2J\\rb\\x9b')
    for (const raw of ['\u001b', '\r', '\u009b']) expect(text).not.toContain(raw)
  })

  it('logs JSON, which escapes them', () => {
    const json = logged({ logLevel: 'info', logJson: true })
    expect(JSON.parse(json)).toMatchObject({ level: 40, msg: HOSTILE, clientId: HOSTILE })
    for (const raw of ['\u001b', '\r']) expect(json).not.toContain(raw)
  })
})
