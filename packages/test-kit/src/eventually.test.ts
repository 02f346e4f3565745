import { expect, it } from 'vitest'
import { eventually } from './eventually.js'

it('repeats until the check neither throws nor returns false', async () => {
  let calls = 0
  const check = () => {
    calls++
    if (calls === 1) throw new Error('too early')
    return calls > 2 && 'there'
  }
  expect(await eventually(check, { everyMs: 1 })).toBe('there')
  expect(calls).toBe(3)
})

it('fails with the last reason', async () => {
  const check = () => Promise.reject(new Error('the broker is not there'))
  await expect(eventually(check, { withinMs: 20, everyMs: 5 })).rejects.toThrow('the broker is not there')
  await expect(eventually(() => false, { withinMs: 20, everyMs: 5 })).rejects.toThrow(
    'the check still returned false after 20 ms',
  )
})
