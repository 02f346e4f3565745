import { expect, it } from 'vitest'
import { bodyOf, idOf } from './run-messages.js'

it('a body of any size gives its id back', () => {
  for (const fillBytes of [0, 1, 2_000]) {
    const body = bodyOf('sender-1-17', fillBytes)
    expect(idOf(body)).toBe('sender-1-17')
    expect(body).toHaveLength('sender-1-17 '.length + fillBytes)
  }
})
