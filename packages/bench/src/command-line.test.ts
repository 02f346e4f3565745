import { describe, expect, it } from 'vitest'
import { parseCommandLine, UsageError } from './command-line.js'
import { scenarios } from './scenario.js'

describe('parseCommandLine', () => {
  it('runs every scenario unless told otherwise', () => {
    expect(parseCommandLine([])).toMatchObject({
      scenarios,
      seconds: 10,
      warmupSeconds: 3,
      against: undefined,
    })
  })

  it('takes scenarios by name', () => {
    const options = parseCommandLine(['--against', 'apache', '--scenario', '64x1', '--scenario', '1x64-sync'])
    expect(options?.against).toBe('apache')
    expect(
      options?.scenarios.map(({ connections, inFlight, flush }) => [connections, inFlight, flush]),
    ).toEqual([
      [64, 1, 'async'],
      [1, 64, 'sync'],
    ])
  })

  it('describes an own load, with the usual values for what is not said', () => {
    const options = parseCommandLine(['--broker', '10.0.0.5:10911', '--in-flight', '8', '--header', 'json'])
    expect(options?.broker).toBe('10.0.0.5:10911')
    expect(options?.scenarios).toEqual([
      {
        name: 'own',
        mode: 'send',
        kind: 'normal',
        filter: 'tag',
        connections: 1,
        inFlight: 8,
        bodyBytes: 1024,
        header: 'json',
        fillMessages: 0,
        flush: 'async',
      },
    ])
  })

  it('asks for help', () => {
    expect(parseCommandLine(['--help'])).toBeUndefined()
  })

  it.each([
    [['--scenario', '2x2'], 'no scenario "2x2"'],
    [['--mode', 'push'], '--mode is one of send, pull'],
    [['--connections', '0'], '--connections needs a whole number from 1'],
    [['--seconds', 'ten'], '--seconds needs a whole number'],
    [['--broker', 'a:1', '--against', 'apache'], '--broker'],
    [['--speed'], "'--speed'"],
    [['fast'], "'fast'"],
  ])('refuses %j with the reason', (args, reason) => {
    expect(() => parseCommandLine(args)).toThrow(UsageError)
    expect(() => parseCommandLine(args)).toThrow(reason)
  })
})
