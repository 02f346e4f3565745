import { expect, it } from 'vitest'
import { HandlerCall, problemOf } from './handler-runner.js'
import { postpone } from './postpone.js'
import { retryLater, toDeadLetters } from './retry-later.js'

it('what a handler threw is a problem, unless it only asked for the message again or was told to give up', () => {
  const error = new Error('broken')
  const call = new HandlerCall('g')
  expect(problemOf(undefined, call)).toBeUndefined()
  expect(problemOf({ thrown: error }, call)).toBe(error)
  expect(problemOf({ thrown: retryLater({ cause: error }) }, call)).toBeUndefined()
  expect(problemOf({ thrown: postpone({ cause: error }) }, call)).toBeUndefined()
  expect(problemOf({ thrown: toDeadLetters() }, call)).toBeUndefined()
  expect(problemOf({ thrown: toDeadLetters(error) }, call)).toBe(error)
  call.abort(error)
  expect(problemOf({ thrown: error }, call)).toBeUndefined()
  expect(problemOf({ thrown: new Error('another') }, call)).toBeInstanceOf(Error)
})
