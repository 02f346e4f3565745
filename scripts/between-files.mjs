// Test files share a worker: a clock or an environment that one of them leaves behind would stand still for the next, and
// what one of them was warned of would be no warning to the next.
import { afterAll, beforeAll, vi } from 'vitest'
import { forgetWarnings } from '../packages/foundation/dist/unheard-problems.js'

beforeAll(forgetWarnings)

afterAll(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})
